import type { Settings } from '../config/settings.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Governor } from '../media/governor/governor.ts'
import type { Clock, Route, RouteKey } from '../model.ts'
import { budgetsView } from '../status/budget-view.ts'
import { sweepsView } from '../status/sweeps-view.ts'
import type { Timing } from '../timing.ts'
import { type AppState, type PlainDoor, plainDoor } from './door.ts'
import { json } from './problem.ts'
import { noQuery, readQuery } from './query.ts'

export interface SweepsApp {
  readonly ledger: Pick<Ledger, 'operation'>
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly clock: Clock
  readonly timing: Timing
  readonly settings: Pick<Settings, 'accounts'>
  readonly governor: Pick<Governor, 'view'>
}

/**
 * `GET /api/sweeps`: of every route, when each sweep last ran, how it ended, and when the next is due; of every account,
 * what is left of its rate limits.
 */
export const sweepsDoor = (app: AppState<SweepsApp>): PlainDoor =>
  plainDoor('sweeps', app, async ({ ledger, routes, clock, timing, settings, governor }: SweepsApp, request) => {
    readQuery(request.query, noQuery)
    return json(200, {
      routes: await sweepsView(ledger, [...routes.values()], timing, clock()),
      budgets: await budgetsView(governor, settings.accounts),
    })
  })
