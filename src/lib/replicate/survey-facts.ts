/** What a survey of an asset unit leaves on its row. */
import type { Facts, Permissions } from '../ledger/facts.ts'
import { compareFilter, compareLocator } from '../media/compare.ts'
import type { Filter, Locator } from '../media/resources.ts'
import { byName, type Named } from '../model.ts'
import type { Mark } from '../storage/container.ts'
import type { ListingSummary } from '../storage/ports.ts'
import type { AssetState } from './asset-state.ts'
import { hasIdOfAnother, isOurLocator } from './locator-owner.ts'
import type { Owner } from './owner.ts'
import type { Pair } from './pair.ts'
import { placeOf } from './place.ts'

interface Before {
  readonly facts: Facts
  readonly permissions: Permissions
  /** Milliseconds since 1970. */
  readonly now: number
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
 * What is ours on a twin that is ours: what publishing made. Where the row remembers nothing, also what is equal to the
 * source's; and on a twin that is being adopted, all that has a name of the source's. A name stays ours whatever a list
 * of the target shows, which may be older than the locator: only its own withdrawal ends that, or that it ended anyway.
 */
const ours = (
  before: Before,
  source: AssetState,
  target: AssetState,
  mark: Mark | undefined,
): Pick<Facts, 'locators' | 'filters' | 'twinLocators'> => {
  const { locators: known = [], twinLocators: left = {} } = before.facts
  const locators = ourLocatorsOf(before, source.locators, target.locators, mark)
  // Of ours that are there; where another one is in its place, how we left it.
  const times = target.locators.flatMap(twin => {
    const time = locators.includes(twin) ? twin.created : left[keyOf(twin)]
    return time === undefined ? [] : [[keyOf(twin), time] as const]
  })
  const there = byName(target.locators)
  const ended = byName(source.locators.filter(({ endTime }) => Date.parse(endTime) <= before.now))
  const kept = known.filter(name => there.has(name) || !ended.has(name))
  return {
    locators: [...new Set([...kept, ...locators.map(keyOf)])],
    twinLocators: Object.fromEntries(times),
    filters: ourFiltersOf(before, source.filters, target.filters).map(keyOf),
  }
}

const keyOf = ({ name }: Named): string => name.toLowerCase()

const ourFiltersOf = (
  { facts: { filters: known }, permissions }: Before,
  source: readonly Filter[],
  target: readonly Filter[],
): readonly Filter[] => {
  const origins = byName(source)
  return target.filter(twin => {
    const origin = origins.get(keyOf(twin))
    if (permissions.adopt && origin !== undefined) return true
    if (known !== undefined) return known.includes(keyOf(twin))
    return origin !== undefined && compareFilter(origin, twin).length === 0
  })
}

const ourLocatorsOf = (
  before: Before,
  source: readonly Locator[],
  target: readonly Locator[],
  mark: Mark | undefined,
): readonly Locator[] => {
  const { facts, permissions } = before
  const origins = byName(source)
  const isOfAnother = hasIdOfAnother(source)
  return target.filter(twin => {
    const origin = origins.get(keyOf(twin))
    if (permissions.adopt && origin !== undefined) return true
    const isKnown = facts.locators?.includes(keyOf(twin)) ?? false
    if (!isKnown && isOfAnother(twin)) return false
    if (isOurLocator(twin, before, mark)) return true
    const isLikely = isKnown || facts.locators === undefined
    return isLikely && origin !== undefined && compareLocator(origin, twin).length === 0
  })
}

/** What a survey has found out for good, though the pass goes on: e.g. what a lost row had to find out anew. */
export const foundFacts = ({
  home,
  locators,
  twinLocators,
  filters,
  sourceAccount,
  goneSince,
  withdrawn,
  filesUntil,
  filesBegun,
}: Facts): Facts => ({
  ...(home === undefined ? {} : { home }),
  ...(locators === undefined ? {} : { locators }),
  ...(twinLocators === undefined ? {} : { twinLocators }),
  ...(filters === undefined ? {} : { filters }),
  ...(sourceAccount === undefined ? {} : { sourceAccount }),
  ...(goneSince === undefined ? {} : { goneSince }),
  ...(withdrawn === undefined ? {} : { withdrawn }),
  ...(filesUntil === undefined ? {} : { filesUntil }),
  ...(filesBegun === undefined ? {} : { filesBegun }),
})
