import { isIncluded, type Kind, type Route, type Unit } from '../model.ts'
import type { Trigger } from './trigger.ts'

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
