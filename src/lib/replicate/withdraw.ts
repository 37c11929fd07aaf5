import type { Facts } from '../ledger/ledger.ts'
import type { Pair } from './pair.ts'
import { Stop } from './trouble.ts'

/**
 * Removes locators of the twin whose own GET in the source says that they are gone, or publish another asset by now,
 * while the source account answers and is the one that the twin was made from: absence from a list is no proof, and
 * an account that was made again under the same name proves nothing (P10).
 *
 * @param locators names in the target that are ours.
 * @param before what the row knows.
 * @returns facts without what was removed.
 */
export const withdrawLocators = async (
  pair: Pair,
  asset: string,
  locators: readonly string[],
  before: Facts,
): Promise<Facts> => {
  const isThis = (name: string | undefined) => name?.toLowerCase() === asset.toLowerCase()
  const gone: string[] = []
  for (const name of locators) if (!isThis((await pair.source.locator(name))?.assetName)) gone.push(name)
  if (gone.length > 0 && (await pair.source.mediaServiceId()) !== before.sourceAccount) {
    throw new Stop({ outcome: 'blocked', code: 'SourceReplaced', detail: `${gone.length} locators are kept.` })
  }
  for (const name of gone) {
    // The same name may publish another asset in the target by now; that one is not this unit's.
    if (isThis((await pair.target.locator(name))?.assetName)) await pair.target.deleteLocator(name)
  }
  const kept = (before.locators ?? []).filter(name => !gone.includes(name))
  const marks = Object.entries(before.locatorMarks ?? {}).filter(([name]) => kept.includes(name))
  return { locators: kept, locatorMarks: Object.fromEntries(marks) }
}
