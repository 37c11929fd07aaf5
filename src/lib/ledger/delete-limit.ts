/** How many deletes a route has made in the last day that nobody has confirmed. Pure. */
import { createHash } from 'node:crypto'

export interface DeleteCounts {
  /** Deletes by the number of their hour; those that were confirmed do not count. */
  readonly hours?: Readonly<Record<string, number>>
  /** The last ones, in short: a step that is repeated deletes what it has counted before. */
  readonly recent?: readonly string[]
  /** Since when the route's deletes are stopped, until somebody confirms them. */
  readonly wave?: number
  /** Until when an operator has confirmed whatever is to be deleted. */
  readonly confirmedUntil?: number
}

const hoursOfDay = 24
/** More than a step deletes; the row of the route is read by every pass. */
const mostRecent = 200
const digits = 8

/** Two of 200 are told apart but once in 10 ¹⁰. */
const short = (identity: string): string => createHash('sha256').update(identity).digest('base64url').slice(0, digits)

/**
 * Counts deletes that are about to be made, or stops them where they would exceed the limit of a day. A route that is
 * stopped stays so until its deletes are confirmed.
 * @param identities of what is to be deleted: an object that is made again has another one.
 * @param day milliseconds, so that it can be scaled.
 */
export const takeDeletes = (
  before: DeleteCounts,
  identities: readonly string[],
  limit: number,
  now: number,
  day: number,
): { readonly counts: DeleteCounts; readonly granted: boolean } => {
  const hour = Math.floor(now / (day / hoursOfDay))
  const recent = Object.entries(before.hours ?? {}).filter(([at]) => Number(at) > hour - hoursOfDay)
  const made = recent.reduce((sum, [, number]) => sum + number, 0)
  const known = before.recent ?? []
  const fresh = [...new Set(identities.map(short))].filter(one => !known.includes(one))
  const confirmed = now < (before.confirmedUntil ?? 0)
  if (!confirmed && (before.wave !== undefined || made + fresh.length > limit))
    return { counts: { ...before, hours: Object.fromEntries(recent), wave: before.wave ?? now }, granted: false }
  const { wave: _, ...rest } = before
  // What somebody has answered for must not stop the route again once the confirmation is over.
  const counted = confirmed ? 0 : fresh.length
  const hours = { ...Object.fromEntries(recent), [hour]: (before.hours?.[hour] ?? 0) + counted }
  return { counts: { ...rest, hours, recent: [...known, ...fresh].slice(-mostRecent) }, granted: true }
}

/** What an operator's confirmation leaves: a new count, and a day without a limit for what waits. */
export const confirmDeletes = (now: number, day: number): DeleteCounts => ({ confirmedUntil: now + day })
