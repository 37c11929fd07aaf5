import { isIncluded, type Kind, type Route, type Unit } from '../model.ts'
import type { LocatorTrigger, Trigger } from './trigger.ts'

/** Routes that start at an account. One that does not write takes the request too, and keeps it until it does. */
export const routesFrom = (account: string, routes: Iterable<Route>): readonly Route[] =>
  [...routes].filter(route => route.from === account)

/** What a trigger names: a locator stands for its asset where that is known. */
const namedBy = (trigger: Trigger): { readonly kind: Kind; readonly name: string } =>
  trigger.kind === 'streamingLocator' && trigger.asset !== undefined ? { kind: 'asset', name: trigger.asset } : trigger

/** What is to be requested because of a trigger, on every route from its account that takes it. */
export const unitsFor = (trigger: Trigger, routes: Iterable<Route>): readonly Unit[] => {
  const { kind, name } = namedBy(trigger)
  return routesFrom(trigger.account, routes)
    .filter(route => kind !== 'asset' || isIncluded(route, name))
    .map(route => ({ route: route.key, kind, name }))
}

/**
 * What an event about a locator is a reason to look at on one route: the asset that it names and the one that is
 * remembered. When they differ, both have changed.
 *
 * @param known asset that the locator is remembered to publish.
 */
export const unitsForLocator = (trigger: LocatorTrigger, route: Route, known: string | undefined): readonly Unit[] => {
  const named = unitsFor(trigger.asset === undefined && known !== undefined ? { ...trigger, asset: known } : trigger, [
    route,
  ])
  const units = [...named]
  const moved =
    known !== undefined && trigger.asset !== undefined && known.toLowerCase() !== trigger.asset.toLowerCase()
  // What was said of the locator may be out of date: its own unit asks both accounts.
  if (trigger.reason === 'locatorDeleted' && !named.some(unit => unit.kind === 'streamingLocator'))
    units.push({ route: route.key, kind: 'streamingLocator', name: trigger.name })
  if (moved) units.push(...unitsFor({ ...trigger, asset: known }, [route]))
  // One that the route no longer includes may have locators of ours: the locator's own unit knows.
  if (moved && !isIncluded(route, known)) units.push({ route: route.key, kind: 'streamingLocator', name: trigger.name })
  return units
}
