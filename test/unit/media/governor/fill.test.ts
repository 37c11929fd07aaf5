import { expect, it } from 'vitest'
import type { Unit } from '../../../../src/lib/model.ts'
import { RateLimitedService } from '../../../support/rate-limited-service.ts'
import { VirtualTime } from '../../../support/virtual-time.ts'
import { CallingApp } from './fill-support.ts'

const hour = 60 * 60_000
const minute = 60_000
const bulk = { reason: 'resync', priority: 'bulk' } as const
const event = { reason: 'jobFinished', priority: 'event' } as const

const assets = (route: string, count: number, prefix = 'title'): Unit[] =>
  Array.from({ length: count }, (_, index) => ({ route, kind: 'asset', name: `${prefix}-${index}` }))

/** The most calls in any hour. */
const busiestHour = (calls: readonly number[]): number => {
  let [first, most] = [0, 0]
  for (const [index, at] of calls.entries()) {
    while ((calls[first] ?? at) <= at - hour) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}

it.each([
  ['one instance', [0]],
  ['two instances, one of them with a clock two minutes ahead', [0, 2 * minute]],
] as const)(
  'P9, P3: 3,000 encrypted assets are filled at 95 % of bulk’s 720 an hour without one 429, by %s',
  async (_, skews) => {
    const time = new VirtualTime()
    const service = new RateLimitedService({ kind: 'window', limit: 1200 })
    const route = 'east>west'
    const app = new CallingApp({ time, service, routes: [route], skews })
    const backlog = assets(route, 3000)
    for (const unit of backlog) await app.request(unit, bulk)
    const begun = time.now

    const events: { readonly asked: number; readonly unit: Unit }[] = []
    const publisher = async () => {
      // Into a fresh window, into one that bulk work has used up, and hours into the fill.
      for (const after of [0, 20, 70, 115, 170, 200]) {
        await time.sleep(begun + after * minute - time.now)
        const [unit] = assets(route, 1, `premiere-${after}`)
        if (unit === undefined) continue
        events.push({ asked: time.now, unit })
        await app.request(unit, event)
      }
    }
    const over = () => app.done.size === backlog.length + 6
    await time.run(Promise.all([publisher(), app.dispatch(begun + 6 * hour, over)]))

    expect(service.refusals).toBe(0)
    expect(app.done.size).toBe(3006)
    const last = Math.max(...backlog.map(({ name }) => app.done.get(`${route}/${name}`) ?? Number.POSITIVE_INFINITY))
    expect(3000 / ((last - begun) / hour)).toBeGreaterThanOrEqual(0.95 * 720)
    for (const { asked, unit } of events)
      expect((app.done.get(`${route}/${unit.name}`) ?? Number.POSITIVE_INFINITY) - asked, unit.name).toBeLessThan(
        minute,
      )
    // Of every hour of the service the owner keeps a fifth, and bulk work takes 60 of 100 calls.
    for (let window = begun; window < last; window += hour) {
      const calls = service.calls.filter(at => at >= window && at < window + hour - minute).length
      expect(calls).toBeLessThanOrEqual(720 + 6)
    }
    expect(busiestHour(service.calls)).toBeLessThanOrEqual(2 * 720)
    // What the fill did not get through at once was not begun again and again.
    expect(app.passes).toBeLessThan(1.1 * 3006)
  },
)

it('P4: routes that share a bucket fill at the same rate, whoever came first and however much each has to do', async () => {
  const time = new VirtualTime()
  const service = new RateLimitedService({ kind: 'window', limit: 1200 })
  const app = new CallingApp({ time, service, routes: ['east>west', 'east>north'] })
  for (const unit of assets('east>west', 2000)) await app.request(unit, bulk)
  const begun = time.now
  const late = async () => {
    await time.sleep(30 * minute)
    for (const unit of assets('east>north', 500)) await app.request(unit, bulk)
  }
  const doneOf = (route: string) => [...app.done.keys()].filter(key => key.startsWith(`${route}/`)).length
  await time.run(Promise.all([late(), app.dispatch(begun + 2 * hour - minute, () => false)]))
  // The first hour was the one route's alone; the second they had in equal parts.
  expect(doneOf('east>north')).toBeGreaterThanOrEqual(0.45 * 720)
  expect(doneOf('east>north')).toBeLessThanOrEqual(0.55 * 720)
  expect(service.refusals).toBe(0)
})
