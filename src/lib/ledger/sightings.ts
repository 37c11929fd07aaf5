/** Locators of a route's source by name: which asset each publishes, and when a list of the source last showed it. */
import type { Clock, RouteKey } from '../model.ts'
import { locatorKey, locatorKeys, sortable } from './keys.ts'
import type { Sighting, UnsightedPage } from './ledger.ts'
import { type Operation, quoted, type Stored, type Table } from './table.ts'

/** The service takes a hundred. */
const mostInBatch = 100
const keyOf = (operation: Operation): string => (operation.do === 'remove' ? operation.rowKey : operation.entity.rowKey)

/** Operations on one partition, as few batches as possible; two on one row cannot be in one batch, and the last counts. */
export const inBatches = async (table: Table, operations: readonly Operation[]): Promise<void> => {
  const once = [...new Map(operations.map(one => [keyOf(one), one])).values()]
  for (let at = 0; at < once.length; at += mostInBatch) await table.batch(once.slice(at, at + mostInBatch))
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

const sightingOf = ({ locator, asset, id, created }: Stored): Sighting => ({
  locator: text(locator),
  asset: text(asset),
  id: text(id),
  created: text(created),
})

export const sightings = (table: Table, clock: Clock) => {
  const put = (route: RouteKey, found: Sighting, seen: string): Operation => ({
    do: 'put',
    entity: { partitionKey: route, rowKey: locatorKey(found.locator), ...found, seen },
  })
  return {
    /** Told by an event: no list that has begun can be expected to show it. */
    rememberLocator: (route: RouteKey, locator: string, asset: string, id: string): Promise<void> =>
      table.batch([put(route, { locator, asset, id, created: '' }, sortable(clock()))]),

    async locatorAsset(route: RouteKey, locator: string): Promise<string | undefined> {
      return text((await table.get(route, locatorKey(locator)))?.asset) || undefined
    },

    sightLocators: (route: RouteKey, found: readonly Sighting[], at: number): Promise<void> =>
      inBatches(
        table,
        found.map(one => put(route, one, sortable(at))),
      ),

    async sighting(route: RouteKey, name: string): Promise<Sighting | undefined> {
      const row = await table.get(route, locatorKey(name))
      return row === undefined ? undefined : sightingOf(row)
    },

    /** Reads through all of them in the table: only for an id that was refused. */
    async locatorsWithId(route: RouteKey, id: string): Promise<readonly Sighting[]> {
      const filter = [id, id.toLowerCase()].map(form => `id eq ${quoted(form)}`).join(' or ')
      const found: Sighting[] = []
      for await (const row of table.scan(route, locatorKeys, { filter })) found.push(sightingOf(row))
      return found
    },

    async unsighted(route: RouteKey, before: number, top: number, cursor?: string): Promise<UnsightedPage> {
      const range = cursor === undefined ? locatorKeys : { ...locatorKeys, from: `${cursor}!` }
      const locators: UnsightedPage['locators'][number][] = []
      const how = { filter: `seen lt ${quoted(sortable(before))}`, ahead: top }
      for await (const row of table.scan(route, range, how)) {
        locators.push({ locator: text(row.locator), asset: text(row.asset), etag: row.etag })
        if (locators.length >= top) return { locators, next: row.rowKey }
      }
      return { locators }
    },

    /** One that was told of or seen again meanwhile is kept. */
    async forgetLocators(route: RouteKey, locators: UnsightedPage['locators']): Promise<void> {
      for (const { locator, etag } of locators)
        await table.removeAsRead({ partitionKey: route, rowKey: locatorKey(locator), etag })
    },
  }
}
