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
    const group = dueGroups[slotPool(row.kind)][row.priority <= priorities.event ? 'event' : 'bulk']
    const behind = row.priority >= priorities.last ? timing.priorityStep : 0
    return markerKey(group, row.dueAt + behind, row.hash)
  }
  if (row.outcome === 'blocked') return markerKey('stop', now, row.hash)
  return ''
}

/** Latest marker time at which a row due at `now` can stand. */
export const lastDueMarker = (now: number, timing: Timing): number => now + timing.priorityStep

/** What was asked for comes in this order; of bulk work, what is due long enough overtakes. */
export const priorities = { event: 0, bulk: 1, last: 2 } as const satisfies Record<Request['priority'], number>
/** Who asked for a row most urgently. */
export const priorityOf = ({ priority }: Pick<UnitRow, 'priority'>): Request['priority'] =>
  priority <= priorities.event ? 'event' : priority <= priorities.bulk ? 'bulk' : 'last'
