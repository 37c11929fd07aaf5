/**
 * Which locators of a twin are ours, told by the mark of its container: a ledger that was lost then still withdraws what
 * the source has withdrawn meanwhile, which is equal to nothing in the source any more.
 */
import type { Facts } from '../ledger/facts.ts'
import { changeContainerMetadata, markFor, readMark } from '../storage/container.ts'
import type { Container } from '../storage/ports.ts'
import { hasIdOfAnother, type Identity, isOurLocator, markOfTwin } from './locator-owner.ts'
import { ourMarkIn } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'
import { onSide } from './trouble.ts'

/**
 * What the mark knows beside the row, of a twin that is looked at no further than its locators. One that we have deleted
 * has none.
 *
 * @param source locators of the source's asset.
 * @returns nothing where it knows no more.
 */
export const factsOfMark = async (
  pair: Pair,
  asset: string,
  facts: Facts,
  source: readonly Identity[],
): Promise<Facts> => {
  const mark = facts.owner === 'gone' ? undefined : await markOfTwin(pair, asset)
  const sourceAccount = facts.sourceAccount ?? mark?.sourceAccount
  if (!mark?.locators?.length || sourceAccount === undefined) return {}
  const isOfAnother = hasIdOfAnother(source)
  const there = await pair.target.assetLocators(asset)
  const ours = there.filter(one => !isOfAnother(one) && isOurLocator(one, { facts, permissions: {} }, mark))
  const names = ours.map(({ name }) => name.toLowerCase())
  return { sourceAccount, locators: [...new Set([...(facts.locators ?? []), ...names])] }
}

/** Takes ids of locators that we have deleted out of the mark: another one of that id is somebody else's. */
export const unmarkLocators = async (
  pair: Pair,
  asset: string,
  facts: Facts,
  ids: readonly string[],
): Promise<void> => {
  const twin = await pair.target.asset(asset)
  if (twin !== undefined) await changeMark(pair, asset, pair.targetContainer(placeOf(twin)), facts, { drops: ids })
}

/** Ids of locators in any case. */
export interface Ids {
  /** That are ours, or are about to be made. */
  readonly adds?: readonly string[]
  /** That are ours no more, or were not made. */
  readonly drops?: readonly string[]
}

/**
 * Changes which locators the mark of a container names. Two executions of a step may do so at once: each adds its own to
 * what is there, and looks whether it has stayed.
 */
export const changeMark = (
  pair: Pair,
  asset: string,
  container: Container,
  { sourceAccount }: Facts,
  { adds = [], drops = [] }: Ids,
): Promise<void> => {
  const [added, moved] = [adds, [...adds, ...drops]].map(ids => new Set(ids.map(id => id.toLowerCase())))
  const change = (metadata: Readonly<Record<string, string>>) => {
    const mark = ourMarkIn(pair, asset, metadata)
    // Of one without ids somebody may rely on the names alone.
    if (mark === undefined || (mark.locators === undefined && adds.length === 0)) return undefined
    const before = mark.locators ?? []
    // The latest are the last to lose their room.
    const wanted = [...before.filter(id => !moved?.has(id)), ...(added ?? [])]
    const after = markFor({ ...mark, ...(sourceAccount === undefined ? {} : { sourceAccount }), locators: wanted })
    // As far as there is room.
    const { locators = [], sourceAccount: account } = readMark(after) ?? {}
    const same = locators.length === before.length && locators.every(id => before.includes(id))
    return same && account === mark.sourceAccount ? undefined : after
  }
  return onSide('target', changeContainerMetadata(container, change))
}
