import { beforeEach, expect, it } from 'vitest'
import { watchCanary } from '../../../src/lib/durable/canary.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import type { RouteState } from '../../../src/lib/ledger/states.ts'
import type { Route } from '../../../src/lib/model.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { ServiceError } from '../../../src/lib/service-error.ts'
import { timing } from '../../../src/lib/timing.ts'
import { rowOf } from '../sweep/support/memory-ledger.ts'
import { route as plain } from '../sweep/support/source.ts'

const canary = { asset: 'canary', probed: 'probe', rebuilt: 'daily' }
const route: Route = { ...plain, canary }
const hour = 3_600_000
const begin = Date.UTC(2030, 0, 1)
const found = { name: 'daily', assetName: 'canary', streamingLocatorId: 'ID' }
const twin = { ...found, streamingLocatorId: 'id' }

let now: number
let state: RouteState
let row: UnitRow
let source: object | undefined
let target: object | undefined
let deletes: string[]
let raised: string[]
let trouble: ServiceError | undefined
let lines: string[]

const look = (of: Route = route) =>
  watchCanary(
    {
      ledger: {
        read: async () => row,
        request: async (_, { facts }) => {
          row = { ...row, facts: { ...row.facts, ...facts } }
          return undefined
        },
        routeState: async () => state,
        changeRoute: async (_, change) => {
          state = change(state)
          return state
        },
      },
      pair: () =>
        ({
          source: { locator: async () => source },
          target: {
            locator: async () => target,
            deleteLocator: async (name: string) => {
              if (trouble !== undefined) throw trouble
              deletes.push(name)
              target = undefined
            },
          },
          reach: async () => 'all',
        }) as unknown as Pair,
      clock: () => now,
      timing: timing(1),
      raise: async name => {
        raised.push(name)
      },
    },
    of,
    line => lines.push(String(line)),
  )

/** A pass puts it back, some time after the event. */
const back = (after: number) => {
  now += after
  target = twin
  row = { ...row, inSyncAt: now, facts: { ...row.facts, locators: ['probe', 'daily'] } }
}

beforeEach(() => {
  now = begin
  state = {}
  row = rowOf(
    { route: route.key, kind: 'asset', name: 'canary' },
    { outcome: 'inSync', inSyncAt: begin - hour, facts: { owner: 'made', locators: ['probe', 'daily'] } },
  )
  source = found
  target = twin
  deletes = []
  raised = []
  trouble = undefined
  lines = []
})

it('takes the second locator off once a day, asks for it by an event, and tells how long it took', async () => {
  await look()
  expect([deletes, raised]).toEqual([['daily'], ['daily']])
  back(7000)
  now += hour
  await look()
  expect(state.canary).toEqual({ since: begin, begunAt: begin, rebuiltAt: begin + 7000, lag: 7000 })
  expect(lines).toEqual(['{"event":"canaryRebuilt","route":"east>west","seconds":7}'])
  await look()
  expect(deletes).toHaveLength(1)
  now = begin + 24 * hour
  await look()
  expect(deletes).toEqual(['daily', 'daily'])
})

it('P3: raises the event again as long as it is not back, and never counts a pass from before it', async () => {
  await look()
  await look()
  expect([deletes, raised]).toEqual([['daily'], ['daily', 'daily']])
  target = twin
  await look()
  expect(state.canary?.rebuiltAt).toBeUndefined()
})

it('P3: a look that died before, at or after the delete is gone on with', async () => {
  trouble = new ServiceError('unavailable', 'west: no answer')
  await look()
  expect(state.canary).toMatchObject({ open: 'due', code: expect.any(String) })
  trouble = undefined
  target = undefined
  await look()
  expect(state.canary).toMatchObject({ open: 'gone' })
  expect(state.canary?.code).toBeUndefined()
  expect(raised).toEqual(['daily'])
})

it.each<[string, () => void, string]>([
  ['a hold', () => Object.assign(state, { hold: { side: 'source', since: 0 } }), 'OnHold'],
  ['what waits for a decision', () => Object.assign(state, { returned: { at: 0, since: 0 } }), 'FailbackPending'],
  ['a source without the locator', () => (source = undefined), 'CanaryMissing'],
  ['another locator under the name', () => (target = { ...twin, streamingLocatorId: 'other' }), 'CanaryMissing'],
  ['a twin that is not ours', () => (row = { ...row, facts: { ...row.facts, owner: 'matched' } }), 'CanaryMissing'],
  ['one locator only', () => (row = { ...row, facts: { owner: 'made', locators: ['daily'] } }), 'CanaryMissing'],
  ['a unit that is blocked', () => (row = { ...row, outcome: 'blocked', code: 'QuotaReached' }), 'QuotaReached'],
])('P10: takes nothing off with %s, and says why', async (_, change, code) => {
  change()
  await look()
  expect([deletes, raised, state.canary?.code, state.canary?.open]).toEqual([[], [], code, undefined])
})

it('P10: the row knows that it is gone by our own hand, so that an outage right then leaves nothing to be decided', async () => {
  row = { ...row, facts: { ...row.facts, twinLocators: { probe: 't1', daily: 't2' }, locatorMarks: { daily: 't0' } } }
  await look()
  expect(row.facts).toEqual({ owner: 'made', locators: ['probe'], twinLocators: { probe: 't1' }, locatorMarks: {} })
})

it('P3: what was begun before a hold is gone on with after it', async () => {
  trouble = new ServiceError('unavailable', 'west: no answer')
  await look()
  state = { ...state, hold: { side: 'source', since: 0 } }
  await look()
  expect(state.canary).toMatchObject({ open: 'due', code: 'OnHold' })
  trouble = undefined
  const { hold: _, ...rest } = state
  state = rest
  await look()
  expect([deletes, raised]).toEqual([['daily'], ['daily']])
})

it('P10: takes nothing off on a route that only observes, or has no canary', async () => {
  await look({ ...route, mode: 'observe' })
  await look(plain)
  expect([deletes, state.canary?.code]).toEqual([[], 'RoutePaused'])
})

it('P8: tells that it is late after two days, not before, with what keeps it back', async () => {
  source = undefined
  await look()
  now += 47 * hour
  await look()
  expect(lines).toEqual([])
  now += 2 * hour
  await look()
  expect(lines).toEqual(['{"event":"canaryLate","route":"east>west","hours":49,"code":"CanaryMissing"}'])
})
