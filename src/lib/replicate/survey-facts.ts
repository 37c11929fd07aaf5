/** What a survey of an asset unit leaves on its row. */
import type { Facts, Permissions } from '../ledger/facts.ts'
import { compareFilter, compareLocator } from '../media/compare.ts'
import { byName, type Named } from '../model.ts'
import type { Mark } from '../storage/container.ts'
import type { ListingSummary } from '../storage/ports.ts'
import type { AssetState } from './asset-state.ts'
import { markedLocators } from './locator-mark.ts'
import type { Owner } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'

interface Before {
  readonly facts: Facts
  readonly permissions: Permissions
}

/** A row that was lost forgets which account the twin was made from: the mark tells, or it is asked for once. */
export const sourceAccountOf = async (
  pair: Pair,
  facts: Facts,
  ours: boolean,
  mark: Mark | undefined,
): Promise<Facts> =>
  ours && facts.sourceAccount === undefined
    ? { sourceAccount: mark?.sourceAccount ?? (await pair.source.mediaServiceId()) }
    : {}

/** What was known before, and what is found now. */
export const factsOf = (
  owner: Owner,
  before: Before,
  source: AssetState,
  target: AssetState | undefined,
  listing: ListingSummary,
  mark: Mark | undefined,
): Facts => ({
  ...before.facts,
  ...(target === undefined
    ? {}
    : { owner: owner === 'foreign' ? 'matched' : owner, container: placeOf(target.asset).container }),
  ...(owner === 'foreign' || target === undefined ? {} : ours(before, source, target, mark)),
  blobs: listing.blobs,
  bytes: listing.bytes,
  extraBlobs: listing.extra,
  taggedBlobs: listing.tagsUntold,
  listing: listing.digest,
})

/**
 * What is ours on a twin that is ours: what publishing made and is still there. Where the row remembers nothing, what is
 * equal to the source's and what the mark names; and on a twin that is being adopted, all that has a name of the
 * source's.
 */
const ours = (
  { facts, permissions }: Before,
  source: AssetState,
  target: AssetState,
  mark: Mark | undefined,
): Pick<Facts, 'locators' | 'filters'> => {
  const marked = markedLocators(mark, target.locators)
  const kept = <T extends Named>(
    known: readonly string[] | undefined,
    here: readonly T[],
    there: readonly T[],
    differing: (a: T, b: T) => readonly string[],
  ): readonly string[] => {
    const sources = byName(here)
    return there
      .filter(twin => {
        const origin = sources.get(twin.name.toLowerCase())
        if (permissions.adopt && origin !== undefined) return true
        if (known !== undefined) return known.includes(twin.name.toLowerCase())
        return origin !== undefined && differing(origin, twin).length === 0
      })
      .map(twin => twin.name.toLowerCase())
  }
  const equal = kept(facts.locators, source.locators, target.locators, compareLocator)
  // What was forgotten because of one old answer would be a stranger's for good.
  const unseen = target.unseen.map(name => name.toLowerCase()).filter(name => facts.locators?.includes(name))
  return {
    locators: [...new Set([...equal, ...(facts.locators === undefined ? marked : unseen)])],
    filters: kept(facts.filters, source.filters, target.filters, compareFilter),
  }
}

/** What a survey has found out for good, though the pass goes on: e.g. what a lost row had to find out anew. */
export const foundFacts = ({ home, locators, filters, sourceAccount, goneSince, withdrawn }: Facts): Facts => ({
  ...(home === undefined ? {} : { home }),
  ...(locators === undefined ? {} : { locators }),
  ...(filters === undefined ? {} : { filters }),
  ...(sourceAccount === undefined ? {} : { sourceAccount }),
  ...(goneSince === undefined ? {} : { goneSince }),
  ...(withdrawn === undefined ? {} : { withdrawn }),
})
