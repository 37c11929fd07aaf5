import type { Unit } from '../model.ts'
import type { Pair } from './pair.ts'

export interface Found {
  /** Units of the assets that the locator publishes, or may have published. */
  readonly assets: readonly Unit[]
  /** Id of the locator in the source, where it has one. */
  readonly locatorId?: string
}

/**
 * The assets that a locator publishes or published: asked of both accounts, beside what the ledger remembers, since an
 * event about a deleted locator carries only its name, and what was said of it may be out of date.
 *
 * @param remembered what the ledger knows.
 */
export const findAssets = async (pair: Pair, unit: Unit, remembered: string | undefined): Promise<Found> => {
  const [source, target] = await Promise.all([pair.source.locator(unit.name), pair.target.locator(unit.name)])
  const names = new Map<string, string>()
  for (const name of [source?.assetName, remembered, target?.assetName]) {
    if (name !== undefined && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  }
  const assets = [...names.values()].map((name): Unit => ({ route: unit.route, kind: 'asset', name }))
  return { assets, ...(source === undefined ? {} : { locatorId: source.streamingLocatorId }) }
}
