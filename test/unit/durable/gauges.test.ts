import { expect, it } from 'vitest'
import { type GaugeDeps, measureRoute } from '../../../src/lib/durable/gauges.ts'
import type { Backlog } from '../../../src/lib/ledger/ledger.ts'
import type { RouteState } from '../../../src/lib/ledger/states.ts'
import type { Account, Route } from '../../../src/lib/model.ts'

const now = 10_000_000
const route = { key: 'east>west', from: 'east', to: 'west', mode: 'replicate' } as Route
const nothing: Backlog = { running: 0, due: 0, waiting: 0, blocked: 0, atLeast: false, standStills: [] }

const measured = async (backlog: Backlog, state: RouteState = {}, of: Route = route): Promise<readonly string[]> => {
  const told: string[] = []
  const deps: GaugeDeps = {
    ledger: { backlog: async () => backlog, routeState: async () => state, operation: async () => undefined },
    accounts: ['east', 'west', 'north'].map(key => ({ key }) as Account),
    governor: {
      view: async () => [{ bucket: 'reads', limit: 12_000, left: 9, at: now, event: { calls: 1 }, bulk: { calls: 1 } }],
    },
    clock: () => now,
    measure: (name, value, attributes) => told.push([name, value, ...Object.values(attributes)].join(' ')),
  }
  await measureRoute(deps, of)
  return told
}

it('P8: a route with nothing to do says so, so that its silence is noticed', async () => {
  expect(await measured(nothing)).toEqual([
    'twinstream.units 0 east>west running',
    'twinstream.units 0 east>west due',
    'twinstream.units.age 0 east>west behind',
    `twinstream.comparison.age ${now / 1000} east>west`,
    'twinstream.calls.left 9 east reads',
    'twinstream.calls.left 9 west reads',
  ])
})

it('P8: a route tells how long it is behind, what stands still for how long and why, and what holds it', async () => {
  const backlog: Backlog = {
    ...nothing,
    running: 1,
    oldest: now - 60_000,
    standStills: [
      { outcome: 'blocked', code: 'StorageNotMapped', count: 7, oldest: now - 3_600_000 },
      { outcome: 'waiting', code: 'DeletePending', count: 2 },
    ],
  }
  const told = await measured(backlog, { hold: { side: 'target', since: now - 900_000 } })
  expect(told).toEqual(
    expect.arrayContaining([
      'twinstream.units 1 east>west running',
      'twinstream.units.age 60 east>west behind',
      'twinstream.units 7 east>west blocked StorageNotMapped',
      'twinstream.units.age 3600 east>west blocked StorageNotMapped',
      'twinstream.units 2 east>west waiting DeletePending',
      'twinstream.hold.age 900 east>west west',
    ]),
  )
  expect(told.filter(line => line.includes('DeletePending'))).toHaveLength(1)
})

it('a canary that has come back tells how long that took', async () => {
  const told = await measured(nothing, { canary: { since: 0, begunAt: 1, lag: 4_500 } })
  expect(told).toContain('twinstream.canary.lag 4.5 east>west')
})

it('a route that is not compared tells no age of a comparison', async () => {
  expect((await measured(nothing, {}, { ...route, mode: 'paused' })).join()).not.toContain('comparison')
})
