import type { Ledger } from '../ledger/ledger.ts'
import type { Clock, Route, RouteKey } from '../model.ts'
import { routeSummary } from '../status/route-summary.ts'
import { type AppState, type PlainDoor, plainDoor } from './door.ts'
import { json } from './problem.ts'
import { noQuery, readQuery } from './query.ts'

export interface RoutesApp {
  readonly ledger: Pick<Ledger, 'routeState' | 'backlog'>
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly clock: Clock
}

/** `GET /api/routes`: every route with its lag, and how many of its units are not in sync and why. */
export const routesDoor = (app: AppState<RoutesApp>): PlainDoor =>
  plainDoor('routes', app, async ({ ledger, routes, clock }: RoutesApp, request) => {
    readQuery(request.query, noQuery)
    const summaries = [...routes.values()].map(async route =>
      routeSummary(route, await ledger.routeState(route.key), await ledger.backlog(route.key), clock()),
    )
    return json(200, { routes: await Promise.all(summaries) })
  })
