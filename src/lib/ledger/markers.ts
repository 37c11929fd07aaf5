import type { Timing } from '../timing.ts'
import { dueGroups, markerKey, slotPool } from './keys.ts'
import type { Request, UnitRow } from './ledger.ts'

type Placed = Omit<UnitRow, 'marker'> & { readonly marker?: string }

/**
 * Gives a row the key of the one marker that its state calls for: running rows by the time of their start, due ones by
 * due time and priority, idle ones that wait for a human by the time they stopped; in sync and idle has none.
 */
export const withMarker = (row: Placed, now: number, timing: Timing): UnitRow => ({
  ...row,
  marker: markerOf(row, now, timing),
})

const markerOf = (row: Placed, now: number, timing: Timing): string => {
  if (row.state === 'running') return markerKey('run', row.startedAt, row.hash)
  if (row.dueAt !== undefined) {
    const group = dueGroups[slotPool(row.kind)]
    return markerKey(group, row.dueAt + row.priority * timing.priorityStep, row.hash)
  }
  if (row.outcome === 'blocked') return markerKey('stop', now, row.hash)
  return ''
}

/** Latest marker time at which a row due at `now` can stand. */
export const lastDueMarker = (now: number, timing: Timing): number => now + lowestPriority * timing.priorityStep

/** What was asked for comes in this order; what is due long enough overtakes. */
export const priorities = { event: 0, bulk: 1, last: 2 } as const satisfies Record<Request['priority'], number>
const lowestPriority = priorities.last
