import { expect, it } from 'vitest'
import { finishing } from '../../../../src/lib/media/governor/finishing.ts'
import type { Caller } from '../../../../src/lib/model.ts'
import { RateLimitedService } from '../../../support/rate-limited-service.ts'
import { VirtualTime } from '../../../support/virtual-time.ts'
import { callOver, east, governorOn, MemoryBudgets } from './support.ts'

const bulk: Caller = { route: 'east>west', priority: 'bulk' }
const event: Caller = { route: 'east>west', priority: 'event' }
const hour = 60 * 60_000

const ground = (limit = 1200) => {
  const time = new VirtualTime()
  const store = new MemoryBudgets()
  const service = new RateLimitedService({ kind: 'window', limit })
  return { time, store, service, governor: governorOn(time, store), call: callOver(time, service) }
}
type Ground = ReturnType<typeof ground>

/** Calls one after the other until one is not made. @returns until when it is not. */
const drain = async ({ time, call }: Ground, governor: Ground['governor'], caller: Caller): Promise<number> => {
  for (;;) {
    const answer = await time.run(call(governor, caller))
    if (typeof answer === 'object' && 'until' in answer) return answer.until
  }
}

it('P9: of 100 calls bulk work uses 60, events the next 20, and the owner keeps 20', async () => {
  const all = ground()
  await drain(all, all.governor, bulk)
  expect(all.service.left(all.time.now)).toBeGreaterThanOrEqual(480)
  expect(all.service.left(all.time.now)).toBeLessThanOrEqual(492)
  await drain(all, all.governor, event)
  expect(all.service.left(all.time.now)).toBeGreaterThanOrEqual(240)
  expect(all.service.left(all.time.now)).toBeLessThanOrEqual(252)
})

it('P9: every call that has ended is told with its account, the bucket that the answer named and the class of the answer', async () => {
  const ended: unknown[] = []
  const time = new VirtualTime()
  const governor = governorOn(time, new MemoryBudgets(), 0, { ended: (...call) => ended.push(call.join(' ')) })
  const gate = governor.gate(east, event)
  const remaining = { bucket: 'subscription-writes', left: 1000 }
  for (const status of [200, 304, 404, 503, 0]) await (await gate('assets.get'))({ status })
  await (await gate('assets.get'))({ status: 200, remaining })
  await (await gate('streamingLocators.create'))({ status: 503, remaining, throttled: { wait: 1 } })
  expect(ended).toEqual([
    ...['2xx', '3xx', '4xx', '5xx', 'none'].map(status => `east reads ${status}`),
    'east writes 2xx',
    'east writes 429',
  ])
})

it('what cannot wait is not held back while the service takes it', async () => {
  const all = ground()
  await drain(all, all.governor, event)
  await drain(all, all.governor, { ...event, priority: 'urgent' })
  expect(all.service.left(all.time.now)).toBe(0)
  expect(all.service.refusals).toBeLessThanOrEqual(1)
})

it('P1: what has been begun is finished with calls that are kept for others', async () => {
  const all = ground()
  await drain(all, all.governor, bulk)
  const left = all.service.left(all.time.now)
  await finishing(async () => {
    for (let calls = 0; calls < 3; calls += 1)
      expect(await all.time.run(all.call(all.governor, bulk))).toMatchObject({ left: expect.any(Number) })
  })
  expect(all.service.left(all.time.now)).toBe(left - 3)
  expect(await all.time.run(all.call(all.governor, bulk))).toMatchObject({ until: expect.any(Number) })
})

it('P3: bulk work goes on when the window is over, at the first moment', async () => {
  const all = ground()
  const begun = all.time.now
  let until = await drain(all, all.governor, bulk)
  while (all.time.now < begun + hour) {
    await all.time.pass(until)
    until = await drain(all, all.governor, bulk)
  }
  expect(all.service.calls.length).toBeLessThanOrEqual(2 * 720)
  expect(all.service.calls.filter(at => at < begun + hour).length).toBeLessThanOrEqual(720)
  expect(all.service.calls.find(at => at >= begun + hour)).toBeLessThan(begun + hour + 10_000)
  expect(all.service.refusals).toBe(0)
})

it.each([
  ['with the time to wait', true, 60_000],
  ['without one', false, 5_000],
] as const)(
  'P9: after a 429 %s nothing is sent before one call has seen that there is more',
  async (_, says, soonest) => {
    const all = ground()
    all.service.retryAfter = says
    for (let n = 0; n < 1200; n++) all.service.take(all.time.now)
    await all.time.pass(all.time.now + hour - 60_000)
    expect(await all.time.run(all.call(all.governor, event))).toBe('refused')
    const refusedAt = all.time.now
    const more = await Promise.all(Array.from({ length: 5 }, () => all.time.run(all.call(all.governor, event))))
    expect(more.filter(answer => answer === 'refused').length).toBeLessThanOrEqual(1)
    for (const answer of more)
      if (typeof answer === 'object' && 'until' in answer)
        expect(answer.until - refusedAt).toBeGreaterThanOrEqual(soonest - 100)
    let until = await drain(all, all.governor, event)
    while (until < refusedAt + hour / 2) {
      await all.time.pass(until)
      until = await drain(all, all.governor, event)
    }
    expect(all.service.refusals).toBeLessThanOrEqual(6)
    expect(all.service.left(all.time.now)).toBeLessThanOrEqual(252)
  },
)

it('two accounts of one subscription and identity share what is left; another identity, subscription or host does not', async () => {
  const all = ground()
  await drain(all, all.governor, bulk)
  const west = { ...east, key: 'west' }
  expect(await all.governor.room([west], bulk)).toBeLessThanOrEqual(1)
  for (const other of [
    { subscriptionId: '2' },
    { endpoint: 'https://other.example/' },
    { credential: { kind: 'setting', setting: 'WEST' } as const },
  ])
    expect(await all.governor.room([{ ...west, ...other }], bulk)).toBeGreaterThan(1)
})

it('P9: another instance knows within seconds, and few rows are written for many calls', async () => {
  const all = ground()
  await drain(all, all.governor, bulk)
  const calls = all.service.calls.length
  expect(calls).toBeGreaterThan(700)
  expect(all.store.writes).toBeLessThan(calls / 20)
  const late = governorOn(all.time, all.store, 90_000)
  await all.time.pass(all.time.now + 10_000)
  await all.time.run(all.call(all.governor, bulk))
  expect(await late.room([east], bulk)).toBeLessThanOrEqual(1)
  expect(await late.room([east], event)).toBeGreaterThan(1)
})

it('a ledger that does not answer stops no call', async () => {
  const all = ground()
  const alone = governorOn(all.time, all.store)
  all.store.changeBudget = () => Promise.reject(new Error('no table'))
  await drain(all, alone, bulk)
  expect(all.service.left(all.time.now)).toBeGreaterThanOrEqual(480)
})

it('a bucket that fills up in seconds is known as one, and work waits for it instead of beginning anew', async () => {
  const time = new VirtualTime()
  const service = new RateLimitedService({ kind: 'tokens', limit: 200, perSecond: 10 })
  const governor = governorOn(time, new MemoryBudgets())
  const call = callOver(time, service)
  const begun = time.now
  let refused = 0
  const worker = async () => {
    for (let done = 0; done < 100; ) {
      const answer = await call(governor, bulk)
      if (typeof answer === 'object' && 'until' in answer) {
        refused += 1
        await time.sleep(Math.max(1000, answer.until - time.now))
      } else done += 1
    }
  }
  await time.run(Promise.all(Array.from({ length: 10 }, worker)))
  expect(service.refusals).toBe(0)
  // 1000 calls at 10 a second, less what was there at first.
  expect(time.now - begun).toBeLessThan(200_000)
  expect(refused).toBeLessThan(200)
})

it('what is left is shown for people, with when more may be asked for', async () => {
  const all = ground()
  await drain(all, all.governor, bulk)
  const [view, ...others] = await all.governor.view(east)
  expect(others).toEqual([])
  expect(view).toMatchObject({ bucket: 'writes', limit: 1200, left: all.service.left(all.time.now) })
  expect(view?.event.calls).toBeGreaterThan(200)
  expect(view?.bulk).toMatchObject({ calls: 0 })
  expect(view?.bulk.until).toBeGreaterThan(all.time.now)
})
