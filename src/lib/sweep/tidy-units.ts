import type { Ledger } from '../ledger/ledger.ts'
import type { Clock, Route, RouteKey } from '../model.ts'
import { lookAtOpen } from './named-request.ts'

interface TidyDeps {
  readonly ledger: Ledger
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly clock: Clock
}

/** Until all that changed in an outage is decided, the rows tell what has been. */
const isReturning = async (ledger: Ledger, route: RouteKey): Promise<boolean> => {
  const { returned } = await ledger.routeState(route)
  return returned !== undefined && returned.settled !== true
}

/**
 * Forgets units of which nothing is left: titles and policies that both accounts have lost, and locators that an event
 * named and that have led to their asset, or to none. Rows only; no account is asked.
 *
 * @param before milliseconds since 1970: units that have shown life since stay.
 * @param isOver no further row is removed then.
 * @returns how many were to go; one that was asked for at that moment has stayed.
 */
export const tidyUnits = async (
  { ledger, routes, clock }: TidyDeps,
  before: number,
  isOver: () => boolean,
): Promise<number> => {
  let forgotten = 0
  for (const route of routes.keys()) {
    if (isOver()) break
    if (await isReturning(ledger, route)) continue
    // A request by name is answered by the row, while there is one.
    await lookAtOpen(ledger, route, clock())
    for await (const held of ledger.forgettable(route, before)) {
      if (isOver()) break
      const { kind, name } = held.row
      // The list of what is withdrawn by hand tells by the row of the locator whether a pass has looked.
      if (kind === 'streamingLocator' && (await ledger.withdrawn(route, [name])).size > 0) continue
      await ledger.forget(held)
      forgotten += 1
    }
  }
  return forgotten
}
