import type { Kind, Route, Unit } from '../model.ts'
import type { Trigger } from './trigger.ts'

/** Whether an asset of that name is replicated on a route. Names are compared without case. */
export const isIncluded = (route: Route, asset: string): boolean =>
  asset.toLowerCase().startsWith(route.include.namePrefix.toLowerCase())

/** Routes that start at an account. One that does not write takes the request too, and keeps it until it does. */
export const routesFrom = (account: string, routes: Iterable<Route>): readonly Route[] =>
  [...routes].filter(route => route.from === account)

/**
 * What is to be requested because of a trigger: the asset on every route that takes it, or, where a locator's asset is
 * not known, the locator itself.
 */
export const unitsFor = (trigger: Trigger, routes: Iterable<Route>): readonly Unit[] => {
  const asset = trigger.kind === 'asset' ? trigger.name : trigger.asset
  const kind: Kind = asset === undefined ? 'streamingLocator' : 'asset'
  return routesFrom(trigger.account, routes)
    .filter(route => asset === undefined || isIncluded(route, asset))
    .map(route => ({ route: route.key, kind, name: asset ?? trigger.name }))
}
