/** A history as plain data: what is done to both regions and the app, step by step. It can be printed, kept and replayed. */
import type { DoublingRule } from '../../local/host/durable/doubling.ts'
import type { FaultRule } from '../../local/simulator/fault-rules.ts'
import type { RegionKey } from '../../local/stack/regions.ts'
import type { LedgerFault } from './ledger-relay.ts'

export type Protection = 'clear' | 'aes' | 'token'

/** An event tells of it, or only a sweep will find it. */
interface Told {
  readonly told: boolean
}

/** What publishers do in A. What is not possible at that moment, e.g. publishing what was deleted, is passed over. */
export type PublisherStep =
  | { readonly do: 'encode'; readonly asset: string }
  /** A whole new version of an asset's files, written as an encoder does, manifest last. */
  | ({ readonly do: 'upload'; readonly asset: string } & Told)
  /** One file changes. */
  | ({ readonly do: 'edit'; readonly asset: string } & Told)
  /** A file that no manifest names goes. */
  | { readonly do: 'drop'; readonly asset: string }
  | { readonly do: 'describe'; readonly asset: string }
  | { readonly do: 'assetFilter'; readonly asset: string; readonly exists: boolean }
  | ({
      readonly do: 'publish'
      readonly locator: string
      readonly asset: string
      readonly protection: Protection
      readonly filtered: boolean
    } & Told)
  /** The same name again, with other ids and keys. */
  | ({ readonly do: 'republish'; readonly locator: string } & Told)
  | ({ readonly do: 'unpublish'; readonly locator: string } & Told)
  | { readonly do: 'delete'; readonly asset: string }
  | { readonly do: 'keyPolicy'; readonly exists: boolean }
  | { readonly do: 'streamingPolicy'; readonly exists: boolean }
  | { readonly do: 'accountFilter'; readonly exists: boolean }
  /** So many account filters are made, and deleted again when B has them. */
  | { readonly do: 'wave'; readonly filters: number }

export type Forgery = 'unknownAsset' | 'otherAccount' | 'otherTopic' | 'livingLocatorDeleted' | 'notJson' | 'noEvent'

/** What operators do, and who pretends to be somebody. */
export type OperatorStep =
  | { readonly do: 'resync'; readonly all: boolean; readonly dryRun: boolean }
  | { readonly do: 'withdraw'; readonly locator: string }
  | { readonly do: 'lift'; readonly locator: string }
  | { readonly do: 'sweep'; readonly timer: 'discover' | 'sweepLocators' | 'sweepFull' | 'dispatch' }
  | { readonly do: 'forge'; readonly forgery: Forgery; readonly locator: string }

/** What strangers do in B, where nothing of theirs may be touched. */
export type StrangerStep =
  /** Something of theirs on our twin of an asset. */
  | { readonly do: 'leave'; readonly what: 'file' | 'filter' | 'locator'; readonly asset: string }
  /** Something of theirs under a name that publishers of A use. */
  | { readonly do: 'takeName'; readonly what: 'asset' | 'locator' | 'keyPolicy' | 'accountFilter' }

export type TroubleStep =
  | { readonly do: 'fault'; readonly rule: FaultRule }
  /** All of a region, or one plane of it, is silent for a while; the history goes on meanwhile. */
  | {
      readonly do: 'outage'
      readonly region: RegionKey
      readonly plane?: 'control' | 'storage' | 'events'
      readonly milliseconds: number
    }
  | { readonly do: 'ledgerFault'; readonly fault: LedgerFault }
  /** The app is killed after so many milliseconds, whatever goes on then, and started again. */
  | { readonly do: 'kill'; readonly after: number; readonly down: number }
  /** Every bucket of every rate limit has so few calls left, for a while. */
  | { readonly do: 'drain'; readonly left: number; readonly milliseconds: number }
  /** Some activities of the app run twice from now on, until all is mended. */
  | { readonly do: 'double'; readonly rule: DoublingRule }
  | { readonly do: 'mend' }
  | { readonly do: 'wait'; readonly milliseconds: number }
  /** Until the app has nothing to do, or for so long: what goes wrong now meets it at work, on a fast machine and a slow one. */
  | { readonly do: 'rest'; readonly most: number }

export type Step = PublisherStep | OperatorStep | StrangerStep | TroubleStep

export interface History {
  /** What it was generated from; absent in one that was written or shortened. */
  readonly seed?: number
  /** Guesses about the service, as `/_sim/switches` takes them. */
  readonly switches: Readonly<Record<string, unknown>>
  /** What the route deletes with A; absent: locators only. */
  readonly deletes?: 'assets'
  readonly steps: readonly Step[]
}

/** One line of JSON a step, for people. */
export const showHistory = ({ steps, ...head }: History): string =>
  `${JSON.stringify(head).slice(0, -1)},"steps":[\n${steps.map(step => `  ${JSON.stringify(step)}`).join(',\n')}\n]}\n`
