import { beforeEach, expect, it } from 'vitest'
import type { Claim, Ledger } from '../../../src/lib/ledger/ledger.ts'
import type { Table } from '../../../src/lib/ledger/table.ts'
import { createLedger } from '../../../src/lib/ledger/table-ledger.ts'
import type { Outcome, Unit } from '../../../src/lib/model.ts'
import { timing } from '../../../src/lib/timing.ts'
import { MemoryTable } from '../../support/memory-table.ts'

const route = 'east>west'
const begin = Date.parse('2030-01-01T00:00:00Z')
let now: number
let read: number
let ledger: Ledger

/** Counts the rows that are read. */
class CountingTable extends MemoryTable {
  override async *scan(...args: Parameters<Table['scan']>): ReturnType<MemoryTable['scan']> {
    for await (const row of super.scan(...args)) {
      read += 1
      yield row
    }
  }
}

beforeEach(() => {
  now = begin
  read = 0
  ledger = createLedger(new CountingTable(), {
    timing: timing(1),
    clock: () => now,
    randomKey: () => 'key',
    random: () => 0,
    routes: [{ key: route, from: 'east', to: 'west', maxActive: 3, maxActivePolicies: 2 }],
  })
})

const asset = (name: string): Unit => ({ route, kind: 'asset', name })

/** Asks for a unit at once and, where an outcome is given, closes it with that. */
const run = async (name: string, outcome?: Outcome): Promise<void> => {
  const start = await ledger.request(asset(name), { reason: 'jobFinished', priority: 'event' })
  if (start === undefined || outcome === undefined) return
  const claim: Claim = { unit: asset(name), run: start.input.run, pass: `${name}.0` }
  const basis = await ledger.begin(claim, '')
  await ledger.close(claim, basis.answer === 'begun' ? basis.generation : 0, outcome)
}

it('P8: counts what runs, is due, waits and is blocked, with the reasons, and says since when the oldest waits', async () => {
  await run('equal', { outcome: 'inSync' })
  now += 1000
  await run('locked', { outcome: 'blocked', code: 'StorageNotMapped' })
  await run('locked-too', { outcome: 'blocked', code: 'StorageNotMapped' })
  // A grace period of days is no lag.
  await run('leaving', { outcome: 'waiting', code: 'DeletePending', until: now + 86_400_000 })
  now += 60_000
  await run('unfinished', { outcome: 'waiting', code: 'NotFinished' })
  now += 1000
  await run('busy')
  await ledger.request(asset('queued'), { reason: 'resync', priority: 'bulk' })

  const backlog = await ledger.backlog(route)
  expect(backlog).toEqual({
    running: 1,
    due: 1,
    waiting: 2,
    blocked: 2,
    atLeast: false,
    oldest: begin + 61_000,
    standStills: [
      { outcome: 'blocked', code: 'StorageNotMapped', count: 2, oldest: begin + 1000 },
      { outcome: 'waiting', code: 'DeletePending', count: 1 },
      { outcome: 'waiting', code: 'NotFinished', count: 1, oldest: begin + 61_000 },
    ],
  })
  expect(await ledger.backlog('west>east')).toEqual({
    running: 0,
    due: 0,
    waiting: 0,
    blocked: 0,
    atLeast: false,
    standStills: [],
  })
})

it('P9: reads a page of a backlog that has no end, and says that there is more', async () => {
  for (let number = 0; number < 1200; number += 1)
    await ledger.request(asset(`title-${number}`), { reason: 'resync', priority: 'bulk' })
  read = 0
  expect(await ledger.backlog(route)).toMatchObject({ due: 1000, atLeast: true, oldest: begin })
  expect(read).toBe(1000)
})

it('resyncs are listed from a cursor on, those of sweeps are not among them', async () => {
  for (const id of ['r-1', 'r-2', 'r-2-stop', 'sweep-full-east_west']) await ledger.saveOperation(id, { id })
  const ids = async (after?: string) => (await Array.fromAsync(ledger.operations('r', after))).map(({ id }) => id)
  expect(await ids()).toEqual(['r-1', 'r-2', 'r-2-stop'])
  expect(await ids('r-1')).toEqual(['r-2', 'r-2-stop'])
})
