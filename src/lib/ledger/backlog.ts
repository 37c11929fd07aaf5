/**
 * What of a route is not in sync, counted from its markers: whatever is in sync and at rest has none, so that a whole
 * catalogue costs nothing. Of every group one page is read at most; a longer one is counted as "at least".
 */
import { isCode } from '../codes.ts'
import { outcomeNames, type RouteKey } from '../model.ts'
import { dueGroups, keysWithPrefix, type MarkerGroup, sortable } from './keys.ts'
import type { Backlog, StandStill } from './ledger.ts'
import { optional, time } from './row.ts'
import type { Stored, Table } from './table.ts'

/** Rows of one page of a table. */
const most = 1000
const columns = ['RowKey', 'outcome', 'code', 'dueAt', 'requestedAt']
const dueMarkers: readonly MarkerGroup[] = Object.values(dueGroups).flatMap(group => Object.values(group))

interface Group {
  readonly rows: readonly Stored[]
  readonly more: boolean
}

const groupOf = async (table: Table, route: RouteKey, group: MarkerGroup): Promise<Group> => {
  const rows: Stored[] = []
  for await (const row of table.scan(route, keysWithPrefix(`o.${group}.`), { columns, ahead: most })) {
    rows.push(row)
    if (rows.length === most) return { rows, more: true }
  }
  return { rows, more: false }
}

/** What grace holds is not late; an earlier release kept the time of the request through it. */
const isLate = ({ code }: Stored): boolean => code !== 'DeletePending'

const oldestOf = (rows: readonly Stored[]): number | undefined => {
  const times = rows
    .filter(isLate)
    .map(({ requestedAt }) => time(requestedAt))
    .filter(at => at !== undefined)
  return times.length === 0 ? undefined : times.reduce((oldest, at) => Math.min(oldest, at))
}

/** Most first. */
const standStills = (rows: readonly Stored[]): readonly StandStill[] => {
  const groups = Map.groupBy(rows, ({ outcome, code }) => `${String(outcome)}/${String(code)}`)
  const found = [...groups.values()].flatMap((group): readonly StandStill[] => {
    const outcome = outcomeNames.find(name => name === group[0]?.outcome)
    const code = String(group[0]?.code)
    if (outcome === undefined || !isCode(code)) return []
    return [{ outcome, code, count: group.length, ...optional('oldest', oldestOf(group)) }]
  })
  return found.toSorted((a, b) => b.count - a.count || a.code.localeCompare(b.code))
}

/** @param now milliseconds since 1970. */
export const backlogOf = async (table: Table, route: RouteKey, now: number): Promise<Backlog> => {
  const [running, blocked, ...dues] = await Promise.all(
    (['run', 'stop', ...dueMarkers] as const).map(group => groupOf(table, route, group)),
  )
  if (running === undefined || blocked === undefined) throw new RangeError('A group of markers was not read.')
  const idle = dues.flatMap(({ rows }) => rows)
  const due = idle.filter(({ dueAt }) => String(dueAt) <= sortable(now)).length
  const oldest = oldestOf([...running.rows, ...idle])
  return {
    running: running.rows.length,
    due,
    waiting: idle.length - due,
    blocked: blocked.rows.length,
    atLeast: [running, blocked, ...dues].some(({ more }) => more),
    ...(oldest === undefined ? {} : { oldest }),
    standStills: standStills([...blocked.rows, ...idle]),
  }
}
