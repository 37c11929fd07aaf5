import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TableClient, TableServiceClient } from '@azure/data-tables'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { leaks } from '../support/leaks.ts'
import { encode, eventually, inSync, keysOf, publish, unit } from './support.ts'

/** Values that are nowhere else in the world, so that one find is a leak. */
const canaries = {
  contentKey: Buffer.from('CANARY-key-16-by').toString('base64'),
  verificationKey: Buffer.from('CANARY-verification-key-of-32-by').toString('base64'),
  secondKey: Buffer.from('CANARY-second-ke').toString('base64'),
}

const places = new Map<string, string>()
const keep = (place: string, text: string) => places.set(place, `${places.get(place) ?? ''}\n${text}`)

let stack: Stack
beforeAll(async () => {
  stack = await startStack({
    log: (source, line) => keep(`log of ${source}`, line),
    // Read by SAS, so that there are signatures to be leaked.
    topology: made => ({
      ...made,
      accounts: { ...made.accounts, east: { ...made.accounts.east, storageAccess: 'containerSas' } },
    }),
  })
})
afterAll(() => stack.close())

const keyPolicy = (keyValue: string) => ({
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: {
        '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
        issuer: 'i',
        audience: 'a',
        restrictionTokenType: 'Jwt',
        primaryVerificationKey: { '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey', keyValue },
      },
    },
  ],
})

const demo = async () => {
  const { arm } = stack.accounts.east
  await arm.put('contentKeyPolicies/secret', keyPolicy(canaries.verificationKey))
  await encode(stack, 'film')
  await publish(stack, 'film', 'film-aes', {
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'secret',
    contentKeys: [
      {
        id: '0cab0000-1111-4222-8333-444455556666',
        labelReferenceInStreamingPolicy: 'clearKeyDefault',
        value: canaries.contentKey,
      },
    ],
  })
  await inSync(stack, 'film')
  await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/film-aes'))
}

/** The same with everything failing that handles a secret. */
const failures = async () => {
  const { arm } = stack.accounts.east
  const secretCalls = [
    ['east', 'StreamingLocators_ListContentKeys'],
    ['east', 'ContentKeyPolicies_GetPolicyPropertiesWithSecrets'],
    ['east', 'Assets_ListContainerSas'],
    ['west', 'StreamingLocators_Create'],
    ['west', 'ContentKeyPolicies_CreateOrUpdate'],
    ['west', 'CopyBlobFromUrl'],
  ] as const
  for (const kind of ['500', 'lostReply', 'reset', '429'] as const) {
    for (const [account, operation] of secretCalls) stack.simulator.fault({ account, operation, kind, count: 4 })
  }
  await arm.put('contentKeyPolicies/second', keyPolicy(canaries.verificationKey))
  await encode(stack, 'second')
  await publish(stack, 'second', 'second-aes', {
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'second',
    contentKeys: [
      {
        id: '0cab0001-1111-4222-8333-444455556666',
        labelReferenceInStreamingPolicy: 'clearKeyDefault',
        value: canaries.secondKey,
      },
    ],
  })
  await eventually('the trouble was met', async () => (await unit(stack, 'second'))?.outcome !== undefined)
  stack.simulator.clearFaults()
  await inSync(stack, 'second')
  await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/second-aes'))
}

const readAnswers = async () => {
  const resync = await stack.api.fetch('/api/resync', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ route: 'east>west', all: true, dryRun: true }),
  })
  const location = resync.headers.get('location') ?? ''
  keep('answers', await resync.text())
  await eventually('the dry run has ended', async () => {
    const text = await (await stack.api.fetch(location)).text()
    keep('answers', text)
    return !text.includes('"running"')
  })
  const paths = [
    '/api/units?route=east>west',
    '/api/units?route=east>west&kind=asset&name=film',
    '/api/health',
    `${location}/report`,
    '/api/nowhere',
  ]
  for (const path of paths) keep('answers', await (await stack.api.fetch(path)).text())
}

const readHub = async () => {
  const options = { allowInsecureConnection: true }
  for await (const { name } of TableServiceClient.fromConnectionString(stack.hubConnection, options).listTables()) {
    if (name === undefined) continue
    for await (const row of TableClient.fromConnectionString(stack.hubConnection, name, options).listEntities()) {
      keep(`table ${name}`, JSON.stringify(row))
    }
  }
}

/** Files as bytes in Latin-1, so that nothing is lost in decoding. Keys of the host itself are meant to be there. */
const readState = () => {
  for (const name of readdirSync(stack.hostStateDir, { recursive: true, encoding: 'utf8' })) {
    if (name === 'keys.json') continue
    try {
      keep(`file ${name}`, readFileSync(join(stack.hostStateDir, name), 'latin1'))
    } catch {
      // A folder.
    }
  }
}

it('P6: no secret leaves an activity: not in files, ledger, logs or answers, failures included', {
  timeout: 180_000,
}, async () => {
  await demo()
  await failures()
  expect(JSON.stringify(await keysOf(stack, 'west', 'film-aes'))).toContain(canaries.contentKey)
  expect(JSON.stringify(await keysOf(stack, 'west', 'second-aes'))).toContain(canaries.secondKey)
  await readAnswers()
  await readHub()
  readState()

  const secrets = { ...canaries, eastToken: stack.tokens.east, westToken: stack.tokens.west }
  expect(leaks(places, Object.entries(secrets))).toEqual([])
  // A scan that read nothing finds nothing.
  expect([...places.keys()]).toEqual(
    expect.arrayContaining(['log of host', 'answers', 'table TwinstreamUnits', 'file durable.db']),
  )
  expect([...places.values()].some(text => text.includes('film-aes'))).toBe(true)
})
