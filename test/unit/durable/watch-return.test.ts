/** When what changed in the target during an outage counts as decided, so that deletes of the route go on. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Starter } from '../../../src/lib/durable/runs.ts'
import { watchReturn } from '../../../src/lib/durable/watch-return.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import { endOperation, newOperation } from '../../../src/lib/sweep/operation.ts'
import type { SweepDeps } from '../../../src/lib/sweep/page.ts'
import { reportLine } from '../../../src/lib/sweep/report-line.ts'
import { timing } from '../../../src/lib/timing.ts'
import { MemoryLedger } from '../sweep/support/memory-ledger.ts'
import { route } from '../sweep/support/source.ts'

const returned = { at: 2000, since: 1000, operation: 'comparison' }
const unit = { route: route.key, kind: 'asset', name: 'film' } as const
let ledger: MemoryLedger

beforeEach(async () => {
  ledger = new MemoryLedger()
  const start = { id: 'comparison', route: route.key, scope: 'all', dryRun: false, permissions: {} } as const
  await ledger.saveOperation('comparison', endOperation(newOperation(start, 2000), 'succeeded', 3000))
  const outcome = { outcome: 'blocked', code: 'TargetChanged' } as const
  const equal = { unit: { ...unit, name: 'other' }, equal: true, changes: [] }
  const lines = [reportLine(equal), reportLine({ unit, equal: false, changes: ['a file'], outcome })]
  await ledger.saveReport('comparison', 0, lines)
  await ledger.changeRoute(route.key, state => ({ ...state, returned }))
})

const settledWith = async (row: Partial<UnitRow> | undefined): Promise<boolean> => {
  if (row !== undefined) ledger.put(unit, { inSyncAt: 500, desired: 3, observed: 3, ...row })
  const deps = { ledger: ledger.port(), sweep: {} as SweepDeps, newId: () => 'another' }
  await watchReturn(deps, {} as Starter, route, await ledger.routeState(route.key))
  return (await ledger.routeState(route.key)).returned?.settled === true
}

describe('a unit that somebody changed in the target while the source was away', () => {
  it.each([
    { outcome: 'inSync', inSyncAt: 2500 },
    // The source has it no more: nothing is left that could come to be in sync.
    { outcome: 'blocked', code: 'SourceMissing' },
    { outcome: 'blocked', code: 'PolicyInUse' },
    { outcome: 'waiting', code: 'SourceEmpty' },
    // It waits for the very decision that is made here.
    { outcome: 'waiting', code: 'FailbackPending' },
    { outcome: 'waiting', code: 'DeletePending' },
  ] as const)(
    'P3: is decided once a pass has looked at both sides and found no change left: $outcome $code',
    async row => {
      expect(await settledWith(row)).toBe(true)
    },
  )

  it.each([
    { outcome: 'blocked', code: 'TargetChanged' },
    // Looked at before the outage only, or not yet since the last request.
    { outcome: 'inSync' },
    { outcome: 'blocked', code: 'SourceMissing', observed: 2 },
    { outcome: 'blocked', code: 'SourceMissing', state: 'running' },
    // These passes did not come as far as the twin.
    { outcome: 'waiting', code: 'OnHold' },
    { outcome: 'waiting', code: 'SourceUnavailable' },
    { outcome: 'waiting', code: 'TargetUnavailable' },
    { outcome: 'blocked', code: 'RoutePaused' },
    { outcome: 'blocked', code: 'NotAuthorized' },
    { outcome: 'blocked', code: 'SourceReplaced' },
    { outcome: 'blocked', code: 'StorageNotMapped' },
    { outcome: 'blocked', code: 'StorageEncrypted' },
    { outcome: 'failed', code: 'Unexpected' },
    { outcome: 'throttled', code: 'Throttled' },
    undefined,
  ] as const)('P10: is not decided as long as nobody has: $outcome $code', async row => {
    expect(await settledWith(row)).toBe(false)
  })
})

it('P3: a comparison whose orchestration is gone, or was never started, is begun again', async () => {
  const now = 10_000_000
  const start = { id: 'comparison', route: route.key, scope: 'all', dryRun: false, permissions: {} } as const
  await ledger.saveOperation('comparison', newOperation(start, now - 600_001))
  const started: string[] = []
  const walked = new Set(['comparison'])
  const starter = {
    hasPages: async (id: string) => walked.has(id),
    pages: async (id: string) => void started.push(id),
  } as Partial<Starter> as Starter
  const sweep = {
    routes: new Map([[route.key, route]]),
    ledger: ledger.port(),
    clock: () => now,
    timing: timing(1),
  } as Partial<SweepDeps> as SweepDeps
  const watch = async () => {
    const deps = { ledger: ledger.port(), sweep, newId: () => 'another-one' }
    await watchReturn(deps, starter, route, await ledger.routeState(route.key))
  }
  await watch()
  expect(started).toEqual([])
  walked.clear()
  await watch()
  expect(started).toEqual(['another-one'])
  expect((await ledger.routeState(route.key)).returned?.operation).toBe('another-one')
})
