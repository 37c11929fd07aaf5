import type { Facts, Permissions } from '../ledger/facts.ts'
import type { Outcome, Unit } from '../model.ts'
import { once } from '../once.ts'
import { verifyContainers } from '../storage/compare.ts'
import type { Container, ListingSummary } from '../storage/ports.ts'
import { removeSurplus } from '../storage/surplus.ts'
import { accountToFollow } from './deletes.ts'
import type { Pair, Place } from './pair.ts'
import { removeFilters, setFilters } from './publish-filters.ts'
import { publishLocators } from './publish-locators.ts'
import type { RouteRules } from './rules.ts'
import { Stop } from './trouble.ts'
import { contentMark, filesLeft } from './twin-mark.ts'

/** What the survey saw of the source. */
export interface Seen {
  /** Digest of the listing that was found complete and at rest. */
  readonly listing: string
  /** Names of locators; each is read again just before it is made. */
  readonly locators: readonly string[]
}

/** A locator of ours that may hold an id in the target. */
export interface Holder {
  readonly locator: string
  /** The asset whose pass withdraws it. */
  readonly asset: Unit
}

/** What publishing asks of whoever keeps the ledger. */
export interface Publishing extends Pick<RouteRules, 'withdrawn' | 'deletes'> {
  /** What whoever asked for the pass allows. */
  readonly permissions: Permissions
  /** What the row knows to be ours. */
  readonly before: Facts
  /** What there is to wait for before a locator that needs these units can be made. */
  pending(units: readonly Unit[]): Promise<Outcome | undefined>
  /** The target did not take a locator that needs these units, which the ledger calls in sync. */
  doubt(units: readonly Unit[]): Promise<void>
  /** Locators of ours, as far as the ledger knows, that had an id when the source last showed them. */
  holders(id: string): Promise<readonly Holder[]>
  /** Records at once what was made, so that neither a crash nor trouble with the next one forgets it. */
  made(facts: Facts): Promise<void>
  /** What an error means; an account that does not answer is told to everyone. Throws what nobody can name. */
  trouble(error: unknown): Promise<Outcome>
}

export interface Published {
  readonly outcome: Outcome
  readonly facts: Facts
}

/**
 * The twin's files are proven once more, by a listing of both sides; only then are filters set and locators made (P2).
 * A source that is no longer the one that the survey found at rest may be half of a change: it is surveyed again.
 * Trouble with one locator keeps no other from being made (P4).
 */
export const publishTwin = async (
  pair: Pair,
  asset: string,
  places: { readonly source: Place; readonly target: Place },
  seen: Seen,
  publishing: Publishing,
): Promise<Published> => {
  const [source, target] = [await pair.sourceContainer(asset, places.source), pair.targetContainer(places.target)]
  const { equal, summary: listing } = await verifyContainers(source, target, { ours: publishing.before })
  if (listing.digest !== seen.listing) throw new Stop({ outcome: 'waiting', code: 'SourceChanged' })
  if (!equal) {
    const detail = `${listing.missing} files missing, ${listing.changed} different after the copy.`
    throw new Stop({ outcome: 'failed', code: 'CopyMismatch', detail })
  }
  const { before, deletes } = publishing
  // Copying may have taken hours. What plays is not changed by the word of another account; asked for once.
  const proven = once(() => accountToFollow(pair, before, deletes))
  const refusals = new Map(Object.entries(before.refusals ?? {}))
  const filters = await setFilters(pair, asset, refusals, { ...publishing, proven })
  const given = { lacking: filters.lacking, refusals, proven }
  const locators = await publishLocators(pair, asset, target, seen.locators, given, publishing)
  const troubles = [...filters.troubles, ...locators.troubles]
  let remaining = listing
  let filtersLeft = filters.ours
  try {
    if (troubles.length === 0) {
      filtersLeft = await removeFilters(pair, asset, filters, publishing)
      remaining = await withoutSurplus(source, target, listing, publishing)
    }
  } catch (error) {
    troubles.push(await publishing.trouble(error))
  }
  const { blobs, bytes, extra: extraBlobs, tagsUntold: taggedBlobs, digest, targetDigest } = remaining
  const facts: Facts = {
    ...locators.facts,
    filters: filtersLeft,
    blobs,
    bytes,
    extraBlobs,
    taggedBlobs,
    listing: digest,
    ...filesLeft(remaining),
  }
  if (troubles.length > 0) return { outcome: worst(troubles), facts }
  const twin = contentMark([...filters.shown.values()], targetDigest, facts)
  return { outcome: { outcome: 'inSync' }, facts: { ...facts, twin } }
}

/**
 * What the source has dropped goes last, when whatever replaced it plays. A source that loses files of many assets at
 * once is a wave of deletes like any other (P10).
 */
const withoutSurplus = async (
  source: Container,
  target: Container,
  listing: ListingSummary,
  { before, deletes }: Pick<Publishing, 'before' | 'deletes'>,
): Promise<ListingSummary> => {
  if (listing.surplus === 0) return listing
  await deletes.allow([`files/${listing.targetDigest}`], 'files')
  await removeSurplus(source, target, before)
  const { equal, summary } = await verifyContainers(source, target, { ours: before })
  if (!equal || summary.digest !== listing.digest) throw new Stop({ outcome: 'waiting', code: 'SourceChanged' })
  return summary
}

/** What is tried again by itself comes before what waits for a human, so that neither is forgotten. */
const order = ['throttled', 'failed', 'waiting', 'blocked', 'inSync'] as const
const worst = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))[0] ?? { outcome: 'inSync' }
