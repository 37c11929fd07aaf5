import type { Route, RouteKey } from '../model.ts'
import { Problem } from './problem.ts'

/** A route of the topology. Throws the Problem that names them all. */
export const findRoute = (routes: ReadonlyMap<RouteKey, Route>, key: RouteKey): Route => {
  const route = routes.get(key)
  if (route === undefined) throw new Problem('RouteUnknown', `The routes are: ${[...routes.keys()].join(', ')}.`)
  return route
}
