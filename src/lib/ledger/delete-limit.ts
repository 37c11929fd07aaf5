/** How many deletes a route has made in the last day. Pure. */

export interface DeleteCounts {
  /** Deletes by the number of their hour. */
  readonly hours?: Readonly<Record<string, number>>
  /** Since when the route's deletes are stopped, until somebody confirms them. */
  readonly wave?: number
  /** Until when an operator has confirmed whatever is to be deleted. */
  readonly confirmedUntil?: number
}

const hoursOfDay = 24

/**
 * Counts deletes that are about to be made, or stops them where they would exceed the limit of a day. A route that is
 * stopped stays so until its deletes are confirmed.
 * @param day milliseconds, so that it can be scaled.
 */
export const takeDeletes = (
  before: DeleteCounts,
  count: number,
  limit: number,
  now: number,
  day: number,
): { readonly counts: DeleteCounts; readonly granted: boolean } => {
  const hour = Math.floor(now / (day / hoursOfDay))
  const recent = Object.entries(before.hours ?? {}).filter(([at]) => Number(at) > hour - hoursOfDay)
  const made = recent.reduce((sum, [, number]) => sum + number, 0)
  const confirmed = now < (before.confirmedUntil ?? 0)
  if (!confirmed && (before.wave !== undefined || made + count > limit))
    return { counts: { ...before, hours: Object.fromEntries(recent), wave: before.wave ?? now }, granted: false }
  const { wave: _, ...rest } = before
  const hours = { ...Object.fromEntries(recent), [hour]: (before.hours?.[hour] ?? 0) + count }
  return { counts: { ...rest, hours }, granted: true }
}

/** What an operator's confirmation leaves: a new count, and a day without a limit for what waits. */
export const confirmDeletes = (now: number, day: number): DeleteCounts => ({ confirmedUntil: now + day })
