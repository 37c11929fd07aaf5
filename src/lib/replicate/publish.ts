import type { Facts } from '../ledger/ledger.ts'
import { compareFilter } from '../media/compare.ts'
import type { Filter } from '../media/resources.ts'
import { verifyContainers } from '../storage/compare.ts'
import type { Pair, Place } from './pair.ts'
import { publishLocator } from './publish-locator.ts'
import { Stop } from './trouble.ts'

/** What the survey saw of the source. */
export interface Seen {
  /** Digest of the listing that was found complete and at rest. */
  readonly listing: string
  /** Names of locators; each is read again just before it is made. */
  readonly locators: readonly string[]
}

/**
 * The twin's files are proven once more, by a listing of both sides; only then are filters set and locators made (P2).
 * A source that is no longer the one that the survey found at rest may be half of a change: it is surveyed again.
 *
 * @param before what the row knows to be ours.
 * @returns facts of a twin in sync.
 */
export const publishTwin = async (
  pair: Pair,
  asset: string,
  places: { readonly source: Place; readonly target: Place },
  seen: Seen,
  before: Facts,
): Promise<Facts> => {
  const { equal, summary: listing } = await verifyContainers(
    await pair.sourceContainer(asset, places.source),
    pair.targetContainer(places.target),
  )
  if (listing.digest !== seen.listing) throw new Stop({ outcome: 'waiting', code: 'SourceChanged' })
  if (!equal) {
    const detail = `${listing.missing} files missing, ${listing.changed} different after the copy.`
    throw new Stop({ outcome: 'failed', code: 'CopyMismatch', detail })
  }
  const filters = await setFilters(pair, asset, before.filters ?? [])
  const ours = new Set(before.locators ?? [])
  for (const name of seen.locators) {
    if (await publishLocator(pair, asset, name, ours.has(name.toLowerCase()))) ours.add(name.toLowerCase())
  }
  return {
    locators: [...ours],
    filters,
    blobs: listing.blobs,
    bytes: listing.bytes,
    extraBlobs: listing.extra,
    listing: listing.digest,
    keys: 'verified',
  }
}

/** Filters follow the source at once; only those that are ours are removed. @returns names that are ours, lower case. */
const setFilters = async (pair: Pair, asset: string, ours: readonly string[]): Promise<readonly string[]> => {
  const source = await pair.source.assetFilters(asset)
  if (source.length === 0 && ours.length === 0) return []
  const target = new Map((await pair.target.assetFilters(asset)).map(filter => [filter.name.toLowerCase(), filter]))
  for (const filter of source) {
    const twin = target.get(filter.name.toLowerCase())
    if (twin === undefined || compareFilter(filter, twin).length > 0) await setFilter(pair, asset, filter)
  }
  const kept = new Set(source.map(filter => filter.name.toLowerCase()))
  for (const name of ours) {
    if (!kept.has(name) && target.has(name)) await pair.target.deleteAssetFilter(asset, name)
  }
  return [...kept]
}

const setFilter = (pair: Pair, asset: string, filter: Filter) =>
  pair.target.putAssetFilter(asset, filter.name, filter.properties)
