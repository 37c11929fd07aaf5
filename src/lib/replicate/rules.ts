import type { Facts, Permissions } from '../ledger/facts.ts'
import { isEarlier } from '../media/canonical.ts'
import { isIncluded, type Route } from '../model.ts'
import type { Deletes } from './deletes.ts'

/**
 * Whether an asset is still looked at: the route includes it, or locators of ours are on its twin, which go when the
 * source withdraws them, whatever the route includes by now.
 */
export const isFollowed = (route: Route, asset: string, facts: Facts | undefined): boolean =>
  isIncluded(route, asset) || (facts?.locators ?? []).length > 0

/** Whether the source's locator of a name is still the one that ours was last proven equal to, where that is known. */
export const isSameLocator = ({ locatorMarks }: Facts, name: string, created: string): boolean =>
  (locatorMarks?.[name.toLowerCase()] ?? created) === created

/** Whether the target has made another object of a name since it showed one. */
export const isRemade = <T extends { readonly created: string }>(
  seen: Pick<T, 'created'>,
  now: T | undefined,
): now is T => now !== undefined && isEarlier(seen.created, now.created)

/** What holds for every unit of a route, as the ledger knows it. */
export interface RouteRules {
  readonly deletes: Deletes
  /**
   * When the source came back from an outage. Units that have not been in sync since are compared with how we left them
   * before anything in the target is changed. Milliseconds since 1970.
   */
  readonly returnedAt?: number
  /** Which of these locators an operator has withdrawn: they are not made, whatever the source has. Lower case. */
  withdrawn(locators: readonly string[]): Promise<ReadonlySet<string>>
}

/** Whether a change of the target by somebody else waits for a decision, rather than being made good. */
export const isGuarded = (
  { returnedAt }: Pick<RouteRules, 'returnedAt'>,
  inSyncAt: number | undefined,
  { restore, adopt }: Permissions,
): boolean => returnedAt !== undefined && (inSyncAt ?? 0) < returnedAt && !restore && !adopt
