import type { Facts } from '../ledger/facts.ts'
import type { Locator } from '../media/resources.ts'
import { isIncluded } from '../model.ts'
import { type Deletes, proveAccount } from './deletes.ts'
import { unmarkLocators } from './locator-mark.ts'
import { type Basis, markOfTwin, ourLocators } from './locator-owner.ts'
import type { Pair } from './pair.ts'
import { isRemade, isSameLocator } from './rules.ts'
import { changedMeanwhile } from './trouble.ts'

/**
 * Removes locators of the twin that an operator has withdrawn, or whose own GET in the source says that they are gone,
 * or publish another asset by now, while the source account is proven: absence from a list is no proof (P10).
 *
 * @param locators names in the target that are ours; what somebody made anew under one of them stays (P5).
 * @param basis what the row knows, and what whoever asked for the pass allows.
 * @param tombstones which of the names an operator has withdrawn; lower case.
 * @returns facts without what was removed. Throws Stop where the source is another account or too much is deleted.
 */
export const withdrawLocators = async (
  pair: Pair,
  asset: string,
  locators: readonly string[],
  basis: Basis,
  deletes: Deletes,
  tombstones: ReadonlySet<string>,
): Promise<Facts> => {
  const before = basis.facts
  const isThis = (name: string | undefined) => name?.toLowerCase() === asset.toLowerCase()
  const ordered = locators.filter(name => tombstones.has(name.toLowerCase()))
  const gone: string[] = []
  const included = isIncluded(pair.route, asset)
  for (const name of locators) {
    if (ordered.includes(name)) continue
    const source = await pair.source.locator(name)
    // One that was made again is replaced, where the route includes it.
    const stays = isThis(source?.assetName) && (included || isSameLocator(before, name, source?.created ?? ''))
    if (!stays) gone.push(name)
  }
  if (gone.length > 0) await proveAccount(pair, before, deletes)
  const isOurs = ourLocators(basis, () => markOfTwin(pair, asset))
  // The same name may publish another asset in the target by now; that one is not this unit's.
  const there = async (names: readonly string[]): Promise<readonly Locator[]> => {
    const found: Locator[] = []
    for (const name of names) {
      const twin = await pair.target.locator(name)
      if (twin !== undefined && isThis(twin.assetName) && (await isOurs(twin))) found.push(twin)
    }
    return found
  }
  const lost = await there(gone)
  const identities = lost.map(({ name, created }) => `streamingLocator/${name.toLowerCase()}/${created}`)
  if (identities.length > 0) await deletes.allow(identities, 'locators')
  const doomed = [...lost, ...(await there(ordered))]
  const ids: string[] = []
  const anew: string[] = []
  for (const seen of doomed) {
    // The step may run twice: after another execution took this one off, the name may have been given again.
    const now = await pair.target.locator(seen.name)
    if (!isRemade(seen, now)) {
      await pair.target.deleteLocator(seen.name)
      ids.push(seen.streamingLocatorId)
    } else if (isThis(now.assetName)) anew.push(seen.name)
  }
  if (ids.length > 0) await unmarkLocators(pair, asset, before, ids)
  if (anew.length > 0) throw changedMeanwhile(anew.join(', '))
  const removed = new Set([...gone, ...ordered].map(name => name.toLowerCase()))
  const without = (marks: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(marks).filter(([name]) => !removed.has(name)))
  return {
    locators: (before.locators ?? []).filter(name => !removed.has(name)),
    locatorMarks: without(before.locatorMarks),
    twinLocators: without(before.twinLocators),
  }
}
