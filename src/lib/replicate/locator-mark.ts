/**
 * Which locators of a twin are ours, told by the mark of its container: a ledger that was lost then still withdraws what
 * the source has withdrawn meanwhile, which is equal to nothing in the source any more.
 */
import type { Facts } from '../ledger/facts.ts'
import type { LocatorSummary } from '../media/resources.ts'
import { type Mark, markFor, setContainerMetadata } from '../storage/container.ts'
import type { Container } from '../storage/ports.ts'
import { ourMark } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'
import { onSide } from './trouble.ts'

/** Names of those locators of the target that the mark says we made; lower case. */
export const markedLocators = (
  mark: Mark | undefined,
  there: readonly Pick<LocatorSummary, 'name' | 'streamingLocatorId'>[],
): ReadonlySet<string> => {
  const ids = new Set(mark?.locators ?? [])
  return new Set(
    there
      .filter(({ streamingLocatorId }) => ids.has(streamingLocatorId.toLowerCase()))
      .map(({ name }) => name.toLowerCase()),
  )
}

/** What the mark tells of a twin that the ledger knows nothing of, and that the source may have lost. */
export const factsOfMark = async (pair: Pair, asset: string): Promise<Facts> => {
  const twin = await pair.target.asset(asset)
  const mark = twin === undefined ? undefined : await ourMark(pair, asset, pair.targetContainer(placeOf(twin)))
  if (mark?.sourceAccount === undefined || mark.locators === undefined) return {}
  const locators = [...markedLocators(mark, await pair.target.assetLocators(asset))]
  return { sourceAccount: mark.sourceAccount, locators }
}

/** Keeps the mark of one container up to date while locators are made; it is read once. */
export const locatorMark = (pair: Pair, asset: string, container: Container, { sourceAccount }: Facts) => {
  let read: Promise<Mark | undefined> | undefined
  const write = async (choose: (before: readonly string[]) => readonly string[]): Promise<void> => {
    read ??= ourMark(pair, asset, container)
    const mark = await read
    const before = mark?.locators ?? []
    const locators = choose(before)
    const same = locators.length === before.length && locators.every(id => before.includes(id))
    if (mark === undefined || (same && mark.sourceAccount === sourceAccount)) return
    const after: Mark = { ...mark, ...(sourceAccount === undefined ? {} : { sourceAccount }), locators }
    await onSide('target', setContainerMetadata(container, markFor(after)))
    read = Promise.resolve(after)
  }
  return {
    /** Before a locator of that id is made. */
    adds: (id: string) => write(before => [...new Set([...before, id.toLowerCase()])]),
    /** All that are ours now: those that have gone make room. */
    settles: (ids: readonly string[]) => write(() => [...new Set(ids.map(id => id.toLowerCase()))]),
  }
}
