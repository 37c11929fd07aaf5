import type { RouteKey } from '../model.ts'
import { isMarkerKey, isUnitKey, type KeyRange, keysWithPrefix, sha256, unitKey } from './keys.ts'
import type { HeldRow, RowQuery, UnitRow } from './ledger.ts'
import { quoted, type Scan, type Table } from './table.ts'
import { heldOf, type UnitRows } from './unit-rows.ts'

const usualTop = 100
const mostTop = 1000

interface Cursor {
  readonly route: RouteKey
  /** Last row key that was looked at; with a `!` behind it, which sorts before all that follows in our keys, the next. */
  readonly after: string
}

const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** A place in the list of a route that follows from a text: the same from the same text, any from another. */
export const placeIn = (route: RouteKey, text: string): string => encode({ route, after: unitKey(sha256(text)) })

/** A cursor that is none, or one of a list that walks other rows, starts from the beginning: it came from outside. */
const decode = (text: string | undefined, isKey: (key: string) => boolean): Cursor | undefined => {
  if (text === undefined) return undefined
  try {
    const { route, after } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<Cursor>
    return typeof route === 'string' && typeof after === 'string' && isKey(after) ? { route, after } : undefined
  } catch {
    return undefined
  }
}

const filterOf = ({ kind, outcome, code }: RowQuery): string | undefined => {
  const wanted = Object.entries({ kind, outcome, code }).filter(([, value]) => value !== undefined)
  return wanted.length === 0
    ? undefined
    : wanted.map(([name, value]) => `${name} eq ${quoted(String(value))}`).join(' and ')
}

/**
 * Whether what is asked for has markers: everything that is not in sync and idle, so that what needs attention is found
 * without reading the rows of a whole catalogue.
 */
const hasMarkers = ({ outcome, code }: RowQuery): boolean =>
  code !== undefined || (outcome !== undefined && outcome !== 'inSync')

const answers = (row: UnitRow, { kind, outcome, code }: RowQuery): boolean =>
  (kind ?? row.kind) === row.kind && (outcome ?? row.outcome) === row.outcome && (code ?? row.code) === row.code

interface Found {
  /** Key of the row, or of its marker. */
  readonly key: string
  readonly held: HeldRow | undefined
}

async function* byMarker(units: UnitRows, route: RouteKey, range: KeyRange, how: Scan): AsyncGenerator<Found> {
  for await (const marker of units.markers(route, range, how))
    yield { key: marker.key, held: await units.behind(route, marker) }
}

async function* byRow(table: Table, route: RouteKey, range: KeyRange, how: Scan): AsyncGenerator<Found> {
  for await (const entity of table.scan(route, range, how)) yield { key: entity.rowKey, held: heldOf(entity) }
}

/**
 * One page of rows over the routes in their order. A unit that is looked at again meanwhile, and whose marker moves while
 * the list is read, is among them all the same, once: its row tells whether it is what was asked for.
 *
 * @param routes all of them, or the one that was asked for.
 */
export const listRows = async (
  table: Table,
  units: UnitRows,
  routes: readonly RouteKey[],
  query: RowQuery,
): Promise<{ readonly rows: readonly UnitRow[]; readonly next?: string }> => {
  const top = Math.min(Math.max(1, query.top ?? usualTop), mostTop)
  const marked = hasMarkers(query)
  const cursor = decode(query.cursor, marked ? isMarkerKey : isUnitKey)
  const from = cursor === undefined ? 0 : Math.max(0, routes.indexOf(cursor.route))
  const range = keysWithPrefix(marked ? 'o.' : 'u.')
  const filter = filterOf(query)
  const how = filter === undefined ? {} : { filter }
  const rows = new Map<string, UnitRow>()
  for (const route of routes.slice(from)) {
    const rest = route === cursor?.route ? { ...range, from: `${cursor.after}!` } : range
    for await (const { key, held } of marked ? byMarker(units, route, rest, how) : byRow(table, route, rest, how)) {
      if (held !== undefined && answers(held.row, query)) rows.set(held.row.hash, held.row)
      if (rows.size >= top) return { rows: [...rows.values()], next: encode({ route, after: key }) }
    }
  }
  return { rows: [...rows.values()] }
}
