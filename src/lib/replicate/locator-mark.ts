/**
 * Which locators of a twin are ours, told by the mark of its container: a ledger that was lost then still withdraws what
 * the source has withdrawn meanwhile, which is equal to nothing in the source any more.
 */
import type { Facts } from '../ledger/facts.ts'
import { type Mark, markFor, setContainerMetadata } from '../storage/container.ts'
import type { Container } from '../storage/ports.ts'
import { isOurLocator, markOfTwin } from './locator-owner.ts'
import { ourMark } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'
import { onSide } from './trouble.ts'

/** What the mark tells of a twin that the ledger knows nothing of, and that the source may have lost. */
export const factsOfMark = async (pair: Pair, asset: string): Promise<Facts> => {
  const mark = await markOfTwin(pair, asset)
  if (mark?.sourceAccount === undefined || mark.locators === undefined) return {}
  const there = await pair.target.assetLocators(asset)
  const ours = there.filter(locator => isOurLocator(locator, { facts: {}, permissions: {} }, mark))
  return { sourceAccount: mark.sourceAccount, locators: ours.map(({ name }) => name.toLowerCase()) }
}

/** Takes ids of locators that we have deleted out of the mark: another one of that id is somebody else's. */
export const unmarkLocators = async (
  pair: Pair,
  asset: string,
  facts: Facts,
  ids: readonly string[],
): Promise<void> => {
  const twin = await pair.target.asset(asset)
  if (twin !== undefined)
    await locatorMark(pair, asset, pair.targetContainer(placeOf(twin)), facts).change({ drops: ids })
}

/** Ids of locators in any case. */
export interface Ids {
  /** That are ours, or are about to be made. */
  readonly adds?: readonly string[]
  /** That are ours no more, or were not made. */
  readonly drops?: readonly string[]
}

/** The mark of one container, read once and kept up to date while locators are made and withdrawn. */
export const locatorMark = (pair: Pair, asset: string, container: Container, { sourceAccount }: Facts) => {
  let latest: Promise<Mark | undefined> | undefined
  const read = (): Promise<Mark | undefined> => {
    latest ??= ourMark(pair, asset, container)
    return latest
  }
  const change = async ({ adds = [], drops = [] }: Ids): Promise<void> => {
    const mark = await read()
    // Of one without ids somebody may rely on the names alone.
    if (mark === undefined || (mark.locators === undefined && adds.length === 0)) return
    const before = mark.locators ?? []
    const [added, moved] = [adds, [...adds, ...drops]].map(ids => ids.map(id => id.toLowerCase()))
    // The latest are the last to lose their room.
    const locators = [...before.filter(id => !moved?.includes(id)), ...new Set(added)]
    const same = locators.length === before.length && locators.every(id => before.includes(id))
    if (same && mark.sourceAccount === sourceAccount) return
    const after: Mark = { ...mark, ...(sourceAccount === undefined ? {} : { sourceAccount }), locators }
    await onSide('target', setContainerMetadata(container, markFor(after)))
    latest = Promise.resolve(after)
  }
  return { read, change }
}
