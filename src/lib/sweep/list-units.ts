import type { Ledger } from '../ledger/ledger.ts'
import type { Named, Route, Unit } from '../model.ts'
import { type Cursor, nextPhase } from './cursor.ts'
import { loadNamedUnits, type Operation } from './operation.ts'
import type { Walk, WalkDeps } from './walk.ts'
import { walkOf } from './walks.ts'

/** Units of one step of a walk, and where to go on. */
export interface UnitPage {
  /** To be compared on both sides. */
  readonly units: readonly Unit[]
  /** Objects that were listed and found to be as the ledger knows them. */
  readonly unchanged: number
  /** What is left to do once the units are asked for. */
  readonly afterwards?: () => Promise<void>
  /** Absent on the last page. */
  readonly next?: Cursor
}

/** Named units compared in one activity. */
const namedPerPage = 25
/** List calls of one activity that find nothing to compare, e.g. because of the route's name prefix. */
const emptyLists = 20

/** The rest of a list page; all of it where the name it goes on after is gone, since looking twice does no harm. */
const restOf = <T extends Named>(items: readonly T[], after: string | undefined): readonly T[] =>
  after === undefined ? items : items.slice(items.findIndex(item => item.name === after) + 1)

const step = async (walk: Walk, kind: Operation['kind'], cursor: Cursor): Promise<UnitPage> => {
  const page = await walk.list(cursor.token)
  const rest = restOf(page.items, cursor.after)
  const taken = rest.slice(0, walk.most)
  const picked = await walk.pick(taken)
  const last = taken.at(-1)
  const { after: _, ...list } = cursor
  const position = { ...list, page: cursor.page + 1, attempt: 0 }
  const next =
    taken.length < rest.length && last !== undefined
      ? { ...position, after: last.name }
      : page.next === undefined
        ? nextPhase(kind, cursor)
        : { ...position, token: page.next }
  return next === undefined ? picked : { ...picked, next }
}

/**
 * The next units of an account, list after list, in whatever order the lists have.
 * Throws ServiceError when the account does not answer.
 */
const walk = async (deps: WalkDeps, operation: Operation, route: Route, from: Cursor): Promise<UnitPage> => {
  let cursor = from
  let unchanged = 0
  for (let lists = 1; ; lists++) {
    const found = await step(walkOf(deps, operation, route, cursor.phase ?? 'asset'), operation.kind, cursor)
    unchanged += found.unchanged
    if (found.units.length > 0 || found.next === undefined) return { ...found, unchanged }
    // An empty step is not a page of its own.
    await found.afterwards?.()
    cursor = { ...found.next, page: from.page }
    if (lists === emptyLists) return { units: [], unchanged, next: { ...cursor, page: from.page + 1 } }
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
  const end = done + namedPerPage
  const units = all.slice(done, end).map(({ kind, name }) => ({ route: route.key, kind, name }))
  const found = { units, unchanged: 0 }
  return end < all.length ? { ...found, next: { page: cursor.page + 1, done: end, attempt: 0 } } : found
}

/** The units of a page: those asked for by name, or the next of the whole account. */
export const listUnits = (deps: WalkDeps, operation: Operation, route: Route, cursor: Cursor): Promise<UnitPage> =>
  cursor.done === undefined
    ? walk(deps, operation, route, cursor)
    : named(deps.ledger, operation.id, route, cursor, cursor.done)
