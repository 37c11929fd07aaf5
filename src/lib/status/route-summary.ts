import { codes } from '../codes.ts'
import type { Backlog } from '../ledger/ledger.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Route } from '../model.ts'
import type { RouteSummaryAnswer } from './route-summary-answer.ts'
import { routeView } from './route-view.ts'

/** A route with what of it is not in sync; `lag` in seconds. */
export const routeSummary = (route: Route, state: RouteState, backlog: Backlog, now: number): RouteSummaryAnswer => {
  const { oldest, standStills, ...units } = backlog
  return {
    ...routeView(route, state),
    from: route.from,
    to: route.to,
    ...(oldest === undefined ? {} : { lag: Math.max(0, now - oldest) / 1000 }),
    units,
    standStills: standStills.map(({ oldest: _, ...one }) => ({ ...one, ...codes[one.code] })),
  }
}
