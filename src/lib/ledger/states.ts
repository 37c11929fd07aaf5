/** What the ledger keeps of accounts and routes as a whole, beside the rows of their units. */
import type { Code } from '../codes.ts'
import type { Side } from '../model.ts'
import type { DeleteCounts } from './delete-limit.ts'

/** What is known of an account as a whole, for every route of it. */
export interface AccountState {
  /** "Not before" after an outage; milliseconds since 1970. */
  readonly until?: number
  readonly code?: Code
  /** Since when it has not answered; it is asked every minute until it does. */
  readonly downSince?: number
}

/** How the canary of a route is. Times in milliseconds since 1970. */
export interface CanaryState {
  /** When it was first looked at: one that is young is not late. */
  readonly since: number
  /** When its locator was last taken off the target. */
  readonly begunAt?: number
  /** Its locator is to be taken off, or is gone and not proven to be back. */
  readonly open?: 'due' | 'gone'
  readonly rebuiltAt?: number
  /** From the request to the pass that put it back, in milliseconds. */
  readonly lag?: number
  /** Why it was left alone when it was last due. */
  readonly code?: Code
}

/** What is known of a route as a whole. */
export interface RouteState {
  /** The source was another account than twins were made from: nothing is written until somebody confirms it. */
  readonly replaced?: { readonly found: string; readonly at: number }
  /**
   * The source has come back from a hold: what changed in the target meanwhile waits for a decision, and deletes of
   * assets and policies for all of them.
   */
  readonly returned?: {
    readonly at: number
    /** When it was first missed. */
    readonly since: number
    /** The comparison of the whole route that tells what changed. */
    readonly operation?: string
    readonly settled?: boolean
  }
  /** Id of the source account that the route was first written from, or that was confirmed since. */
  readonly sourceAccount?: string
  /** Id of the source account that an operator has confirmed. */
  readonly confirmedSource?: string
  readonly deletes?: DeleteCounts
  /** An end that has not answered for `holdAfter`: nothing is tried until it does. */
  readonly hold?: { readonly side: Side; readonly since: number }
  readonly canary?: CanaryState
}
