import type { Ledger } from '../ledger/ledger.ts'
import type { Clock, Route, RouteKey } from '../model.ts'
import { sweepsView } from '../status/sweeps-view.ts'
import type { Timing } from '../timing.ts'
import { type AppState, type PlainDoor, plainDoor } from './door.ts'
import { json } from './problem.ts'

export interface SweepsApp {
  readonly ledger: Pick<Ledger, 'operation'>
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly clock: Clock
  readonly timing: Timing
}

/** `GET /api/sweeps`: of every route, when each sweep last ran, how it ended, and when the next is due. */
export const sweepsDoor = (app: AppState<SweepsApp>): PlainDoor =>
  plainDoor('sweeps', app, async ({ ledger, routes, clock, timing }: SweepsApp) =>
    json(200, { routes: await sweepsView(ledger, [...routes.values()], timing, clock()) }),
  )
