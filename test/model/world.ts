/** What the model shares: the one unit, its clock, and how a row of the model becomes a row of the ledger and back. */
import type { UnitRow } from '../../src/lib/ledger/ledger.ts'
import { newRow } from '../../src/lib/ledger/transitions.ts'
import type { Start, Unit } from '../../src/lib/model.ts'
import { timing as azure, type Timing } from '../../src/lib/timing.ts'
import { atRest, type Dispatcher, type ModelRow, type State } from './ledger-state.ts'

export const unit: Unit = { route: 'a>b', kind: 'asset', name: 'n' }
export const event = { reason: 'jobFinished', priority: 'event' } as const
const blank = newRow(unit, event)

/** One tick ends a lease, three end the patience with a run. */
export const timing: Timing = {
  ...azure(1),
  startLease: 1,
  passLease: 1,
  lostLease: 2,
  admitDelay: 1,
  priorityStep: 0,
  waitMin: 1,
  waitMax: 1,
  failMin: 1,
  failMax: 1,
  accountFailMax: 1,
  orphanAge: 1,
}

/** Instances or start calls at a time; more of them add nothing but states. */
export const crowd = 2

export const expanded = (row: ModelRow): UnitRow => ({ ...blank, ...row, slot: row.state === 'running' ? 's.0' : '' })

const compressed = (row: UnitRow & { generation?: number }): ModelRow => ({
  state: row.state,
  run: row.run,
  pass: row.pass,
  lease: row.lease,
  startedAt: row.startedAt,
  desired: row.desired,
  observed: row.observed,
  ...(row.outcome === undefined ? {} : { outcome: row.outcome }),
  ...(row.dueAt === undefined ? {} : { dueAt: row.dueAt }),
  ...(row.generation === undefined ? {} : { generation: row.generation }),
})

/** A dispatcher whose row was swapped by somebody else: it will be refused, unless it is one that does not look. */
const stale = (one: Dispatcher): Dispatcher => ({ ...one, fresh: false })

/** Writes a row, which every dispatcher that holds the one before will notice, and adds the start that follows. */
export const swapped = (state: State, change: { row?: UnitRow; start?: Start }): State => ({
  ...state,
  ...(change.row === undefined ? {} : { row: compressed(change.row), dispatchers: state.dispatchers.map(stale) }),
  starts:
    change.start === undefined
      ? state.starts
      : [...state.starts, { run: change.start.input.run, key: change.start.input.key }],
})

export const refused = (one: Dispatcher): Dispatcher => (one.fresh ? one : atRest)

export const replaced = <T>(items: readonly T[], index: number, ...by: readonly T[]): readonly T[] =>
  items.toSpliced(index, 1, ...by)

export type Add = (label: string, to: State, more?: { willing?: boolean; broken?: string | undefined }) => void

/** A step that uses up one of the faults. */
export const faulty = (state: State): State => ({ ...state, faults: state.faults - 1 })
export const unwilling = { willing: false }
