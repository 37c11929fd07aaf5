/**
 * What requests, the dispatcher and the orphan check do to a unit's row. Pure: a row and an input in, the row to be
 * swapped in out. `pass-transitions.ts` has the inputs of a running pass.
 */
import type { Start, Unit } from '../model.ts'
import type { Timing } from '../timing.ts'
import type { Permissions } from './facts.ts'
import { instanceId, unitHash } from './keys.ts'
import type { Request, UnitRow } from './ledger.ts'
import { priorities, withMarker } from './markers.ts'
import { optional } from './row.ts'

/** A row to be written in place of the one that was read, and what is to be started once it is. */
export interface Change {
  readonly row: UnitRow
  readonly start?: Start
}

/** What a start needs beside the row. */
export interface Means {
  readonly now: number
  readonly timing: Timing
  /** Fresh random text, used if something is started. */
  readonly key: string
  /** Key of a free slot row; absent when there is no capacity or an account of the route is held. */
  readonly slot?: string
}

export type InstanceState = 'running' | 'finished' | 'missing'

export const newRow = (unit: Unit, request: Pick<Request, 'reason'>): UnitRow => ({
  route: unit.route,
  kind: unit.kind,
  name: unit.name,
  hash: unitHash(unit),
  state: 'idle',
  run: 0,
  runKey: '',
  pass: '',
  generation: 0,
  lease: 0,
  startedAt: 0,
  desired: 0,
  pressing: 0,
  observed: 0,
  reason: request.reason,
  attempts: 0,
  priority: 0,
  marker: '',
  slot: '',
  permissions: {},
  facts: {},
})

/** Whether an immediate request starts a run if there is a slot: not while running, nor during a back-off. */
export const wantsSlot = (row: UnitRow | undefined, request: Request, now: number): boolean =>
  request.priority === 'event' && (row === undefined || (row.state === 'idle' && !backingOff(row, now)))

/**
 * Counts one more reason to look. An event starts an idle unit at once where it may; bulk requests wait for the
 * dispatcher. A run that was started but has not begun is started again, since its first start may have been lost.
 */
export const request = (existing: UnitRow | undefined, unit: Unit, asked: Request, means: Means): Change => {
  const { now, timing } = means
  const row = wanted(existing ?? newRow(unit, asked), asked, now)
  const priority = priorities[asked.priority]
  if (row.state === 'running') {
    const running = { ...row, priority: Math.min(row.priority, priority) }
    return row.pass === '' ? startAgain(running, means) : { row: withMarker(running, now, timing) }
  }
  if (means.slot !== undefined && wantsSlot(existing, asked, now))
    return startRun({ ...row, priority }, means.slot, means)
  const at = asked.priority === 'event' ? now + timing.admitDelay : now
  return { row: withMarker(due(row, at, priority), now, timing) }
}

/** Starts a unit that is due, or repeats a start that nobody has heard of for a lease; `undefined` when neither. */
export const admit = (row: UnitRow, means: Means): Change | undefined => {
  const { now, slot } = means
  if (row.state === 'running') return row.pass === '' && row.lease <= now ? startAgain(row, means) : undefined
  if (row.dueAt === undefined || row.dueAt > now || slot === undefined) return undefined
  return startRun(row, slot, means)
}

/**
 * Follows a run whose instance is gone, or has shown no life for far too long, with a new one. The caller swaps on the
 * ETag it had before it asked for the instance, so that any sign of life in between wins. The same run is never
 * started again: the old instance may still wake up, and only another run number locks it out.
 *
 * A run that has not begun is not judged by its instance, which may not exist yet: its start is repeated by `admit`.
 */
export const orphaned = (row: UnitRow, instance: InstanceState, means: Means): Change | undefined => {
  if (row.state !== 'running') return undefined
  const gone = row.pass !== '' && instance !== 'running'
  return gone || lostFor(row, means.timing) <= means.now ? startRun(row, row.slot, means) : undefined
}

/** Running rows that are worth asking for their instance. */
export const suspicious = (row: UnitRow, now: number, timing: Timing): boolean =>
  row.state === 'running' && (row.lease <= now || row.startedAt + timing.orphanAge <= now)

/** Repeated starts renew the lease of a run that has not begun, so that one counts from its first start. */
const lostFor = (row: UnitRow, timing: Timing) =>
  (row.pass === '' ? row.startedAt + timing.startLease : row.lease) + timing.lostLease

const backingOff = (row: UnitRow, now: number) =>
  (row.outcome === 'failed' || row.outcome === 'throttled') && row.dueAt !== undefined && row.dueAt > now

/** Whom the oldest open request came from is kept with it. */
const wanted = ({ requestedBy, ...row }: UnitRow, asked: Request, now: number): UnitRow => ({
  ...row,
  desired: row.desired + 1,
  pressing: (asked.pressing ?? true) ? row.desired + 1 : row.pressing,
  reason: asked.reason,
  requestedAt: row.requestedAt ?? now,
  ...optional('requestedBy', row.requestedAt === undefined ? asked.by : requestedBy),
  permissions: { ...row.permissions, ...granted(asked.permissions) },
  facts: asked.facts === undefined ? row.facts : { ...row.facts, ...asked.facts },
  // A late event of an older job takes nothing back.
  ...(asked.finishedAt === undefined ? {} : { finishedAt: Math.max(row.finishedAt ?? 0, asked.finishedAt) }),
})

/** A later request takes no permission back. */
const granted = (more: Permissions = {}): Permissions =>
  Object.fromEntries(Object.entries(more).filter(([, allowed]) => allowed))

/** Due at the earlier of both times, at the higher of both priorities. */
export const due = (row: UnitRow, at: number, priority: number): UnitRow => ({
  ...row,
  dueAt: Math.min(row.dueAt ?? at, at),
  priority: row.dueAt === undefined ? priority : Math.min(row.priority, priority),
})

const startRun = (row: UnitRow, slot: string, { now, timing, key }: Means): Change => {
  const { dueAt: _, ...rest } = row
  const started = withMarker(
    {
      ...rest,
      state: 'running',
      run: row.run + 1,
      runKey: key,
      pass: '',
      lease: now + timing.startLease,
      startedAt: now,
      slot,
    },
    now,
    timing,
  )
  return { row: started, start: startOf(started) }
}

const startAgain = (row: UnitRow, { now, timing, key }: Means): Change => {
  const again = withMarker({ ...row, runKey: key, lease: now + timing.startLease }, now, timing)
  return { row: again, start: startOf(again) }
}

const startOf = (row: UnitRow): Start => ({
  instanceId: instanceId(row.hash, row.run),
  input: {
    unit: { route: row.route, kind: row.kind, name: row.name },
    run: row.run,
    key: row.runKey,
    n: 0,
    previous: '',
  },
})
