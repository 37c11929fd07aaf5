import { diffListings } from './diff.ts'
import { type ListingOptions, listPages, listPagesIfAny } from './listing.ts'
import { Found, type OwnFiles, ownFiles } from './own-files.ts'
import type { BlobItem, Container, Listing, ListingSummary } from './ports.ts'
import { Tally, watched } from './tally.ts'

export interface CompareOptions extends ListingOptions {
  /** Sees every blob of the source as it streams by. */
  readonly onSource?: ((item: BlobItem) => void) | undefined
  /** How files of the target are known as ours: none, by default. */
  readonly ours?: OwnFiles | undefined
}

/** Compares two listings, and counts and digests the source's. */
export const summarise = async (
  source: Listing,
  target: Listing,
  { onSource, ours = {} }: Pick<CompareOptions, 'onSource' | 'ours'> = {},
): Promise<ListingSummary> => {
  const tally = new Tally()
  const twin = new Tally()
  const seen = onSource === undefined ? source : watched(source, onSource)
  const isOurs = ownFiles(ours)
  const found = new Found(ours)
  const known = watched(target, item => {
    if (isOurs(item)) found.add(item)
  })
  let surplus = 0
  for await (const difference of diffListings(tally.watch(seen), twin.watch(known))) {
    tally.count(difference)
    if (difference.kind === 'extra' && isOurs(difference.target)) surplus++
  }
  const { digest: targetDigest, newest: targetNewest } = twin.summary()
  return { ...tally.summary(), surplus, begun: found.begun, targetDigest, targetNewest }
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
  { onSource, ours, ...options }: CompareOptions = {},
): Promise<ListingSummary> => {
  const began: { at?: number } = {}
  const onBegin = (at: number) => {
    began.at = at
  }
  const summary = await summarise(
    listPages(source, { ...options, side: 'source' }),
    listPagesIfAny(target, { ...options, side: 'target', onBegin }),
    { onSource, ours },
  )
  return began.at === undefined ? summary : { ...summary, targetAsOf: began.at }
}

/**
 * Digest of a target's listing, as comparisons tell it, how many of its files are not ours, and which are.
 * @throws ServiceError.
 */
export const holdingsOf = async (
  target: Container,
  ours: OwnFiles,
): Promise<{ readonly digest: string; readonly strange: number; readonly begun: string }> => {
  const [tally, isOurs, found] = [new Tally(), ownFiles(ours), new Found(ours)]
  let strange = 0
  for await (const page of listPagesIfAny(target, { side: 'target' }))
    for (const item of page) {
      tally.add(item)
      if (isOurs(item)) found.add(item)
      else strange++
    }
  return { digest: tally.summary().digest, strange, begun: found.begun }
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
