import { afterAll, beforeAll, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import {
  deliver,
  encode,
  eventually,
  inSync,
  jobFinished,
  publish,
  route,
  routes,
  storageWritesTo,
  unit,
  withCode,
  writesTo,
} from './support.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

it('P3: region B goes down in the middle of a pass and comes back: in sync without a hand', async () => {
  stack.simulator.fault({
    account: 'west',
    plane: 'storage',
    operation: 'CopyBlobFromUrl',
    kind: 'latency',
    milliseconds: 300,
  })
  await encode(stack, 'film')
  await publish(stack, 'film', 'film-clear')
  await eventually('the copy is under way', async () => storageWritesTo(stack, 'west') > 1)
  stack.simulator.clearFaults()
  stack.simulator.outage('west')
  await withCode(stack, 'film', 'TargetUnavailable')

  stack.simulator.restore('west')
  await inSync(stack, 'film')
  await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/film-clear'))
  expect((await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)).differences).toEqual([])
})

it('P3: while region A is down its units wait with SourceUnavailable and B is left alone; what was answered stays so', async () => {
  const body = JSON.stringify({ route, assets: ['film'] })
  const asked = await stack.api.fetch('/api/resync', { method: 'POST', body })
  const { id } = (await asked.json()) as { id: string }
  // Nobody asks how far it is: the dispatcher keeps what it has come to.
  const listed = async () => {
    const { operations } = (await (await stack.api.fetch('/api/operations')).json()) as {
      operations: { id: string; status?: string; finishedAt?: string }[]
    }
    return operations.find(one => one.id === id)
  }
  await eventually('the resync is listed as ended', async () => {
    await stack.api.fire('dispatch')
    return (await listed())?.status === 'succeeded'
  })
  const ended = await listed()
  stack.simulator.resetCounters()
  stack.simulator.outage('east')
  // The event of a region that has just gone down may still be on its way.
  expect((await deliver(stack, JSON.stringify([jobFinished(stack, 'film')]))).status).toBe(202)
  await withCode(stack, 'film', 'SourceUnavailable')
  expect(writesTo(stack, 'west')).toEqual([])
  expect(storageWritesTo(stack, 'west')).toBe(0)
  expect(await stack.accounts.west.arm.get('streamingLocators/film-clear')).toBeDefined()
  expect(await (await stack.api.fetch(`/api/operations/${id}`)).json()).toMatchObject({ ...ended })

  stack.simulator.restore('east')
  await inSync(stack, 'film')
  expect((await unit(stack, 'film'))?.outcome).toBe('inSync')
  expect(writesTo(stack, 'west')).toEqual([])
})

it('P8: a region that stays away puts the route on hold, and everything goes on when it answers', async () => {
  await encode(stack, 'held')
  await inSync(stack, 'held')
  stack.simulator.outage('east')
  expect((await deliver(stack, JSON.stringify([jobFinished(stack, 'held')]))).status).toBe(202)
  await withCode(stack, 'held', 'SourceUnavailable')
  await eventually('the route is on hold', async () => {
    await stack.api.fire('dispatch')
    return (await routes(stack))[0]?.hold
  })
  await deliver(stack, JSON.stringify([jobFinished(stack, 'film')]))
  await withCode(stack, 'film', 'OnHold')

  stack.simulator.restore('east')
  await stack.api.fire('dispatch')
  await inSync(stack, 'film')
  await inSync(stack, 'held')
  expect((await routes(stack))[0]?.hold).toBeUndefined()
}, 120_000)

it.each([
  ['429 with Retry-After', { kind: '429', retryAfter: 1 }],
  ['429 without Retry-After', { kind: '429' }],
  ['500', { kind: '500' }],
  ['503', { kind: '503', retryAfter: 1 }],
  ['a reset connection', { kind: 'reset' }],
  ['a reply lost after the call was carried out', { kind: 'lostReply' }],
] as const)('P3: a region that answers every third call with %s is waited for', async (_what, fault) => {
  const name = `film-${fault.kind}-${'retryAfter' in fault}`
  stack.simulator.fault({ account: 'west', probability: 0.33, seed: 7, ...fault })
  try {
    await encode(stack, name)
    await publish(stack, name, name)
    await inSync(stack, name)
  } finally {
    stack.simulator.clearFaults()
  }
  await eventually('the locator is in B', () => stack.accounts.west.arm.get(`streamingLocators/${name}`))
  expect((await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)).differences).toEqual([])
})
