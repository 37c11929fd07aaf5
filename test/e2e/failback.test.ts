/**
 * The long story: a failover, work in region B meanwhile, and the way back.
 *
 * What is simulated: both regions, their Event Grid and the outage; and the six hours of it. The clocks of the media
 * accounts, of Event Grid and of the app with its host are moved on together, ten minutes at a time, with a dispatch after
 * each, as the timer would. Delays of the app are a hundredth of what they are in Azure, so that hold, back-off and pauses
 * of the six hours are as many as they would be. What storage stamps, and what the test waits for, is the machine's time.
 */
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
  passTime,
  publish,
  route,
  routes,
  sender,
  withCode,
  writesTo,
} from './support.ts'

const back = 'west>east'
let stack: Stack
beforeAll(async () => {
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
const descriptionIn = async (arm: ReturnType<typeof a>, asset: string) =>
  (await arm.get(`assets/${asset}`))?.properties.description

const hour = 3_600_000
const pass = (milliseconds: number) => passTime(stack, milliseconds)

it('P10, P3: nothing that was done in B while A was down for six hours is undone, and in the end both are equal', async () => {
  await a().put('contentKeyPolicies/tokens', keyPolicy('first key'))
  const titles = ['plain', 'withdrawn', 'protected', 'described']
  for (const title of titles) await encode(stack, title)
  await publish(stack, 'plain', 'plain-clear')
  await publish(stack, 'plain', 'plain-second')
  await publish(stack, 'withdrawn', 'withdrawn-clear')
  await publish(stack, 'described', 'described-clear')
  await publish(stack, 'protected', 'protected-aes', {
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'tokens',
  })
  await a().put('contentKeyPolicies/unused', keyPolicy('unused'))
  for (const name of ['plain-clear', 'plain-second', 'withdrawn-clear', 'described-clear', 'protected-aes'])
    await eventually(`${name} is in B`, () => b().get(`streamingLocators/${name}`))
  await resync(route)
  for (const title of titles) await inSync(stack, title)
  for (const policy of ['tokens', 'unused']) await inSync(stack, policy, 'contentKeyPolicy')

  // A goes away. Whatever happens there, and however late somebody hears of it, waits.
  stack.simulator.outage('east')
  await deliver(stack, JSON.stringify([jobFinished(stack, 'plain')]))
  await withCode(stack, 'plain', 'SourceUnavailable')
  await pass(hour)
  await dispatched('the route is on hold', async () => (await routes(stack))[0]?.hold)
  await deliver(stack, JSON.stringify([jobFinished(stack, 'protected')]))
  await withCode(stack, 'protected', 'OnHold')

  // In B work goes on: a title is encoded by a job, whose event reaches the app, and published; one is withdrawn, a key
  // changed, a text corrected.
  await pass(2 * hour)
  await encode(stack, 'made-in-b', 'west')
  await b().put('streamingLocators/made-in-b-clear', {
    assetName: 'made-in-b',
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
  })
  await eventually('the app has heard of the job', () => stack.api.unit(back, 'asset', 'made-in-b'))
  await b().delete('streamingLocators/withdrawn-clear')
  await b().put('contentKeyPolicies/tokens', keyPolicy('second key'))
  await b().patch('assets/described', { description: 'Corrected in B' })
  await pass(3 * hour)
  expect((await routes(stack))[0]?.hold).toBeDefined()

  // A returns as it was. What changed in B is found and waits.
  stack.simulator.restore('east')
  const expected = ['asset described', 'asset withdrawn', 'contentKeyPolicy tokens']
  await dispatched('the conflicts are listed', async () => {
    const found = await conflicts()
    return found.length >= expected.length && found
  })
  await inSync(stack, 'plain')
  await inSync(stack, 'protected')
  expect(await conflicts()).toEqual(expected)
  const undone = async () => [
    await b().get('streamingLocators/withdrawn-clear'),
    await keyIn(b()),
    await descriptionIn(b(), 'described'),
  ]
  expect(await undone()).toEqual([undefined, 'second key', 'Corrected in B'])
  const since = Date.parse((await routes(stack))[0]?.failback?.since ?? '')
  expect((await stack.api.advance(0)) - since).toBeGreaterThanOrEqual(6 * hour)

  // Meanwhile what nobody has touched in B goes on as ever: a new title comes, and a withdrawal waits for nobody.
  await encode(stack, 'fresh')
  await publish(stack, 'fresh', 'fresh-clear')
  await a().delete('streamingLocators/plain-second')
  await sender(stack).locatorDeleted({ locatorName: 'plain-second', assetName: 'plain' })
  await dispatched('the new title is in B', () => b().get('streamingLocators/fresh-clear'))
  await dispatched('it is withdrawn', async () => (await b().get('streamingLocators/plain-second')) === undefined)
  // A delete of a policy waits for all decisions.
  await a().delete('contentKeyPolicies/unused')
  await post('/api/resync', { route, units: [{ kind: 'contentKeyPolicy', name: 'unused' }] })
  await dispatched(
    'the delete waits',
    async () => (await stack.api.unit(route, 'contentKeyPolicy', 'unused'))?.code === 'FailbackPending',
  )
  expect(await conflicts()).toEqual(expected)

  // Somebody decides: the text of A comes back, and in all else B is right.
  const restored = await post('/api/failback', { route, keep: 'source', units: [{ kind: 'asset', name: 'described' }] })
  expect([restored.status, restored.body.count]).toEqual([202, 1])
  await dispatched(
    'B has the text of A',
    async () => (await descriptionIn(b(), 'described')) === 'described, encoded' && (await conflicts()).length === 2,
  )
  expect(await b().get('contentKeyPolicies/unused')).toBeDefined()
  const kept = await post('/api/failback', { route, keep: 'target', all: true })
  expect([kept.status, kept.body.count]).toEqual([202, 2])
  await dispatched('A has the key of B', async () => (await keyIn(a())) === 'second key')
  await dispatched(
    'A has withdrawn it too',
    async () => (await a().get('streamingLocators/withdrawn-clear')) === undefined,
  )
  await dispatched('nothing waits any longer', async () => (await routes(stack))[0]?.failback === undefined)
  expect(await conflicts()).toEqual([])
  await dispatched('the delete is made', async () => (await b().get('contentKeyPolicies/unused')) === undefined)

  // What was made in B appears in A, for the event of its job.
  await dispatched('the title of B is in A', () => a().get('streamingLocators/made-in-b-clear'))
  await dispatched('both are equal', async () => {
    const { differences } = await compareAccounts(a(), b())
    return differences.length === 0
  })
  expect(await undone()).toEqual([undefined, 'second key', 'described, encoded'])

  // Neither route goes round in circles.
  stack.simulator.resetCounters()
  await resync(route)
  await resync(back)
  await stack.api.fire('dispatch')
  expect([...writesTo(stack, 'east'), ...writesTo(stack, 'west')]).toEqual([])
}, 400_000)
