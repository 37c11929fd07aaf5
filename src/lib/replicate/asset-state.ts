import pLimit from 'p-limit'
import type { MediaReader } from '../media/ports.ts'
import type { Asset, Filter, Locator } from '../media/resources.ts'

/** One side's asset with everything that is replicated along with it, files left out. */
export interface AssetState {
  readonly asset: Asset
  readonly filters: readonly Filter[]
  readonly locators: readonly Locator[]
}

/** Reads at once for one asset; more would only use up the hourly buckets of other assets sooner. */
const readsAtOnce = 4

/**
 * Reads one side. Lists of locators leave out filters and the alternative media id (contract section 6.2), so every
 * locator is read on its own.
 *
 * @returns undefined where there is no such asset.
 */
export const readAssetState = async (reader: MediaReader, name: string): Promise<AssetState | undefined> => {
  const asset = await reader.asset(name)
  if (asset === undefined) return undefined
  const [filters, summaries] = await Promise.all([reader.assetFilters(name), reader.assetLocators(name)])
  const limit = pLimit(readsAtOnce)
  const locators = await Promise.all(summaries.map(summary => limit(() => reader.locator(summary.name))))
  return { asset, filters, locators: locators.filter(locator => locator !== undefined) }
}
