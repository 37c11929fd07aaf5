/** Cuts a list into pages; the cursor is the place of the last item, so that later changes ahead of it are seen (contract section 9). */
import { badRequest } from './arm-errors.ts'
import type { Sorted } from './collection.ts'
import {
  type Comparable,
  comparableText,
  type ListProperties,
  type Order,
  parseFilter,
  parseOrder,
  parseTop,
  type Reader,
} from './odata.ts'
import type { Resource } from './state.ts'

export interface Query {
  readonly filter?: string
  readonly orderBy?: string
  readonly top?: string
  readonly skipToken?: string
}

export interface PageOf<T> {
  readonly items: readonly T[]
  /** Query of the next page; absent on the last one. */
  readonly next?: Query
}

interface Place {
  readonly name: string
  readonly value: Comparable
}

const compare = (a: Comparable, b: Comparable): number => {
  if (a === b) return 0
  if (a === undefined) return -1
  if (b === undefined) return 1
  return a < b ? -1 : 1
}

const inOrder = (order: Order | undefined) => (a: Place, b: Place) =>
  (order?.descending === true ? -1 : 1) * compare(a.value, b.value) || compare(a.name, b.name)

/** A place in an order; in the default order the token is the plain name, as the service's own tokens look. */
const tokenOf = (place: Place): string => {
  const value = typeof place.value === 'bigint' ? { ticks: String(place.value) } : place.value
  return Buffer.from(JSON.stringify([place.name, value ?? null])).toString('base64url')
}

const placeOf = (token: string, ordered: boolean): Place => {
  if (!ordered) return { name: comparableText(token), value: undefined }
  try {
    const [name, value] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [string, unknown]
    if (typeof name !== 'string') throw new SyntaxError('no name')
    if (typeof value === 'string') return { name, value }
    if (typeof value === 'object' && value !== null && 'ticks' in value)
      return { name, value: BigInt(String(value.ticks)) }
    return { name, value: undefined }
  } catch {
    throw badRequest('The query specified in the URI is not valid. $skiptoken was not issued by this list.')
  }
}

/**
 * @param sorted all items.
 * @param size items a page.
 */
export const pageOf = <T extends Resource>(
  sorted: Sorted<T>,
  query: Query,
  size: number,
  properties: ListProperties,
  read: Reader,
): PageOf<T> => {
  const order = query.orderBy === undefined ? undefined : parseOrder(query.orderBy, properties)
  const keeps: (item: T) => boolean =
    query.filter === undefined ? () => true : parseFilter(query.filter, properties, read)
  const top = query.top === undefined ? Number.POSITIVE_INFINITY : parseTop(query.top)
  const after = query.skipToken === undefined ? undefined : placeOf(query.skipToken, order !== undefined)
  const place = (item: T): Place => ({
    name: comparableText(item.name),
    value: order === undefined ? undefined : read(item, order.path),
  })
  const wanted = Math.min(size, top)
  const found: T[] = []
  const later = (candidates: Iterable<T>) => {
    for (const item of candidates) {
      if (!keeps(item)) continue
      found.push(item)
      if (found.length > wanted) return
    }
  }
  if (order === undefined) later(sorted.after(after?.name))
  else {
    const before = inOrder(order)
    const placed = Array.from(sorted.after(), item => ({ item, at: place(item) }))
    later(
      placed
        .filter(({ at }) => after === undefined || before(after, at) < 0)
        .sort((a, b) => before(a.at, b.at))
        .map(({ item }) => item),
    )
  }
  const items = found.slice(0, wanted)
  const last = items.at(-1)
  if (found.length <= wanted || last === undefined || top <= wanted) return { items }
  const rest = top === Number.POSITIVE_INFINITY ? {} : { top: String(top - wanted) }
  const { filter, orderBy } = query
  const skipToken = order === undefined ? last.name : tokenOf(place(last))
  return {
    items,
    next: {
      ...(filter === undefined ? {} : { filter }),
      ...(orderBy === undefined ? {} : { orderBy }),
      ...rest,
      skipToken,
    },
  }
}
