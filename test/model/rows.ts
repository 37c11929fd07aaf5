/** Between the model's rows and those that the transitions know, and what must hold of every row that is written. */
import { markersUntil } from '../../src/lib/ledger/keys.ts'
import type { UnitRow } from '../../src/lib/ledger/ledger.ts'
import { newRow } from '../../src/lib/ledger/transitions.ts'
import type { Unit } from '../../src/lib/model.ts'
import { timing } from '../../src/lib/timing.ts'
import type { RowState } from './state.ts'

export const unit: Unit = { route: 'a>b', kind: 'asset', name: 'n' }
export const times = timing(1)
export const now = Date.parse('2030-01-01T00:00:00Z')
export const slot = 's.0'

const blank = newRow(unit, { reason: 'jobFinished' })
const leases = [now - times.lostLease, now, now + 1]
const starts = [now - times.startLease - times.lostLease, now - times.orphanAge, now]

/** The generation of the last begin, kept beside the row's own columns. */
export type WithGeneration = UnitRow

export const rowOf = (row: RowState): UnitRow => {
  const { running, lease, age, outcome, due, generation, key, ...same } = row
  const full: WithGeneration = {
    ...blank,
    ...same,
    state: running ? 'running' : 'idle',
    runKey: key,
    lease: leases[lease] ?? 0,
    startedAt: starts[age] ?? 0,
    slot: running ? slot : '',
    ...(outcome === '' ? {} : { outcome }),
    ...(due === -1 ? {} : { dueAt: due === 0 ? now : now + 1 }),
    generation,
  }
  return full
}

const since = (time: number, classes: readonly number[]) => classes.findLastIndex(bound => time >= bound)

export const stateOf = (row: WithGeneration): RowState => ({
  running: row.state === 'running',
  run: row.run,
  key: row.runKey,
  pass: row.pass,
  lease: Math.max(0, since(row.lease, [0, now - times.lostLease + 1, now + 1])),
  // One that has begun may be old enough at any time.
  age:
    row.pass === ''
      ? Math.max(0, since(row.startedAt, [0, now - times.startLease - times.lostLease + 1, now - times.orphanAge + 1]))
      : 1,
  desired: row.desired,
  observed: row.observed,
  outcome: row.outcome ?? '',
  due: row.dueAt === undefined ? -1 : row.dueAt > now ? 1 : 0,
  generation: row.generation,
})

/** The property that writing `row` in place of `before` breaks, if any. */
export const brokenBy = (before: UnitRow | undefined, row: UnitRow): string | undefined => {
  if (row.observed > row.desired) return 'nothing is observed that was not asked for'
  if (before !== undefined && row.desired < before.desired) return 'no request is taken back'
  if (before !== undefined && row.observed < before.observed) return 'nothing observed is forgotten'
  if ((row.slot !== '') !== (row.state === 'running')) return 'a row holds a slot exactly while it runs'
  if (row.state === 'idle' && row.dueAt === undefined && row.desired > row.observed)
    return 'who asked is waited for: a row with an open request runs or is due'
  return row.marker.startsWith(markerStart(row)) && (row.marker !== '' || markerStart(row) === '')
    ? undefined
    : 'a row has the one marker that its state calls for'
}

const markerStart = (row: UnitRow) => {
  if (row.state === 'running') return markersUntil('run', 0).from
  if (row.dueAt !== undefined) return markersUntil(row.priority === 0 ? 'due' : 'due-bulk', 0).from
  return row.outcome === 'blocked' ? markersUntil('stop', 0).from : ''
}
