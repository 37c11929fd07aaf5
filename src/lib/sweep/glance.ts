import type { Facts } from '../ledger/facts.ts'
import type { UnitRow } from '../ledger/ledger.ts'
import { compareAsset, compareLocator } from '../media/compare.ts'
import type { MediaReader } from '../media/ports.ts'
import type { Asset, LocatorSummary } from '../media/resources.ts'
import type { Operation } from './operation.ts'

/** A full comparison reads files and filters of one part of the assets; so many in a row read those of all. */
const parts = 7

/**
 * Whether a look at lists will do for an asset this time: it is in sync as far as the ledger knows, and its files and
 * filters have their turn in another of the seven rounds.
 */
export const mayGlance = (operation: Operation, row: UnitRow | undefined): row is UnitRow =>
  operation.kind === 'full' &&
  operation.round !== undefined &&
  row?.outcome === 'inSync' &&
  row.state === 'idle' &&
  row.observed >= row.desired &&
  Number.parseInt(row.hash.slice(0, 8), 16) % parts !== operation.round % parts

const whole = (locator: LocatorSummary) => ({ ...locator, filters: [], contentKeys: [] })

const sameLocators = (
  source: readonly LocatorSummary[],
  target: readonly LocatorSummary[],
  facts: Facts,
  now: number,
): boolean => {
  const twins = new Map(target.map(locator => [locator.name.toLowerCase(), locator]))
  const origins = new Set(source.map(({ name }) => name.toLowerCase()))
  if ((facts.locators ?? []).some(name => !origins.has(name))) return false
  return source
    .filter(({ endTime }) => Date.parse(endTime) > now)
    .every(locator => {
      const name = locator.name.toLowerCase()
      const twin = twins.get(name)
      if (twin === undefined || compareLocator(whole(locator), whole(twin)).length > 0) return false
      return !facts.locators?.includes(name) || facts.locatorMarks?.[name] === locator.created
    })
}

/** Compares an asset by what lists show, in three calls: its own fields, its container, and its locators. */
export const glance = async (
  { source, target }: { readonly source: MediaReader; readonly target: MediaReader },
  asset: Asset,
  facts: Facts,
  now: number,
): Promise<boolean> => {
  const twin = await target.asset(asset.name)
  if (twin === undefined || compareAsset(asset, twin).length > 0) return false
  if (facts.container !== undefined && twin.container !== facts.container) return false
  const [here, there] = await Promise.all([source.assetLocators(asset.name), target.assetLocators(asset.name)])
  return sameLocators(here, there, facts, now)
}
