import type { Facts } from '../ledger/facts.ts'
import type { Pair } from './pair.ts'
import { Stop } from './trouble.ts'

/** What may be deleted in the target. */
export interface Deletes {
  /** Id of a source account that an operator has confirmed, beside the one that twins were made from. */
  readonly confirmedSource?: string
  /**
   * Counts deletes that are about to be made. Throws Stop where the limit of the day is reached, or where deletes of
   * `objects` (assets and policies) wait for a decision after an outage. `files` that an asset has lost count once an
   * asset.
   *
   * @param identities what tells each from another of its name, so that a step that is repeated counts once.
   */
  allow(identities: readonly string[], what: 'locators' | 'files' | 'objects'): Promise<void>
}

/**
 * That something is gone from the source counts only while the source account answers and is the one that the twin was
 * made from: an account that was made again under its name answers 404 for everything (P10).
 *
 * Throws Stop `SourceReplaced`.
 */
export const proveAccount = async (pair: Pair, { sourceAccount }: Facts, deletes: Deletes): Promise<void> => {
  const found = await pair.source.mediaServiceId()
  if (found === sourceAccount || found === deletes.confirmedSource) return
  throw new Stop({
    outcome: 'blocked',
    code: 'SourceReplaced',
    detail: `${pair.route.from} is account ${found}; the twin was made from ${sourceAccount ?? 'one that nobody knows'}.`,
  })
}
