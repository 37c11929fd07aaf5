/** Locators that a list shows, and those that no list shows any more. */
import type { UnsightedPage } from '../ledger/ledger.ts'
import type { LocatorSummary } from '../media/resources.ts'
import { isIncluded, type Named, type Unit } from '../model.ts'
import { isFollowed } from '../replicate/rules.ts'
import { each, unitOf, unitsPerPage, type Walk, type Walking } from './walk.ts'

/** Most of them are known, and cost a read of the ledger. */
const locatorsPerPage = 50

/** Each asset once; a locator whose asset is not known names none. */
const assetUnits = async (walking: Walking, names: readonly string[]): Promise<readonly Unit[]> => {
  const once = new Map(names.filter(name => name !== '').map(name => [name.toLowerCase(), name]))
  const units = [...once.values()].map(name => unitOf(walking, 'asset', name))
  const followed = await each(
    units,
    async unit =>
      isIncluded(walking.route, unit.name) ||
      isFollowed(walking.route, unit.name, (await walking.deps.ledger.read(unit))?.facts),
  )
  return units.filter((_, index) => followed[index])
}

/**
 * Assets whose locators are not as the ledger knows them. One that was seen before was asked for then, and its row
 * takes care of itself; unless that was called in sync without it, by answers that were older than the list: while it is new
 * it is looked for again.
 */
export const locators = (walking: Walking): Walk<LocatorSummary> => ({
  list: token => walking.source.locators(token, walking.operation.since),
  async pick(items) {
    const { ledger, clock } = walking.deps
    const { key } = walking.route
    const now = clock()
    const names = await each(items, async locator => {
      const before = await ledger.sighting(key, locator.name)
      const row = await ledger.read(unitOf(walking, 'asset', locator.assetName))
      const seen =
        before?.created === locator.created &&
        before.id === locator.streamingLocatorId &&
        before.asset.toLowerCase() === locator.assetName.toLowerCase()
      const proven = row?.facts.locatorMarks?.[locator.name.toLowerCase()] === locator.created
      const isMissed = walking.operation.since !== undefined && row?.outcome === 'inSync' && row.state === 'idle'
      if (row !== undefined && (proven || (seen && !isMissed))) return []
      if (before === undefined && row === undefined && !isIncluded(walking.route, locator.assetName)) return []
      return before === undefined ? [locator.assetName] : [locator.assetName, before.asset]
    })
    const sightings = items.map(({ name, assetName, streamingLocatorId, created }) => ({
      locator: name,
      asset: assetName,
      id: streamingLocatorId,
      created,
    }))
    return {
      units: await assetUnits(walking, names.flat()),
      unchanged: names.filter(found => found.length === 0).length,
      afterwards: () => ledger.sightLocators(key, sightings, now),
    }
  },
  most: locatorsPerPage,
})

/** What the ledger knows, and what no list has shown and no event told of since this sweep began; the pass of the asset proves it gone. */
export const unsighted = (walking: Walking): Walk<Named & UnsightedPage['locators'][number]> => {
  const { ledger } = walking.deps
  const { key } = walking.route
  return {
    async list(token) {
      const { locators: gone, next } = await ledger.unsighted(key, walking.operation.startedAt, unitsPerPage, token)
      const items = gone.map(one => ({ name: one.locator, ...one }))
      return next === undefined ? { items } : { items, next }
    },
    async pick(items) {
      if (items.length === 0) return { units: [], unchanged: 0 }
      const units = await assetUnits(
        walking,
        items.map(({ asset }) => asset),
      )
      return { units, unchanged: 0, afterwards: () => ledger.forgetLocators(key, items) }
    },
    most: unitsPerPage,
  }
}
