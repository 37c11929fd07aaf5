/** What end-to-end tests do to a stack: publish as a publisher does, and look at both regions as their owner. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AzureKeyCredential } from '@azure/eventgrid'
import { blobNames, readBlob } from '../../local/compare/container.ts'
import type { JsonObject } from '../../local/stack/arm.ts'
import type { UnitView } from '../../local/stack/host-api.ts'
import type { RegionKey } from '../../local/stack/regions.ts'
import type { Stack } from '../../local/stack/stack.ts'
import { createLocatorEventSender } from '../../src/lib/events/sender.ts'

export const route = 'east>west'

/** Asks until there is an answer; fails with what was waited for, never with a bare time-out. */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  milliseconds = 30_000,
): Promise<T> => {
  const deadline = performance.now() + milliseconds
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`Not within ${milliseconds} ms: ${what}`)
    await sleep(25)
  }
}

const odata = (type: string) => `#Microsoft.Media.${type}`

/** Puts a job that encodes the sample into an asset; resolves when the job has finished, not when anybody knows. */
export const encode = async (stack: Stack, asset: string, region: RegionKey = 'east'): Promise<void> => {
  const { arm } = stack.accounts[region]
  await arm.put('transforms/ladder', {
    outputs: [{ preset: { '@odata.type': odata('BuiltInStandardEncoderPreset'), presetName: 'AdaptiveStreaming' } }],
  })
  await arm.put(`assets/${asset}`, { description: `${asset}, encoded` })
  const job = `transforms/ladder/jobs/${asset}`
  await arm.put(job, {
    input: { '@odata.type': odata('JobInputHttp'), files: ['https://films.contoso.example/film.mov'] },
    outputs: [{ '@odata.type': odata('JobOutputAsset'), assetName: asset }],
  })
  await eventually(`job ${asset} finished`, async () => (await arm.get(job))?.properties.state === 'Finished')
}

export const sender = (stack: Stack) =>
  createLocatorEventSender({
    endpoint: stack.topic.endpoint,
    topicId: stack.topic.id,
    credential: new AzureKeyCredential(stack.topic.key),
    schema: 'EventGrid',
    account: stack.accounts.east.accountId,
  })

/** Creates a locator and tells the app of it. */
export const publish = async (stack: Stack, asset: string, name: string, more: JsonObject = {}): Promise<void> => {
  const locator = await stack.accounts.east.arm.put(`streamingLocators/${name}`, {
    assetName: asset,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
    ...more,
  })
  const id = String(locator.properties.streamingLocatorId)
  await sender(stack).locatorCreated({ locatorName: name, assetName: asset, streamingLocatorId: id })
}

export const unit = (stack: Stack, name: string, kind = 'asset'): Promise<UnitView | undefined> =>
  stack.api.unit(route, kind, name)

/** In sync with everything that was asked for. */
export const inSync = (stack: Stack, name: string, kind = 'asset', milliseconds = 60_000): Promise<UnitView> =>
  eventually(
    `${kind} ${name} in sync`,
    async () => {
      const view = await unit(stack, name, kind)
      return view?.outcome === 'inSync' && view.state === 'idle' && !view.pending ? view : undefined
    },
    milliseconds,
  )

export const withCode = (stack: Stack, name: string, code: string): Promise<UnitView> =>
  eventually(`asset ${name} with ${code}`, async () => {
    const view = await unit(stack, name)
    return view?.code === code && view.state === 'idle' ? view : undefined
  })

/** Address of a file in the container of an asset, with a SAS. @param permissions as listContainerSas takes them. */
export const blobAddress = async (
  stack: Stack,
  region: RegionKey,
  asset: string,
  name: string,
  permissions: string,
): Promise<string> => {
  const { assetContainerSasUrls } = await stack.accounts[region].arm.post(`assets/${asset}`, 'listContainerSas', {
    permissions,
    expiryTime: sasExpiry(),
  })
  const [base, query] = String((assetContainerSasUrls as readonly string[])[0]).split('?')
  return `${base}/${name.split('/').map(encodeURIComponent).join('/')}?${query}`
}

/** Media accounts whose time was moved on may be hours ahead; they give a day at most. */
const sasExpiry = () => new Date(Date.now() + 20 * 3_600_000).toISOString()

/** Writes a file into the container of an asset, as a publisher with a SAS does. @param headers as storage takes them. */
export const putBlob = async (
  stack: Stack,
  region: RegionKey,
  asset: string,
  name: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const response = await fetch(await blobAddress(stack, region, asset, name, 'ReadWrite'), {
    method: 'PUT',
    headers: { 'x-ms-blob-type': 'BlockBlob', ...headers },
    body: text,
  })
  if (response.status !== 201) throw new Error(`${asset}/${name} was not written: ${response.status}`)
}

export const deleteBlob = async (stack: Stack, region: RegionKey, asset: string, name: string): Promise<void> => {
  const address = await blobAddress(stack, region, asset, name, 'ReadWriteDelete')
  const response = await fetch(address, { method: 'DELETE' })
  if (response.status !== 202) throw new Error(`${asset}/${name} was not deleted: ${response.status}`)
}

/** Files of an asset with their hashes, read through the account itself; undefined where there is no such asset. */
export const files = async (stack: Stack, region: RegionKey, asset: string) => {
  const { arm } = stack.accounts[region]
  if ((await arm.get(`assets/${asset}`)) === undefined) return undefined
  const expiryTime = sasExpiry()
  const { assetContainerSasUrls } = await arm.post(`assets/${asset}`, 'listContainerSas', {
    permissions: 'Read',
    expiryTime,
  })
  const [sas] = assetContainerSasUrls as readonly string[]
  if (sas === undefined) return undefined
  return Promise.all((await blobNames(sas)).map(name => readBlob(sas, name)))
}

export const keysOf = async (stack: Stack, region: RegionKey, locator: string) =>
  (await stack.accounts[region].arm.post(`streamingLocators/${locator}`, 'listContentKeys')).contentKeys

/** How often an operation on a region's media account or storage was called by anybody, refused calls included. */
export const called = (stack: Stack, part: 'accounts' | 'storage', region: RegionKey, operation: string): number =>
  stack.simulator.counters()[part][region]?.[operation]?.count ?? 0

const writing = /^(PUT|PATCH|DELETE)$/

/** The app's calls that change a media account. */
export const writesTo = (stack: Stack, region: RegionKey): readonly string[] =>
  stack.simulator
    .appTraffic()
    .filter(({ account, method }) => account === region && writing.test(method))
    .map(({ operation }) => operation)

const storageWrites = [
  'CopyBlobFromUrl',
  'PutBlob',
  'PutBlockFromUrl',
  'PutBlockList',
  'DeleteBlob',
  'CreateContainer',
  'SetContainerMetadata',
  'DeleteContainer',
]

export const storageWritesTo = (stack: Stack, region: RegionKey): number =>
  storageWrites.reduce((sum, operation) => sum + called(stack, 'storage', region, operation), 0)

/** Activities started so far, all of them or some. */
export const activities = async (stack: Stack): Promise<Readonly<Record<string, number>>> => {
  const names = ['surveyAsset', 'withdrawLocators', 'prepareTwin', 'copyFiles', 'publishTwin', 'closeRun', 'syncPolicy']
  const counts = await stack.api.counters()
  return Object.fromEntries(names.map(name => [name, counts[name]?.started ?? 0]))
}

/** The event that a finished job sends, to be delivered again by hand. */
export const jobFinished = (stack: Stack, asset: string) => ({
  id: `job-${asset}`,
  topic: stack.accounts.east.accountId,
  subject: `transforms/ladder/jobs/${asset}`,
  eventType: 'Microsoft.Media.JobFinished',
  eventTime: '2030-01-01T00:00:00.0000000',
  metadataVersion: '1',
  dataVersion: '1.0',
  data: {
    outputs: [
      {
        '@odata.type': odata('JobOutputAsset'),
        assetName: asset,
        error: null,
        label: 'ladder',
        progress: 100,
        state: 'Finished',
      },
    ],
    previousState: 'Processing',
    state: 'Finished',
    correlationData: {},
  },
})

/** Delivers events to the app's webhook as Event Grid does. */
export const deliver = (stack: Stack, body: string, functionName = 'jobFinished', type = 'Notification') =>
  fetch(stack.webhook(functionName), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'aeg-event-type': type },
    body,
  })

interface RouteView {
  readonly route: string
  readonly replaced?: { readonly code: string }
  readonly hold?: { readonly since: string }
  readonly failback?: { readonly since: string }
}

/** What the app says of its routes as a whole. */
export const routes = async (stack: Stack): Promise<readonly RouteView[]> => {
  const response = await stack.api.fetch(`/api/units?${new URLSearchParams({ route, top: '1' })}`)
  return ((await response.json()) as { routes: readonly RouteView[] }).routes
}

const tenMinutes = 600_000
/** Time passes for media accounts, Event Grid, the app and its host alike, with a dispatch every ten minutes of it. */
export const passTime = async (stack: Stack, milliseconds: number): Promise<void> => {
  for (let passed = 0; passed < milliseconds; passed += tenMinutes) {
    stack.simulator.advance(tenMinutes)
    await stack.api.advance(tenMinutes)
    await stack.api.fire('dispatch')
  }
}

/** How often the faults on an operation have struck. */
export const hits = async (stack: Stack, operation: string): Promise<number> => {
  const response = await fetch(`${stack.urls.simulator}/_sim/faults`)
  const faults = (await response.json()) as { operation?: string; hits: number }[]
  return faults.filter(fault => fault.operation === operation).reduce((sum, fault) => sum + fault.hits, 0)
}

/**
 * Watches B for the moment in which a locator shows an asset whose files are not all there (P2).
 * @returns ends the watch and tells what it has seen.
 */
export const watchForEarlyLocators = (stack: Stack, asset: string, locator: string): (() => Promise<string[]>) => {
  const seen: string[] = []
  const state = { watching: true }
  const watching = (async () => {
    while (state.watching) {
      if (await stack.accounts.west.arm.get(`streamingLocators/${locator}`)) {
        const [there, complete] = await Promise.all([files(stack, 'west', asset), files(stack, 'east', asset)])
        if (JSON.stringify(there) !== JSON.stringify(complete)) seen.push(`${locator} shows ${JSON.stringify(there)}`)
      }
      await sleep(15)
    }
  })()
  // Seen when the watch is ended; a test that fails before that has told enough.
  watching.catch(() => {})
  return async () => {
    state.watching = false
    await watching
    return seen
  }
}
