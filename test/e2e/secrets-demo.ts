/** A demo in which everything fails once that handles a secret, and all places where a secret could have been left. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TableClient, TableServiceClient } from '@azure/data-tables'
import type { Stack } from '../../local/stack/stack.ts'
import { encode, eventually, inSync, keysOf, publish, unit } from './support.ts'

/** Notes what was found at a place. */
export type Keep = (place: string, text: string) => unknown

/** Values that are nowhere else in the world, so that one find is a leak. */
export const canaries = {
  contentKey: Buffer.from('CANARY-key-16-by').toString('base64'),
  verificationKey: Buffer.from('CANARY-verification-key-of-32-by').toString('base64'),
  secondKey: Buffer.from('CANARY-second-ke').toString('base64'),
}

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

const published = (stack: Stack, locator: string, key: string) =>
  eventually(
    `${locator} is in B, with its key`,
    async () =>
      (await stack.accounts.west.arm.get(`streamingLocators/${locator}`)) !== undefined &&
      JSON.stringify(await keysOf(stack, 'west', locator)).includes(key),
  )

const demo = async (stack: Stack) => {
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
  await published(stack, 'film-aes', canaries.contentKey)
}

/** The same with everything failing that handles a secret. */
const failures = async (stack: Stack) => {
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
  await inSync(stack, 'second', 'asset', 150_000)
  await published(stack, 'second-aes', canaries.secondKey)
}

const readAnswers = async (stack: Stack, keep: Keep) => {
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

const readHub = async (stack: Stack, keep: Keep) => {
  const options = { allowInsecureConnection: true }
  for await (const { name } of TableServiceClient.fromConnectionString(stack.hubConnection, options).listTables()) {
    if (name === undefined) continue
    for await (const row of TableClient.fromConnectionString(stack.hubConnection, name, options).listEntities()) {
      keep(`table ${name}`, JSON.stringify(row))
    }
  }
}

/** Files as bytes in Latin-1, so that nothing is lost in decoding. Keys of the host itself are meant to be there. */
const readState = (stack: Stack, keep: Keep) => {
  for (const name of readdirSync(stack.hostStateDir, { recursive: true, encoding: 'utf8' })) {
    if (name === 'keys.json') continue
    try {
      keep(`file ${name}`, readFileSync(join(stack.hostStateDir, name), 'latin1'))
    } catch {
      // A folder.
    }
  }
}

/** @param keep is given what the app answers. */
export const playDemo = async (stack: Stack, keep: Keep): Promise<void> => {
  await demo(stack)
  await failures(stack)
  await readAnswers(stack, keep)
}

/** Reads what the app and its host have written down. */
export const readStorage = async (stack: Stack, keep: Keep): Promise<void> => {
  await readHub(stack, keep)
  readState(stack, keep)
}
