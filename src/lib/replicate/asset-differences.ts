/** How the two sides of an asset unit differ. */
import type { Facts } from '../ledger/facts.ts'
import { compareAsset, compareFilter, compareLocator } from '../media/compare.ts'
import type { Locator } from '../media/resources.ts'
import { byName } from '../model.ts'
import type { ListingSummary } from '../storage/ports.ts'
import type { AssetState } from './asset-state.ts'

/**
 * Names of account filters that a shown locator names, and that a filter of the twin's own asset of the same name hides
 * from players: one that the source has not, and that is not ours to remove.
 */
export const hiddenFilters = (
  source: AssetState,
  target: AssetState | undefined,
  shown: readonly Locator[],
  facts: Facts,
): readonly string[] => {
  const named = new Set(shown.flatMap(({ filters }) => filters.map(name => name.toLowerCase())))
  const known = new Set([...source.filters.map(({ name }) => name.toLowerCase()), ...(facts.filters ?? [])])
  const names = (target?.filters ?? []).map(({ name }) => name.toLowerCase())
  return names.filter(name => named.has(name) && !known.has(name))
}

/**
 * In words for a report; nothing where the twin is in sync.
 *
 * @param shown the source's locators that the target is to have.
 * @param facts what is known of the twin, this survey's findings included.
 */
export const assetDifferences = (
  source: AssetState,
  target: AssetState | undefined,
  shown: readonly Locator[],
  listing: ListingSummary,
  facts: Facts,
): readonly string[] => {
  const changes: string[] = []
  if (target === undefined) changes.push('the asset is missing')
  else changes.push(...compareAsset(source.asset, target.asset).map(field => `asset: ${field} differs`))
  if (listing.missing > 0) changes.push(`${listing.missing} files are missing`)
  if (listing.changed > 0) changes.push(`${listing.changed} files differ`)
  if (listing.surplus > 0) changes.push(`${listing.surplus} files were removed`)
  const filters = byName(target?.filters ?? [])
  for (const filter of source.filters) {
    const twin = filters.get(filter.name.toLowerCase())
    if (twin === undefined) changes.push(`filter ${filter.name} is missing`)
    else if (compareFilter(filter, twin).length > 0) changes.push(`filter ${filter.name} differs`)
  }
  const kept = byName(source.filters)
  for (const name of facts.filters ?? []) {
    if (filters.has(name) && !kept.has(name)) changes.push(`filter ${name} was removed`)
  }
  const locators = byName(target?.locators ?? [])
  for (const locator of shown) {
    const twin = locators.get(locator.name.toLowerCase())
    if (twin === undefined) changes.push(`locator ${locator.name} is missing`)
    else {
      const fields = compareLocator(locator, twin)
      const mark = facts.locatorMarks?.[locator.name.toLowerCase()]
      // The same ids may stand for other key values, which no read but the scarcest shows.
      if (fields.length === 0 && mark !== undefined && mark !== locator.created) {
        changes.push(`locator ${locator.name} was made again`)
      }
      const isOurs = facts.locators?.includes(locator.name.toLowerCase()) ?? false
      if (fields.length === 0 && mark === undefined && isOurs) changes.push(`locator ${locator.name} is not proven`)
      if (fields.length > 0) changes.push(`locator ${locator.name} differs: ${fields.join(', ')}`)
    }
  }
  return changes
}
