import type { Pair } from './pair.ts'

/**
 * Removes locators of the twin whose own GET in the source says that they are gone, while the source account itself
 * answers: absence from a list is no proof (P10).
 *
 * @param locators names in the target that are ours.
 * @returns the names that were removed.
 */
export const withdrawLocators = async (
  pair: Pair,
  asset: string,
  locators: readonly string[],
): Promise<readonly string[]> => {
  const gone: string[] = []
  for (const name of locators) {
    if ((await pair.source.locator(name)) === undefined) gone.push(name)
  }
  if (gone.length === 0) return []
  await pair.source.mediaServiceId()
  for (const name of gone) {
    const twin = await pair.target.locator(name)
    // The same name may publish another asset by now; that one is not this unit's.
    if (twin !== undefined && twin.assetName.toLowerCase() === asset.toLowerCase())
      await pair.target.deleteLocator(name)
  }
  return gone
}
