/** What examples presuppose that their answers do not show as a resource, by operation. */
import { parseInstant } from '../../../local/simulator/instants.ts'
import { isObject, type Json, type JsonObject, textAt } from '../../../local/simulator/json.ts'
import type { Account } from '../../../local/simulator/state.ts'
import { prepareTracks } from './example-tracks.ts'
import { neededBy, type Preparation, setEncryption, setJobs, shownBy, type World } from './example-world.ts'
import type { Example } from './examples.ts'

interface Setting {
  readonly example: Example
  readonly world: World
  readonly preparation: Preparation
  readonly account: Account
  /** Path of the account. */
  readonly base: string
}

const bodyOf = ({ answers }: Example): JsonObject => {
  const body = answers['200']?.body
  return isObject(body) ? body : {}
}

const objectsAt = (value: JsonObject, name: string): JsonObject[] => {
  const found = value[name]
  return Array.isArray(found) ? (found as readonly Json[]).filter(isObject) : []
}

const parentOf = (path: string) => path.split('/').slice(0, -1).join('/')

/** As the answer shows it, but for what the request changes. */
const before = (shown: JsonObject, request: Json | undefined): JsonObject => {
  const changes = isObject(request) ? request.properties : undefined
  if (!isObject(shown.properties) || !isObject(changes)) return shown
  const changed = Object.keys(changes).filter(name => typeof changes[name] === 'string')
  const old = Object.fromEntries(changed.map(name => [name, name === 'priority' ? 'Low' : 'before']))
  return { ...shown, properties: { ...shown.properties, ...old } }
}

const startEndpoint = async ({ world, base, example }: Setting): Promise<void> => {
  await world.send('POST', `${base}/${parentOf(example.below)}/start`)
  world.clock.advance(60_000)
}

const special: Readonly<Record<string, (setting: Setting) => Promise<void> | void>> = {
  Assets_ListContainerSas: ({ example, preparation }) => {
    const expiry = parseInstant(textAt(isObject(example.body) ? example.body : {}, 'expiryTime') ?? '') ?? 0n
    preparation.moveTo(expiry - 36_000_000_000n)
  },
  Assets_GetEncryptionKey: ({ example, account }) => {
    const asset = account.assets.get(example.below.split('/')[1] ?? '')
    if (asset !== undefined) account.assets.set({ ...asset, storageEncryption: bodyOf(example) })
  },
  Assets_ListStreamingLocators: async ({ example, preparation }) => {
    for (const locator of objectsAt(bodyOf(example), 'streamingLocators'))
      await preparation.put(`streamingLocators/${textAt(locator, 'name')}`, { properties: locator })
  },
  ContentKeyPolicies_GetPolicyPropertiesWithSecrets: ({ example, preparation }) =>
    preparation.put(parentOf(example.below), { properties: bodyOf(example) }),
  StreamingLocators_ListContentKeys: async ({ example, world, preparation, base }) => {
    await world.send('DELETE', `${base}/${parentOf(example.below)}`)
    const properties = {
      assetName: 'ClimbingMountRainier',
      streamingPolicyName: 'secureStreamingPolicy',
      contentKeys: objectsAt(bodyOf(example), 'contentKeys'),
    }
    await preparation.put(parentOf(example.below), { properties })
  },
  StreamingLocators_ListPaths: async ({ example, world, account }) => {
    const locator = account.streamingLocators.get(example.below.split('/')[1] ?? '')
    const asset = account.assets.get(textAt(locator?.properties ?? {}, 'assetName') ?? '')
    const shown = JSON.stringify(bodyOf(example)).matchAll(/"\/[0-9a-f-]{36}\/([^/"]+)/g)
    for (const blob of new Set([...shown].map(([, name = '']) => name)))
      await world.blobStore.putBlob(
        textAt(asset?.properties ?? {}, 'storageAccountName') ?? '',
        textAt(asset?.properties ?? {}, 'container') ?? '',
        blob,
        new Uint8Array(),
        'application/octet-stream',
      )
  },
  Jobs_Delete: async ({ world, base, example }) => {
    await world.send('POST', `${base}/${example.below}/cancelJob`)
    world.clock.advance(1e9)
  },
  StreamingEndpoints_Stop: startEndpoint,
  StreamingEndpoints_List: async ({ example, world, base }) => {
    const shown = objectsAt(bodyOf(example), 'value').find(({ name }) => name === 'default')
    await world.send('PATCH', `${base}/streamingEndpoints/default`, shown)
    world.clock.advance(60_000)
    await world.send('POST', `${base}/streamingEndpoints/default/start`)
  },
  Mediaservices_CreateOrUpdate: ({ world, account }) => world.simulator.state.removeAccount(account),
  MediaServicesOperationStatuses_Get: ({ example, world, account }) => {
    const { status, error } = bodyOf(example)
    const id = example.path.split('/').at(-1) ?? ''
    const started = world.clock.ticks()
    const until = started + (status === 'InProgress' ? 10_000_000n : 0n)
    const failed = isObject(error)
      ? { error: { code: textAt(error, 'code') ?? '', message: textAt(error, 'message') ?? '' } }
      : {}
    account.operations.set(id, { id, resource: '', target: id, until, deletes: false, started, ...failed })
  },
  Mediaservices_ListBySubscription: async ({ example, world, account, base }) => {
    world.simulator.state.removeAccount(account)
    for (const shown of objectsAt(bodyOf(example), 'value'))
      await world.send('PUT', base.replace(/[^/]+$/, textAt(shown, 'name') ?? ''), shown)
  },
}

/** Makes what an example shows or names. */
export const prepare = async (setting: Setting): Promise<void> => {
  const { example, preparation, account, world } = setting
  const { below, method, body } = example
  const shown = shownBy(bodyOf(example))
  if (/\/tracks(\/|$)/.test(below)) {
    await preparation.need(below.split('/').slice(0, 2).join('/'))
    await prepareTracks(example, world, account)
  } else if (method === 'PUT') {
    for (const path of neededBy(below, isObject(body) ? body : {})) await preparation.need(path)
  } else if (method === 'PATCH') {
    await preparation.show(shown.map(({ path, body: after }) => ({ path, body: before(after, body) })))
  } else if (/operation(s|locations)\//i.test(below)) {
    await preparation.show(shown)
    const id = below.split('/').at(-1) ?? ''
    account.operations.set(id, {
      id,
      resource: below,
      target: '00000000-0000-0000-0000-000000000001',
      until: world.clock.ticks() + 10_000_000n,
      deletes: false,
    })
  } else {
    await preparation.show(shown)
    const one = method === 'POST' || below.split('/').length % 2 === 1 ? parentOf(below) : below
    if (one !== '') await preparation.need(one)
  }
  setJobs(account, shown)
  setEncryption(account, shown)
  await special[example.operation]?.(setting)
}
