import { beforeEach, expect, it } from 'vitest'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import type { Claim, Ledger } from '../../../src/lib/ledger/ledger.ts'
import { createLedger } from '../../../src/lib/ledger/table-ledger.ts'
import type { Unit } from '../../../src/lib/model.ts'
import { loadOperation, newOperation, saveNamedUnits, saveOpenMark } from '../../../src/lib/sweep/operation.ts'
import { tidyUnits } from '../../../src/lib/sweep/tidy-units.ts'
import { timing } from '../../../src/lib/timing.ts'
import { MemoryTable } from '../../support/memory-table.ts'
import { route } from './support/source.ts'

const times = timing(1)
const film: Unit = { route: route.key, kind: 'asset', name: 'film' }
const locator: Unit = { route: route.key, kind: 'streamingLocator', name: 'Of-An-Event' }
let now: number
let ledger: Ledger

beforeEach(() => {
  now = Date.parse('2030-01-01T00:00:00Z')
  ledger = createLedger(new MemoryTable(), {
    timing: times,
    clock: () => now,
    randomKey: () => 'k',
    routes: [{ key: route.key, from: 'east', to: 'west', maxActive: 5, maxActivePolicies: 5 }],
  })
})

/** One whole pass. */
const settle = async (unit: Unit, facts: Facts = {}): Promise<void> => {
  const start = await ledger.request(unit, { reason: 'locatorDeleted', priority: 'event' })
  const claim: Claim = { unit, run: start?.input.run ?? 0, pass: 'k.0' }
  await ledger.begin(claim, '')
  await ledger.close(claim, 1, { outcome: 'inSync' }, facts)
}
const tidy = (isOver = () => false) =>
  tidyUnits({ ledger, routes: new Map([[route.key, route]]), clock: () => now }, now - times.historyKept, isOver)
const left = async () => (await ledger.list({})).rows.map(({ name }) => name).toSorted()

it('P9: what both accounts have lost is forgotten once no history of it can be left, and nothing else', async () => {
  await settle(film, { owner: 'gone' })
  await settle(locator)
  await settle({ ...film, name: 'there' }, { owner: 'made', locators: ['there-clear'] })
  now += times.historyKept
  expect([await tidy(), await left()]).toEqual([0, ['Of-An-Event', 'film', 'there']])
  now += times.passLease
  expect([await tidy(), await left()]).toEqual([2, ['there']])
})

it('P3: a unit that is forgotten and comes back is one that never was', async () => {
  await settle(film, { owner: 'gone' })
  now += times.historyKept + times.passLease
  await tidy()
  await settle(film, { owner: 'made' })
  expect(await ledger.read(film)).toMatchObject({ run: 1, desired: 1, observed: 1, facts: { owner: 'made' } })
})

it('P8: a locator that is withdrawn by hand keeps its row, which tells that a pass has looked', async () => {
  await ledger.withdrawLocators(route.key, ['of-an-event'])
  await settle(locator)
  now += 2 * times.historyKept
  expect([await tidy(), await left()]).toEqual([0, ['Of-An-Event']])
})

it('P10: nothing is forgotten while changes of an outage wait for a decision', async () => {
  await ledger.changeRoute(route.key, () => ({ returned: { at: now, since: now - 1, operation: 'returned-0' } }))
  await settle(film, { owner: 'gone' })
  now += 2 * times.historyKept
  expect(await tidy()).toBe(0)
  await ledger.changeRoute(route.key, ({ returned }) => (returned ? { returned: { ...returned, settled: true } } : {}))
  expect(await tidy()).toBe(1)
})

it('P8: a request by name that nobody has looked at is answered before its unit is forgotten', async () => {
  await settle(film, { owner: 'gone' })
  const id = 'request-1'
  await saveNamedUnits(ledger, id, [{ kind: 'asset', name: 'film', generation: 1 }])
  const scope = { route: route.key, scope: 'named', dryRun: false, permissions: {}, total: 1 } as const
  await ledger.saveOperation(id, newOperation({ id, ...scope }, now))
  await saveOpenMark(ledger, { id, route: route.key })
  now += 2 * times.historyKept
  expect(await tidy()).toBe(1)
  expect(await loadOperation(ledger, id)).toMatchObject({ status: 'succeeded', counts: { equal: 1 } })
})

it('stops when its time is over, and goes on the next time', async () => {
  for (const name of ['one', 'two', 'three']) await settle({ ...film, name }, { owner: 'gone' })
  now += 2 * times.historyKept
  let looks = 0
  expect(await tidy(() => looks++ === 2)).toBe(1)
  expect([await tidy(), await left()]).toEqual([2, []])
})
