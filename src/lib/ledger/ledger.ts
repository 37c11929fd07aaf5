/**
 * The ledger as the rest of the app sees it. Every method is one compare-and-swap of the unit's row (and its marker
 * and slot in the same batch); see `transitions.ts` for what each input does to a row. Nothing here starts anything:
 * what is to be started is returned.
 */

import type { Code } from '../codes.ts'
import type { AccountKey, Kind, Outcome, OutcomeName, Reason, RouteKey, Start, Unit } from '../model.ts'
import type { Facts, Permissions, Recording } from './facts.ts'
import type { AccountState, RouteState } from './states.ts'

export interface UnitRow extends Unit {
  readonly hash: string
  readonly state: 'idle' | 'running'
  readonly run: number
  /** Random part of the current start's pass ids. */
  readonly runKey: string
  /** Id of the pass that owns the row, empty until one has begun. */
  readonly pass: string
  /** What `desired` was when that pass first began. */
  readonly generation: number
  /** Milliseconds since 1970, as all times here. */
  readonly lease: number
  readonly startedAt: number
  readonly desired: number
  /** What the last request had raised `desired` to that a copy under way ends early for. */
  readonly pressing: number
  readonly observed: number
  readonly outcome?: OutcomeName
  readonly code?: Code
  readonly detail?: string
  readonly reason: Reason
  /** Oldest open request. */
  readonly requestedAt?: number
  /** Whom that request came from, e.g. `event 5f…` or `operation 8a…`; unknown where it is the app itself. */
  readonly requestedBy?: string
  readonly inSyncAt?: number
  readonly attempts: number
  readonly dueAt?: number
  /** 0 events, 1 bulk, 2 last. */
  readonly priority: number
  /** Row key of its marker, empty where it has none. */
  readonly marker: string
  /** Slot held while running, empty otherwise. */
  readonly slot: string
  /** When an event last said that encoding had finished; files older than this need not settle. */
  readonly finishedAt?: number
  readonly permissions: Permissions
  readonly facts: Facts
}

export interface Request {
  readonly reason: Reason
  /** `bulk` is only queued, at low priority; `last` comes after that. */
  readonly priority: 'event' | 'bulk' | 'last'
  /** Whom it comes from, to be told with what becomes of it. */
  readonly by?: string
  /** Whether a copy under way ends early for it, so that the next pass sees it sooner. @default true */
  readonly pressing?: boolean
  /** When the encoding had finished, as an event said; never later than now. */
  readonly finishedAt?: number
  readonly permissions?: Permissions
  /** To be kept on the row at once. */
  readonly facts?: Facts
}

/** A pass's claim on its row. */
export interface Claim {
  readonly unit: Unit
  readonly run: number
  readonly pass: string
}

/** What a pass that owns its row goes by. */
export interface PassBasis {
  readonly answer: 'begun'
  readonly generation: number
  /** Of the most urgent request that the pass covers. */
  readonly priority: Request['priority']
  readonly facts: Facts
  readonly permissions: Permissions
  readonly finishedAt: number | undefined
  readonly inSyncAt: number | undefined
}

export type BeginAnswer = PassBasis | { readonly answer: 'refused' }

/** How a close was taken, and the row that it closed as it was before. */
export type Closing = { readonly closed: 'again' | 'idle'; readonly before: UnitRow } | { readonly closed: 'ignored' }

export interface RowQuery {
  readonly route?: RouteKey
  readonly kind?: Kind
  readonly outcome?: OutcomeName
  readonly code?: Code
  /** Opaque, from the page before. */
  readonly cursor?: string
  readonly top?: number
}

/** A locator of the source as a list showed it last. */
export interface Sighting {
  readonly locator: string
  readonly asset: string
  readonly id: string
  /** Empty where only an event told of it. */
  readonly created: string
}

/** What was found of a withdrawn locator in the target; `pending` where the target did not take the delete. */
export const withdrawalResults = ['withdrawn', 'absent', 'notOurs', 'pending'] as const
export type WithdrawalResult = (typeof withdrawalResults)[number]

/** A locator that an operator has withdrawn. */
export interface Withdrawal {
  readonly locator: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Unknown until the door that withdrew it has written down what it found. */
  readonly result?: WithdrawalResult
  /** Of one that is pending: the asset whose twin had it as one of ours. */
  readonly asset?: string
}

export interface ReportPage {
  readonly page: number
  readonly lines: readonly string[]
}

export interface OperationDocument {
  readonly id: string
  readonly document: unknown
}

/** So many units of a route stand still for the same reason. */
export interface StandStill {
  readonly outcome: OutcomeName
  readonly code: Code
  readonly count: number
  /** When the oldest request of one of them was made; absent where they are not late. */
  readonly oldest?: number
}

/** What of a route is not in sync and at rest. */
export interface Backlog {
  readonly running: number
  /** Due, and waiting for a slot or for calls. */
  readonly due: number
  /** To be tried again by themselves later. */
  readonly waiting: number
  /** In need of a human, or of a change in the source. */
  readonly blocked: number
  /** Whether there is more than was counted. */
  readonly atLeast: boolean
  /** When the oldest request was made that no pass has answered by being in sync; of what is not blocked. */
  readonly oldest?: number
  readonly standStills: readonly StandStill[]
}

/** A row with the ETag by which it is changed. */
export interface HeldRow {
  readonly row: UnitRow
  readonly etag: string
}

export interface UnsightedPage {
  /** With the ETag by which they are forgotten. */
  readonly locators: readonly (Pick<Sighting, 'locator' | 'asset'> & { readonly etag: string })[]
  readonly next?: string
}

export interface Ledger {
  /** Makes the table where it is missing. */
  prepare(): Promise<void>
  /** Counts one more reason to look at the unit. Returns the instance to start, if any. */
  request(unit: Unit, request: Request): Promise<Start | undefined>
  /** What is due on a route and fits, in order of priority and time, already swapped to running. */
  admit(route: RouteKey): Promise<readonly Start[]>
  begin(claim: Claim, previous: string): Promise<BeginAnswer>
  /** Before the first and after the last write of an activity; renews the lease and records facts. */
  check(claim: Claim, generation: number, facts?: Recording): Promise<'mine' | 'moved' | 'lost'>
  /** Records the outcome. `dueAt` follows from the outcome by the back-off table. */
  close(claim: Claim, generation: number, outcome: Outcome, facts?: Recording): Promise<Closing>
  /** Running rows of a route whose lease is over or whose start is old, with the ETag to be handed back. */
  suspects(route: RouteKey): Promise<readonly HeldRow[]>
  /** After the instance of a suspect was asked for: follows it with a new run where it is gone. */
  orphaned(row: UnitRow, etag: string, instance: 'running' | 'finished' | 'missing'): Promise<Start | undefined>
  read(unit: Unit): Promise<UnitRow | undefined>
  /** Rows that say nothing any more since a time, in the order of their keys; see `forgettable.ts`. */
  forgettable(route: RouteKey, before: number): AsyncIterable<HeldRow>
  /** Removes such a row, unless anything has been asked for since it was read. */
  forget(held: HeldRow): Promise<void>
  list(query: RowQuery): Promise<{ readonly rows: readonly UnitRow[]; readonly next?: string }>
  /** A few short scans, however large the catalogue. */
  backlog(route: RouteKey): Promise<Backlog>
  /** Locator name to the asset it publishes, since a delete event carries only the name. */
  rememberLocator(route: RouteKey, locator: string, asset: string, id: string): Promise<void>
  locatorAsset(route: RouteKey, locator: string): Promise<string | undefined>
  /** What a list of the source showed; kept until it shows it no more. */
  sightLocators(route: RouteKey, sightings: readonly Sighting[], at: number): Promise<void>
  sighting(route: RouteKey, locator: string): Promise<Sighting | undefined>
  /** All that were last seen with an id: one that has moved is held by another name until that is looked at. */
  locatorsWithId(route: RouteKey, id: string): Promise<readonly Sighting[]>
  /** Locators that since a time no list has shown and no event told of, from `cursor` on. */
  unsighted(route: RouteKey, before: number, top: number, cursor?: string): Promise<UnsightedPage>
  /** Those that are still as they were read. */
  forgetLocators(route: RouteKey, locators: UnsightedPage['locators']): Promise<void>
  /** "Not before" of an account after an outage. */
  holdAccount(account: AccountKey, until: number, code: Code): Promise<void>
  /** Keeps locators from being made in the target, whatever the source has, until they are lifted. */
  withdrawLocators(route: RouteKey, locators: readonly string[]): Promise<void>
  /** Writes down what became of withdrawals; those that were lifted or made anew meanwhile are left alone. */
  noteWithdrawals(route: RouteKey, found: readonly Omit<Withdrawal, 'at'>[]): Promise<void>
  liftWithdrawal(route: RouteKey, locators: readonly string[]): Promise<void>
  /** All that are withdrawn, in no order that means anything, from `cursor` on. */
  withdrawals(
    route: RouteKey,
    top: number,
    cursor?: string,
  ): Promise<{ readonly withdrawals: readonly Withdrawal[]; readonly next?: string }>
  /** Which of these locators are withdrawn; lower case. */
  withdrawn(route: RouteKey, locators: readonly string[]): Promise<ReadonlySet<string>>
  accountState(account: AccountKey): Promise<AccountState>
  /** The account has answered: the outage that began then is over, but not one that began since. */
  accountAnswers(account: AccountKey, downSince: number): Promise<void>
  /** Swaps what is known of a rate limit; `change` may be asked several times. Answers what is saved afterwards. */
  changeBudget<T extends object>(id: string, change: (saved: unknown) => T): Promise<T>
  routeState(route: RouteKey): Promise<RouteState>
  /** Swaps the state of a route; `change` may be asked several times. Answers the state that holds afterwards. */
  changeRoute(route: RouteKey, change: (state: RouteState) => RouteState): Promise<RouteState>
  /** Documents of long-running operations, e.g. a resync; JSON up to 60 KB. Overwrites what is there. */
  saveOperation(id: string, document: object): Promise<void>
  /**
   * Swaps a document that several write.
   * @param change of what is there; may be asked several times, and answers undefined where that is to stay.
   * @returns what was written.
   */
  changeOperation<T extends object>(id: string, change: (document: unknown) => T | undefined): Promise<T | undefined>
  operation(id: string): Promise<unknown>
  /**
   * Documents in the order of their ids; those that are saved or removed meanwhile may be among them or not.
   * @param prefix of the ids; all by default.
   * @param after an id.
   */
  operations(prefix?: string, after?: string): AsyncIterable<OperationDocument>
  /** The document alone; its report is removed by itself. */
  removeOperation(id: string): Promise<void>
  /** Appends lines to an operation's report; safe to repeat with the same page number. */
  saveReport(id: string, page: number, lines: readonly string[]): Promise<void>
  /** The same, but a page that is there already stays as it is. */
  keepReport(id: string, page: number, lines: readonly string[]): Promise<void>
  /** From a page on, in the order of their numbers. */
  report(id: string, from?: number): AsyncIterable<ReportPage>
  removeReport(id: string): Promise<void>
}
