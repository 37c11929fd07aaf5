/** Answers to the list operations: a page, and a nextLink that carries the whole query. */

import { badRequest } from './arm-errors.ts'
import type { Sorted } from './collection.ts'
import type { Json } from './json.ts'
import type { AccountContext, Reply } from './kernel.ts'
import type { ListName } from './limits.ts'
import type { ListProperties, Reader } from './odata.ts'
import { pageOf, type Query } from './paging.ts'
import type { Resource } from './state.ts'

const unfiltered: ListProperties = {}
const byName: Reader = resource => resource.name.toLowerCase()

const taken = ['$filter', '$orderby', '$top', '$skiptoken']

const queryOf = (query: URLSearchParams): Query => {
  const other = [...query.keys()].find(name => name.startsWith('$') && !taken.includes(name))
  if (other !== undefined)
    throw badRequest(`The query specified in the URI is not valid. This list does not take '${other}'.`)
  const [filter, orderBy, top, skipToken] = taken.map(name => query.get(name) ?? undefined)
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(top === undefined ? {} : { top }),
    ...(skipToken === undefined ? {} : { skipToken }),
  }
}

const linkTo = (context: AccountContext, next: Query): string => {
  const query = new URLSearchParams({ 'api-version': context.apiVersion })
  const parts = { $filter: next.filter, $orderby: next.orderBy, $top: next.top, $skiptoken: next.skipToken }
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) query.set(name, value)
  return `${context.origin}${context.path}?${query.toString().replaceAll('%24', '$')}`
}

export interface List<T extends Resource> {
  readonly name: ListName
  readonly sorted: Sorted<T>
  readonly view: (item: T) => Json
  /** What `$filter` and `$orderby` may name; nothing when left out. */
  readonly properties?: ListProperties
  readonly read?: Reader
  /** Whether `$top` is taken (contract section 9). */
  readonly takesTop?: true
}

const created = 'properties/created'

/** The order that a list has where none is asked for. */
const inDefaultOrder = ({ kernel }: AccountContext, properties: ListProperties | undefined, query: Query): Query =>
  query.orderBy === undefined && kernel.switches().listOrder === 'created' && properties?.[created]?.sortable === true
    ? { ...query, orderBy: created }
    : query

export const listReply = <T extends Resource>(context: AccountContext, list: List<T>): Reply => {
  const size = context.kernel.pageSizes[list.name]
  const query = inDefaultOrder(context, list.properties, queryOf(context.query))
  if (query.top !== undefined && list.takesTop !== true)
    throw badRequest("The query specified in the URI is not valid. This list does not take '$top'.")
  const page = pageOf(list.sorted, query, size, list.properties ?? unfiltered, list.read ?? byName)
  const link = page.next === undefined ? {} : { '@odata.nextLink': linkTo(context, page.next) }
  return { status: 200, body: { value: page.items.map(list.view), ...link } }
}
