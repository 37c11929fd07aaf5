import type { Side } from '../model.ts'
import { diffListings } from './diff.ts'
import { type ListingOptions, listPages, listPagesIfAny } from './listing.ts'
import type { BlobItem, Container, Listing, ListingSummary } from './ports.ts'
import { isSurplus } from './surplus.ts'
import { Tally, watched } from './tally.ts'

export interface CompareOptions extends ListingOptions {
  /** Sees every blob of the source as it streams by. */
  readonly onSource?: ((item: BlobItem) => void) | undefined
  /** Files of the target that were last written by then are ours; milliseconds since 1970. */
  readonly oursUntil?: number | undefined
}

/** Compares two listings, and counts and digests the source's. */
export const summarise = async (
  source: Listing,
  target: Listing,
  { onSource, oursUntil }: Pick<CompareOptions, 'onSource' | 'oursUntil'> = {},
): Promise<ListingSummary> => {
  const tally = new Tally()
  const twin = new Tally()
  const seen = onSource === undefined ? source : watched(source, onSource)
  let surplus = 0
  for await (const difference of diffListings(tally.watch(seen), twin.watch(target))) {
    tally.count(difference)
    if (difference.kind === 'extra' && isSurplus(difference.target, oursUntil)) surplus++
  }
  const { digest: targetDigest, newest: targetNewest } = twin.summary()
  return { ...tally.summary(), surplus, targetDigest, targetNewest }
}

/**
 * Lists both containers at once, afresh, and compares them as streams. This is also the proof after a copy: with
 * nothing missing and nothing changed the target holds the whole source.
 * @param target undefined, or a container that is not there: everything is missing.
 * @throws ServiceError whose `side` tells which listing failed.
 */
export const compareContainers = async (
  source: Container,
  target: Container | undefined,
  { onSource, oursUntil, ...options }: CompareOptions = {},
): Promise<ListingSummary> => {
  const began: { at?: number } = {}
  const onBegin = (at: number) => {
    began.at = at
  }
  const summary = await summarise(
    listPages(source, { ...options, side: 'source' }),
    listPagesIfAny(target, { ...options, side: 'target', onBegin }),
    { onSource, oursUntil },
  )
  return began.at === undefined ? summary : { ...summary, targetAsOf: began.at }
}

/** Digest of a container's listing, as comparisons tell it. @throws ServiceError. */
export const digestOf = async (container: Container, side: Side): Promise<string> => {
  const tally = new Tally()
  for await (const page of listPagesIfAny(container, { side })) for (const item of page) tally.add(item)
  return tally.summary().digest
}

/** Whether the target holds the whole source, bytes, properties and all, by fresh listings. Surplus does not count. */
export const verifyContainers = async (
  source: Container,
  target: Container,
  options: CompareOptions = {},
): Promise<{ readonly equal: boolean; readonly summary: ListingSummary }> => {
  const summary = await compareContainers(source, target, options)
  return { equal: summary.missing === 0 && summary.changed === 0, summary }
}
