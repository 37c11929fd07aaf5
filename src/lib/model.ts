/**
 * The words of the project. Everything here is plain data: no I/O, no clock, no library.
 */
import type { Code } from './codes.ts'

/** Short name of a configured media account, e.g. `east`. */
export type AccountKey = string

/** One direction between two accounts, written `east>west`. */
export type RouteKey = string

export const routeModes = ['observe', 'replicate', 'hold', 'paused'] as const
export type RouteMode = (typeof routeModes)[number]

/** How a plane of an account is authenticated: by the app's identity, or by a value of an application setting. */
export type Credential = { readonly kind: 'identity' } | { readonly kind: 'setting'; readonly setting: string }

/** One configured media account, as checked by the topology schema. */
export interface Account {
  readonly key: AccountKey
  readonly provider: 'arm'
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly accountName: string
  /** Azure location in its short form, e.g. `eastus2`. Unique among the accounts: locator and key ids are unique per region. */
  readonly location: string
  /** Base address of the resource manager; Azure's own unless given. Plain http only on loopback. */
  readonly endpoint: string
  /** Blob endpoints by storage account name, for those that are not `https://{name}.blob.core.windows.net`. No trailing slash. */
  readonly storageEndpoints: Readonly<Record<string, string>>
  readonly credential: Credential
  /** How blobs are read: by the app's credential, by SAS that it signs itself, or by SAS that the media account hands out. */
  readonly storageAccess: 'credential' | 'delegationSas' | 'containerSas'
  /** Codes of a 404 by which the account says that there is no such object; any other 404 says nothing of the object. */
  readonly notFoundCodes: readonly string[]
  /** Address below which hosts of origins and key delivery answer by their name, where DNS does not lead to them. No trailing slash. */
  readonly playersEndpoint?: string
  /** Hosts of the owner that players ask for segments and keys, beside those of the account; lower case. */
  readonly playerHosts?: readonly string[]
}

/** Two host names, without scheme and port. */
export interface UrlRule {
  readonly from: string
  readonly to: string
}

/** A short title of the source, published twice by its owner, that shows every day that the whole road works. */
export interface Canary {
  readonly asset: string
  /** Locator that probes of players ask for; it is never touched but as any other. */
  readonly probed: string
  /** Locator that is taken off the target every day, and comes back by an ordinary pass. */
  readonly rebuilt: string
}

export interface Route {
  readonly key: RouteKey
  readonly from: AccountKey
  readonly to: AccountKey
  readonly mode: RouteMode
  /** Source storage account name to target storage account name. */
  readonly storage: Readonly<Record<string, string>>
  readonly include: { readonly namePrefix: string }
  readonly deletes: 'locators' | 'assets'
  /** Whether index tags of files are copied and compared; that takes rights on both sides. */
  readonly indexTags: 'leave' | 'copy'
  /** Deletes of a day that nobody is asked about, where that is not a share of the route's units. */
  readonly deleteLimit?: number
  /** Hosts in licence and key URLs of streaming policies that the twin has another one for. */
  readonly rewriteUrls: readonly UrlRule[]
  readonly canary?: Canary
}

/**
 * What is replicated on its own. A `streamingLocator` unit stands for a locator whose asset is not known yet: its pass
 * only finds the asset and requests that.
 */
export const kinds = ['asset', 'contentKeyPolicy', 'streamingPolicy', 'accountFilter', 'streamingLocator'] as const
export type Kind = (typeof kinds)[number]

/** The smallest thing replicated on its own. Names are compared without case, kept as first seen. */
export interface Unit {
  readonly route: RouteKey
  readonly kind: Kind
  readonly name: string
}

/** How a pass ended, as data. Codes are explained in the catalogue. */
export type Outcome =
  | { readonly outcome: 'inSync' }
  /** `until` where it is known when it is worth another look; milliseconds since 1970. */
  | { readonly outcome: 'waiting'; readonly code: Code; readonly detail?: string; readonly until?: number }
  | { readonly outcome: 'throttled'; readonly code: Code; readonly until: number; readonly detail?: string }
  | { readonly outcome: 'failed'; readonly code: Code; readonly detail?: string }
  | { readonly outcome: 'blocked'; readonly code: Code; readonly detail?: string }
export type OutcomeName = Outcome['outcome']
export const outcomeNames = [
  'inSync',
  'waiting',
  'throttled',
  'failed',
  'blocked',
] as const satisfies readonly OutcomeName[]

/** Why somebody wants a unit looked at. */
export const reasons = [
  'jobFinished',
  'locatorCreated',
  'locatorDeleted',
  'resourceChanged',
  'resync',
  'sweep',
  'dependency',
  'settled',
  'retry',
  'overtaken',
  'withdrawn',
  'failback',
] as const
export type Reason = (typeof reasons)[number]

/**
 * What comes first where slots or calls are short: `bulk` comes after events, `last` after that. `urgent` cannot wait:
 * withdrawing by hand, and asking whether an account is alive.
 */
export type Priority = 'urgent' | 'event' | 'bulk' | 'last'

/** For whom a call to a media account is made. */
export interface Caller {
  readonly route: RouteKey
  readonly priority: Priority
}

/** The ends of a route. */
export type Side = 'source' | 'target'

/** Where the clock comes from: milliseconds since 1970. */
export type Clock = () => number

/** What an orchestration instance of a unit is started with. A pass id is `{key}.{n}`. */
export interface RunInput {
  readonly unit: Unit
  readonly run: number
  /** Fresh random text of every start, so that a pass of an older start is never taken for one of this. */
  readonly key: string
  /** Goes up by one at each continue-as-new. */
  readonly n: number
  /** Id of the pass before, empty for the first. */
  readonly previous: string
}

/** Passes of one start are told apart by `n`, starts by their random key. */
export const passId = (key: string, n: number): string => `${key}.${n}`

/** An instance to be started; starting it again is harmless, and "already exists" is success. */
export interface Start {
  readonly instanceId: string
  readonly input: RunInput
}

export interface Named {
  readonly name: string
}

/** By lower-cased name: the service finds names in any case (contract section 5). */
export const byName = <T extends Named>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map(item => [item.name.toLowerCase(), item]))

/** Whether an asset of that name is replicated on a route. Names are compared without case. */
export const isIncluded = ({ include }: Route, asset: string): boolean =>
  asset.toLowerCase().startsWith(include.namePrefix.toLowerCase())

/** Starts the run that a request may have come with; nothing where there is none. */
export interface RunStarter {
  run(start: Start | undefined): Promise<unknown>
}
