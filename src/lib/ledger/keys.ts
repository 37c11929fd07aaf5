import { createHash } from 'node:crypto'
import type { AccountKey, Kind, Unit } from '../model.ts'

/** Partition of everything that belongs to no single route; no route key is equal, since those hold a `>`. */
export const sharedPartition = 'shared'

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Names a unit in row keys and instance ids: 64 hex digits, the same for any case of the name. */
export const unitHash = (unit: Unit): string => sha256(`${unit.route}/${unit.kind}/${unit.name}`.toLowerCase())

/** Id of the orchestration instance that is run number `run` of a unit. */
export const instanceId = (hash: string, run: number): string => `u-${hash}-${run}`

export const unitKey = (hash: string): string => `u.${hash}`
export const hashOfUnitKey = (key: string): string => key.slice('u.'.length)
/** Cursors of lists come from outside. */
export const isUnitKey = (key: string): boolean => /^u\.[\da-f]{64}$/.test(key)
export const locatorKey = (locator: string): string => `l.${sha256(locator.toLowerCase())}`
/** Of what is known of a route as a whole; in the route's own partition. */
export const routeStateKey = 'r.state'
const withdrawalPrefix = 't.'
export const withdrawalKey = (locator: string): string => `${withdrawalPrefix}${sha256(locator.toLowerCase())}`
/** Cursors of their list come from outside. */
export const isWithdrawalKey = (key: string): boolean => /^t\.[\da-f]{64}$/.test(key)
export const accountKey = (account: AccountKey): string => `a.${account}`
/** Of what is known of a rate limit; its id says what is counted together. */
export const budgetKey = (id: string): string => `b.${sha256(id)}`
export const operationKey = (id: string): string => `op.${id}`
export const idOfOperation = (key: string): string => key.slice(operationKey('').length)
export const reportPrefix = (id: string): string => `report.${id}.`

/** Pages sort as text in the order of their numbers. */
export const reportKey = (id: string, page: number): string => `${reportPrefix(id)}${String(page).padStart(8, '0')}`

export const pageOfReport = (key: string): number => Number(key.slice(key.lastIndexOf('.') + 1))

export type SlotPool = 'assets' | 'policies'

/** Policies and everything else that is short have slots of their own, so that assets waiting for them cannot starve them. */
export const slotPool = (kind: Kind): SlotPool => (kind === 'asset' ? 'assets' : 'policies')

const slotPrefixes = { assets: 's.', policies: 's.p' } as const
export const slotKey = (pool: SlotPool, index: number): string => `${slotPrefixes[pool]}${index}`

export type MarkerGroup = 'run' | 'due' | 'due-bulk' | 'due-policy' | 'due-policy-bulk' | 'stop'

/**
 * What is due stands apart by pool and by what asked for it, so that each is admitted without a look at the backlog of the
 * others: an event is found at once, however long bulk work has waited.
 */
export const dueGroups = {
  assets: { event: 'due', bulk: 'due-bulk' },
  policies: { event: 'due-policy', bulk: 'due-policy-bulk' },
} as const satisfies Record<SlotPool, Record<'event' | 'bulk', MarkerGroup>>

const timeDigits = 15

/** Milliseconds as text that sorts in time order. */
export const sortable = (time: number) => String(Math.max(0, Math.ceil(time))).padStart(timeDigits, '0')

/** Marker rows of one group sort by time; the hash at the end names the unit. */
export const markerKey = (group: MarkerGroup, time: number, hash: string): string =>
  `o.${group}.${sortable(time)}.${hash}`

/** Of any group, also of one that only another release knows; nothing else that a ledger keeps looks like it. */
export const isMarkerKey = (key: string): boolean => /^o\.[a-z-]+\.\d{15}\.[\da-f]{64}$/.test(key)

/** The unit hash a marker key ends in. */
export const hashOfMarker = (key: string): string => key.slice(key.lastIndexOf('.') + 1)

/** Row keys from `from` (inclusive) to `to` (exclusive). */
export interface KeyRange {
  readonly from: string
  readonly to: string
}

/** Everything that starts with `prefix`; `~` sorts after all characters of our keys. */
export const keysWithPrefix = (prefix: string): KeyRange => ({ from: prefix, to: `${prefix}~` })

export const locatorKeys: KeyRange = keysWithPrefix('l.')
export const withdrawalKeys: KeyRange = keysWithPrefix(withdrawalPrefix)

/** Markers of a group up to and including a time. */
export const markersUntil = (group: MarkerGroup, time: number): KeyRange => ({
  from: `o.${group}.`,
  to: `o.${group}.${sortable(time)}.~`,
})
