import type { Facts } from '../ledger/facts.ts'
import type { Pair } from './pair.ts'
import { Stop } from './trouble.ts'

/** What may be deleted in the target. */
export interface Deletes {
  /** Id of a source account that an operator has confirmed, beside the one that twins were made from. */
  readonly confirmedSource?: string
  /** Id of the source account that the route has followed so far, for objects that nobody knows an account of. */
  readonly knownSource?: string
  /**
   * Counts deletes that are about to be made. Throws Stop where the limit of the day is reached, or where deletes of
   * `objects` (assets and policies) wait for a decision after an outage. `files` that an asset has lost count once an
   * asset.
   *
   * @param identities what tells each from another of its name, so that a step that is repeated counts once.
   */
  allow(identities: readonly string[], what: 'locators' | 'files' | 'objects'): Promise<void>
}

const replaced = (pair: Pair, found: string, known = 'one that nobody knows'): Stop => {
  const detail = `${pair.route.from} is account ${found}; its twins were made from ${known}.`
  return new Stop({ outcome: 'blocked', code: 'SourceReplaced', detail })
}

/**
 * That something is gone from the source counts only while the source account answers and is the one that the twin was
 * made from: an account that was made again under its name answers 404 for everything (P10).
 *
 * Throws Stop `SourceReplaced`.
 */
export const proveAccount = async (pair: Pair, facts: Facts, deletes: Deletes): Promise<void> => {
  const found = await pair.source.mediaServiceId()
  if (found !== facts.sourceAccount && found !== deletes.confirmedSource)
    throw replaced(pair, found, facts.sourceAccount)
}

/**
 * Before anything is written over a twin: titles of the same names in another account are other titles (P10). Of what
 * is made for the first time the source is the account that the route has followed so far, or any where it is the
 * route's first.
 *
 * @returns id of the account, to be recorded with what is written. Throws Stop `SourceReplaced`.
 */
export const accountToFollow = async (
  pair: Pair,
  facts: Facts,
  { confirmedSource, knownSource }: Pick<Deletes, 'confirmedSource' | 'knownSource'> = {},
): Promise<string> => {
  const found = await pair.source.mediaServiceId()
  const known = facts.sourceAccount ?? knownSource ?? found
  if (found !== known && found !== confirmedSource) throw replaced(pair, found, known)
  return found
}
