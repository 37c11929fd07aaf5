import { isIncluded } from '../events/units.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { MediaReader, Page } from '../media/ports.ts'
import type { Route, Unit } from '../model.ts'
import { type Cursor, type WalkedKind, walkedKinds } from './cursor.ts'
import { loadNamedUnits } from './operation.ts'

/** Units of one step of a walk, and where to go on. */
export interface UnitPage {
  readonly units: readonly Unit[]
  /** Absent on the last page. */
  readonly next?: Cursor
}

/** Units compared in one activity: some seconds of work, and a report page that fits one row of the ledger. */
export const unitsPerPage = 25
/** List calls of one activity that find nothing to compare, e.g. because of the route's name prefix. */
const emptyLists = 20

const list = (
  reader: MediaReader,
  kind: WalkedKind,
  token: string | undefined,
): Promise<Page<{ readonly name: string }>> => {
  if (kind === 'asset') return reader.assets(token)
  if (kind === 'contentKeyPolicy') return reader.contentKeyPolicies(token)
  if (kind === 'streamingPolicy') return reader.streamingPolicies(token)
  return reader.accountFilters(token)
}

/** Predefined policies are the same everywhere and never written. */
const isWalked = (route: Route, kind: WalkedKind, name: string): boolean =>
  kind === 'asset' ? isIncluded(route, name) : kind !== 'streamingPolicy' || !name.startsWith('Predefined_')

/** The rest of a list page; all of it where the name it goes on after is gone, since looking twice does no harm. */
const restOf = <T extends { readonly name: string }>(items: readonly T[], after: string | undefined): readonly T[] =>
  after === undefined ? items : items.slice(items.findIndex(item => item.name === after) + 1)

const afterList = (cursor: Cursor, kind: WalkedKind, next: string | undefined): Cursor | undefined => {
  if (next !== undefined) return { page: cursor.page + 1, kind, token: next, attempt: 0 }
  const following = walkedKinds[walkedKinds.indexOf(kind) + 1]
  return following === undefined ? undefined : { page: cursor.page + 1, kind: following, attempt: 0 }
}

const step = async (reader: MediaReader, route: Route, cursor: Cursor, kind: WalkedKind): Promise<UnitPage> => {
  const page = await list(reader, kind, cursor.token)
  const rest = restOf(page.items, cursor.after).filter(item => isWalked(route, kind, item.name))
  const taken = rest.slice(0, unitsPerPage)
  const units = taken.map(({ name }) => ({ route: route.key, kind, name }))
  const last = taken.at(-1)
  const next =
    taken.length < rest.length && last !== undefined
      ? { ...cursor, page: cursor.page + 1, after: last.name, attempt: 0 }
      : afterList(cursor, kind, page.next)
  return next === undefined ? { units } : { units, next }
}

/**
 * The next units of a source account, kind after kind, in whatever order its lists have.
 * Throws ServiceError when the account does not answer.
 */
const walk = async (reader: MediaReader, route: Route, from: Cursor): Promise<UnitPage> => {
  let cursor = from
  for (let lists = 1; ; lists++) {
    const found = await step(reader, route, cursor, cursor.kind ?? 'asset')
    if (found.units.length > 0 || found.next === undefined) return found
    // An empty step is not a page of its own.
    cursor = { ...found.next, page: from.page }
    if (lists === emptyLists) return { units: [], next: { ...cursor, page: from.page + 1 } }
  }
}

const named = async (
  ledger: Ledger,
  operation: string,
  route: Route,
  cursor: Cursor,
  done: number,
): Promise<UnitPage> => {
  const all = await loadNamedUnits(ledger, operation)
  const end = done + unitsPerPage
  const units = all.slice(done, end).map(({ kind, name }) => ({ route: route.key, kind, name }))
  return end < all.length ? { units, next: { page: cursor.page + 1, done: end, attempt: 0 } } : { units }
}

/** The units of a page of a resync: those asked for by name, or the next of the whole account. */
export const listUnits = (
  deps: { readonly ledger: Ledger; readonly reader: MediaReader },
  operation: string,
  route: Route,
  cursor: Cursor,
): Promise<UnitPage> =>
  cursor.done === undefined
    ? walk(deps.reader, route, cursor)
    : named(deps.ledger, operation, route, cursor, cursor.done)
