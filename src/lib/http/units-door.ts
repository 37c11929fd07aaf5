import type { HttpResponseInit } from '@azure/functions'
import { isCode } from '../codes.ts'
import type { Ledger, RowQuery } from '../ledger/ledger.ts'
import type { Clock, Route, RouteKey } from '../model.ts'
import { routeView } from '../status/route-view.ts'
import { unitView } from '../status/unit-view.ts'
import { type AppState, type PlainDoor, plainDoor } from './door.ts'
import { json, Problem } from './problem.ts'
import { findRoute } from './route.ts'
import { readUnitsQuery, type UnitsQuery } from './units-query.ts'

export interface UnitsApp {
  readonly ledger: Pick<Ledger, 'read' | 'list' | 'routeState'>
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly clock: Clock
}

const one = async (app: UnitsApp, { route, kind, name }: UnitsQuery): Promise<HttpResponseInit> => {
  if (route === undefined || kind === undefined || name === undefined) {
    throw new Problem('QueryInvalid', 'One unit is named by route, kind and name together.')
  }
  const row = await app.ledger.read({ route, kind, name })
  if (row === undefined) throw new Problem('UnitUnknown', 'No unit of this route, kind and name is known.')
  return json(200, unitView(row, app.clock()))
}

/** The routes that the answer is about, with what concerns all their units. */
const routeViews = (app: UnitsApp, only: RouteKey | undefined): Promise<readonly object[]> =>
  Promise.all(
    [...app.routes.values()]
      .filter(({ key }) => only === undefined || key === only)
      .map(async route => routeView(route, await app.ledger.routeState(route.key))),
  )

const rowQuery = ({ route, kind, outcome, code, cursor, top }: UnitsQuery): RowQuery => ({
  top,
  ...(route === undefined ? {} : { route }),
  ...(kind === undefined ? {} : { kind }),
  ...(outcome === undefined ? {} : { outcome }),
  ...(code === undefined || !isCode(code) ? {} : { code }),
  ...(cursor === undefined ? {} : { cursor }),
})

/** `GET /api/units`: one unit in full, or pages of them. */
export const unitsDoor = (app: AppState<UnitsApp>): PlainDoor =>
  plainDoor('units', app, async (ready: UnitsApp, request) => {
    const query = readUnitsQuery(request.query)
    if (query.route !== undefined) findRoute(ready.routes, query.route)
    if (query.name !== undefined) return one(ready, query)
    const { rows, next } = await ready.ledger.list(rowQuery(query))
    return json(200, {
      units: rows.map(row => unitView(row, ready.clock())),
      next,
      routes: await routeViews(ready, query.route),
    })
  })
