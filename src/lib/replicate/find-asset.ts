import type { Unit } from '../model.ts'
import type { Pair } from './pair.ts'

/**
 * The asset that a locator publishes, or published: asked of the source, else of what the ledger remembers, else of
 * the target, since an event about a deleted locator carries only its name.
 *
 * @param remembered what the ledger knows.
 * @returns the asset's unit and, where the source has the locator, its id; undefined where nobody knows.
 */
export const findAsset = async (
  pair: Pair,
  unit: Unit,
  remembered: string | undefined,
): Promise<{ readonly asset: Unit; readonly locatorId?: string } | undefined> => {
  const source = await pair.source.locator(unit.name)
  if (source !== undefined) {
    return { asset: assetUnit(unit, source.assetName), locatorId: source.streamingLocatorId }
  }
  const asset = remembered ?? (await pair.target.locator(unit.name))?.assetName
  return asset === undefined ? undefined : { asset: assetUnit(unit, asset) }
}

const assetUnit = (unit: Unit, name: string): Unit => ({ route: unit.route, kind: 'asset', name })
