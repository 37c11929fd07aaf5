/** The long story: a failover, work in region B meanwhile, and the way back. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import type { JsonObject } from '../../local/stack/arm.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import {
  deliver,
  encode,
  eventually,
  inSync,
  jobFinished,
  publish,
  putBlob,
  route,
  routes,
  withCode,
  writesTo,
} from './support.ts'

const back = 'west>east'
let stack: Stack
beforeAll(async () => {
  // An outage counts after six seconds, and everything else runs as much faster.
  stack = await startStack({ pace: 0.01, bothWays: true })
})
afterAll(() => stack.close())

const a = () => stack.accounts.east.arm
const b = () => stack.accounts.west.arm

const keyPolicy = (key: string): JsonObject => ({
  options: [
    {
      name: 'token',
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: {
        '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
        issuer: 'https://issuer.contoso.example',
        audience: 'players',
        restrictionTokenType: 'Jwt',
        primaryVerificationKey: {
          '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey',
          keyValue: Buffer.from(key.padEnd(32)).toString('base64'),
        },
        alternateVerificationKeys: [],
        requiredClaims: [],
      },
    },
  ],
})
const keyIn = async (arm: ReturnType<typeof a>) => {
  const { options } = await arm.post('contentKeyPolicies/tokens', 'getPolicyPropertiesWithSecrets')
  const [option] = options as unknown as { restriction: { primaryVerificationKey: { keyValue: string } } }[]
  return Buffer.from(option?.restriction.primaryVerificationKey.keyValue ?? '', 'base64')
    .toString()
    .trim()
}
const post = async (path: string, body: unknown) => {
  const response = await stack.api.fetch(path, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as { id: string; count: number } }
}
const resync = async (which: string) => {
  const { status, body } = await post('/api/resync', { route: which, all: true })
  expect(status).toBe(202)
  await eventually(`the resync of ${which} ended`, async () => {
    const view = (await (await stack.api.fetch(`/api/operations/${body.id}`)).json()) as { status: string }
    return view.status === 'succeeded'
  })
}
const conflicts = async () => {
  const response = await stack.api.fetch(`/api/units?${new URLSearchParams({ route, code: 'TargetChanged' })}`)
  const { units } = (await response.json()) as { units: readonly { kind: string; name: string }[] }
  return units.map(({ kind, name }) => `${kind} ${name}`).toSorted((x, y) => x.localeCompare(y))
}
const dispatched = <T>(what: string, look: () => Promise<T | undefined | false>) =>
  eventually(
    what,
    async () => {
      await stack.api.fire('dispatch')
      return look()
    },
    90_000,
  )

it('P10, P3: nothing that was done in B during an outage of A is undone, and in the end both are equal', async () => {
  await a().put('contentKeyPolicies/tokens', keyPolicy('first key'))
  for (const title of ['plain', 'withdrawn', 'protected']) await encode(stack, title)
  await publish(stack, 'plain', 'plain-clear')
  await publish(stack, 'withdrawn', 'withdrawn-clear')
  await publish(stack, 'protected', 'protected-aes', {
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'tokens',
  })
  for (const name of ['plain-clear', 'withdrawn-clear', 'protected-aes'])
    await eventually(`${name} is in B`, () => b().get(`streamingLocators/${name}`))
  for (const title of ['plain', 'withdrawn', 'protected']) await inSync(stack, title)
  await inSync(stack, 'tokens', 'contentKeyPolicy')

  // A goes away for long enough to fail over.
  stack.simulator.outage('east')
  await deliver(stack, JSON.stringify([jobFinished(stack, 'plain')]))
  await withCode(stack, 'plain', 'SourceUnavailable')
  await dispatched('the route is on hold', async () => (await routes(stack))[0]?.hold)

  await b().put('assets/made-in-b', { container: 'made-in-b', description: 'Encoded in B' })
  await putBlob(stack, 'west', 'made-in-b', 'film.mp4', 'a picture')
  await b().put('streamingLocators/made-in-b-clear', {
    assetName: 'made-in-b',
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
  })
  await b().delete('streamingLocators/withdrawn-clear')
  await b().put('contentKeyPolicies/tokens', keyPolicy('second key'))

  // A returns as it was. What changed in B is found and waits.
  stack.simulator.restore('east')
  const expected = ['asset withdrawn', 'contentKeyPolicy tokens']
  await dispatched('both conflicts are listed', async () => {
    const found = await conflicts()
    return found.length >= expected.length && found
  })
  await inSync(stack, 'plain')
  expect(await conflicts()).toEqual(expected)
  expect(await b().get('streamingLocators/withdrawn-clear')).toBeUndefined()
  expect(await keyIn(b())).toBe('second key')
  expect((await routes(stack))[0]?.failback).toBeDefined()

  // Somebody decides: B is right.
  const decision = await post('/api/failback', { route, keep: 'target', all: true })
  expect([decision.status, decision.body.count]).toEqual([202, 2])
  await dispatched('A has the key of B', async () => (await keyIn(a())) === 'second key')
  await dispatched(
    'A has withdrawn it too',
    async () => (await a().get('streamingLocators/withdrawn-clear')) === undefined,
  )
  await dispatched('nothing waits any longer', async () => (await routes(stack))[0]?.failback === undefined)
  expect(await conflicts()).toEqual([])

  // What was made in B is found by the other route, and appears in A.
  await resync(back)
  await dispatched('the title of B is in A', () => a().get('streamingLocators/made-in-b-clear'))
  await dispatched('both are equal', async () => {
    const { differences } = await compareAccounts(a(), b())
    return differences.length === 0
  })
  expect(await keyIn(b())).toBe('second key')
  expect(await b().get('streamingLocators/withdrawn-clear')).toBeUndefined()

  // Neither route goes round in circles.
  stack.simulator.resetCounters()
  await resync(route)
  await resync(back)
  await stack.api.fire('dispatch')
  expect([...writesTo(stack, 'east'), ...writesTo(stack, 'west')]).toEqual([])
}, 240_000)
