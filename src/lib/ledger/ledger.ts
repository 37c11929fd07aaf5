/**
 * The ledger as the rest of the app sees it. Every method is one compare-and-swap of the unit's row (and its marker
 * and slot in the same batch); see `transitions.ts` for what each input does to a row. Nothing here starts anything:
 * what is to be started is returned.
 */

import type { Code } from '../codes.ts'
import type { AccountKey, Kind, Outcome, OutcomeName, Reason, RouteKey, Start, Unit } from '../model.ts'
import type { DeleteCounts } from './delete-limit.ts'

/** What is known of an account as a whole, for every route of it. */
export interface AccountState {
  /** "Not before" after throttling or an outage; milliseconds since 1970. */
  readonly until?: number
  readonly code?: Code
  /** Since when it has not answered; it is asked every minute until it does. */
  readonly downSince?: number
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
  /** Id of the source account that an operator has confirmed. */
  readonly confirmedSource?: string
  readonly deletes?: DeleteCounts
  /** An end that has not answered for `holdAfter`: nothing is tried until it does. */
  readonly hold?: { readonly side: 'source' | 'target'; readonly since: number }
}

export interface Copying {
  /** When the pass found what to copy, in milliseconds since 1970. */
  readonly since: number
  readonly blobs: number
  readonly bytes: number
  readonly ofBlobs: number
  readonly ofBytes: number
}

/** What the target did not keep whole: it is not tried again while both sides are as they were left. */
export interface Refusal {
  /** State of the source's object that was tried, e.g. when it was created or last modified. */
  readonly source: string
  /** State of the target's object afterwards, empty where there was none. */
  readonly target: string
  /** Fields that differed. */
  readonly detail: string
}

/** What a pass leaves on the row for the next one; opaque to the transitions. */
export interface Facts {
  /** Whose the twin is: we made it, were told to take it over, it is equal but somebody else's, or we deleted it. */
  readonly owner?: 'made' | 'adopted' | 'matched' | 'gone'
  /** Names of the locators and filters in the target that are ours, lower case. */
  readonly locators?: readonly string[]
  /** When the source's locator of that name was created, as last proven equal: one made again has another time. */
  readonly locatorMarks?: Readonly<Record<string, string>>
  /** By name of the locator or of the unit itself, lower case. */
  readonly refusals?: Readonly<Record<string, Refusal>>
  /** Id of the source account that the twin was made from; another account under its name proves nothing. */
  readonly sourceAccount?: string
  readonly filters?: readonly string[]
  /** When the target's locators of ours were created, as we left them; lower case. */
  readonly twinLocators?: Readonly<Record<string, string>>
  /** How we left the asset itself: its id and texts. */
  readonly twinAsset?: string
  /** How we left its files and filters; empty while we write to them. */
  readonly twin?: string
  /**
   * Every file of the twin that was last written by then is ours: it was one of the source's when both were equal.
   * Milliseconds since 1970 by the clock of the target's storage.
   */
  readonly filesUntil?: number
  /** When the asset was first missed in the source, 0 where it is there; milliseconds since 1970. */
  readonly goneSince?: number
  /** Locators that an operator has withdrawn. */
  readonly withdrawn?: readonly string[]
  /** `target` once an operator has kept the target's state: this route never writes it again. */
  readonly home?: 'source' | 'target'
  /** Container of the twin. */
  readonly container?: string
  readonly blobs?: number
  readonly bytes?: number
  readonly extraBlobs?: number
  readonly millisecondsCopying?: number
  /** How far the copy of the pass that last had something to copy is. */
  readonly copying?: Copying
  /** Digest of the source listing at the last sync. */
  readonly listing?: string
  /** lastModified of both sides when they were last proven equal: content key policies are read only when one left it. */
  readonly sourceMark?: string
  readonly targetMark?: string
  /** Identity of the target's policy that the mark in the target's storage tells to be ours. */
  readonly mark?: string
}

/** What the owner of a request allows the next pass to do. */
export interface Permissions {
  readonly adopt?: boolean
  /** After an outage: the source's state is made again, whatever was changed in the target. */
  readonly restore?: boolean
  /** After an outage: the target's state is kept, and becomes the home. */
  readonly moveHome?: boolean
}

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
  readonly observed: number
  readonly outcome?: OutcomeName
  readonly code?: Code
  readonly detail?: string
  readonly reason: Reason
  /** Oldest open request. */
  readonly requestedAt?: number
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

export type Begun =
  | { readonly answer: 'refused' }
  | {
      readonly answer: 'begun'
      readonly generation: number
      readonly facts: Facts
      readonly permissions: Permissions
      readonly finishedAt: number | undefined
      readonly inSyncAt: number | undefined
    }

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

export interface ReportPage {
  readonly page: number
  readonly lines: readonly string[]
}

export interface UnsightedPage {
  readonly locators: readonly Pick<Sighting, 'locator' | 'asset'>[]
  readonly next?: string
}

export interface Ledger {
  /** Makes the table where it is missing. */
  prepare(): Promise<void>
  /** Counts one more reason to look at the unit. Returns the instance to start, if any. */
  request(unit: Unit, request: Request): Promise<Start | undefined>
  /** What is due on a route and fits, in order of priority and time, already swapped to running. */
  admit(route: RouteKey): Promise<readonly Start[]>
  begin(claim: Claim, previous: string): Promise<Begun>
  /** Before the first and after the last write of an activity; renews the lease and records facts. */
  check(claim: Claim, generation: number, facts?: Facts): Promise<'mine' | 'moved' | 'lost'>
  /** Records the outcome. `dueAt` follows from the outcome by the back-off table. */
  close(claim: Claim, generation: number, outcome: Outcome, facts?: Facts): Promise<'again' | 'idle' | 'ignored'>
  /** Running rows of a route whose lease is over or whose start is old, with the ETag to be handed back. */
  suspects(route: RouteKey): Promise<readonly { readonly row: UnitRow; readonly etag: string }[]>
  /** After the instance of a suspect was asked for: follows it with a new run where it is gone. */
  orphaned(row: UnitRow, etag: string, instance: 'running' | 'finished' | 'missing'): Promise<Start | undefined>
  read(unit: Unit): Promise<UnitRow | undefined>
  list(query: RowQuery): Promise<{ readonly rows: readonly UnitRow[]; readonly next?: string }>
  /** Locator name to the asset it publishes, since a delete event carries only the name. */
  rememberLocator(route: RouteKey, locator: string, asset: string, id: string): Promise<void>
  locatorAsset(route: RouteKey, locator: string): Promise<string | undefined>
  /** What a list of the source showed; kept until it shows it no more. */
  sightLocators(route: RouteKey, sightings: readonly Sighting[], at: number): Promise<void>
  sighting(route: RouteKey, locator: string): Promise<Sighting | undefined>
  /** Locators that no list since a time has shown, from `cursor` on. */
  unsighted(route: RouteKey, before: number, top: number, cursor?: string): Promise<UnsightedPage>
  forgetLocators(route: RouteKey, locators: readonly string[]): Promise<void>
  /** "Not before" of an account after throttling or an outage. */
  holdAccount(account: AccountKey, until: number, code: Code): Promise<void>
  /** Keeps locators from being made in the target, whatever the source has, until they are lifted. */
  withdrawLocators(route: RouteKey, locators: readonly string[]): Promise<void>
  liftWithdrawal(route: RouteKey, locators: readonly string[]): Promise<void>
  /** Which of these locators are withdrawn; lower case. */
  withdrawn(route: RouteKey, locators: readonly string[]): Promise<ReadonlySet<string>>
  accountState(account: AccountKey): Promise<AccountState>
  /** The account has answered: an outage is over, throttling is not. */
  accountAnswers(account: AccountKey): Promise<void>
  routeState(route: RouteKey): Promise<RouteState>
  /** Swaps the state of a route; `change` may be asked several times. Answers the state that holds afterwards. */
  changeRoute(route: RouteKey, change: (state: RouteState) => RouteState): Promise<RouteState>
  /** Documents of long-running operations, e.g. a resync; JSON up to 60 KB. */
  saveOperation(id: string, document: object): Promise<void>
  operation(id: string): Promise<unknown>
  /** Appends lines to an operation's report; safe to repeat with the same page number. */
  saveReport(id: string, page: number, lines: readonly string[]): Promise<void>
  /** From a page on, in the order of their numbers. */
  report(id: string, from?: number): AsyncIterable<ReportPage>
  removeReport(id: string): Promise<void>
}
