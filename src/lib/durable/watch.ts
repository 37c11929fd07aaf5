import type { Ledger } from '../ledger/ledger.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Clock, Priority, Route, RouteKey, Side } from '../model.ts'
import type { Pair } from '../replicate/pair.ts'
import { type Log, logEvent } from '../telemetry/log-event.ts'

export interface WatchDeps {
  /** All of them: an outage is the account's, and whoever notices its end tells every route of it. */
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly ledger: Ledger
  /** Both ends of a route, undefined for a route that is no longer in the topology. */
  pair(route: string, priority: Priority): Pair | undefined
  readonly clock: Clock
}

const accountOf = (route: Route, side: Side) => (side === 'source' ? route.from : route.to)

/** An account is back when it answers itself and a part of its storage does. */
const answers = async (pair: Pair, side: Side): Promise<boolean> => {
  const [control, storage] = await Promise.all([pair.reach(side, 'control'), pair.reach(side, 'storage')])
  return control === 'all' && storage !== 'none'
}

interface Watched {
  /** Since when an end has not answered, where it does not. */
  readonly since?: number
  /** Since when it had not answered, where it does again. */
  readonly ended?: number
}

const askAgain = async ({ ledger }: WatchDeps, pair: Pair, side: Side): Promise<Watched> => {
  const { downSince } = await ledger.accountState(accountOf(pair.route, side))
  if (downSince === undefined) return {}
  return (await answers(pair, side)) ? { ended: downSince } : { since: downSince }
}

/** Whether the source is still the other account that a pass has found; one that does not answer has not changed. */
const isReplaced = async ({ ledger }: WatchDeps, pair: Pair): Promise<boolean> => {
  const { replaced } = await ledger.routeState(pair.route.key)
  if (replaced === undefined) return false
  try {
    return (await pair.source.mediaServiceId()) === replaced.found
  } catch {
    return true
  }
}

/**
 * The other routes of a source that has come back would not see that it was away, once its account is known to answer.
 * One that is on hold for it ends that itself.
 */
const tellOthers = async (
  { ledger, routes }: WatchDeps,
  { key, from }: Route,
  returned: NonNullable<RouteState['returned']>,
): Promise<void> => {
  for (const other of routes.values()) {
    if (other.key === key || other.from !== from) continue
    await ledger.changeRoute(other.key, state => (state.hold?.side === 'source' ? state : { ...state, returned }))
  }
}

/**
 * Asks ends that did not answer again, so that their return is noticed without a hand, and puts the route on hold once
 * one has not answered for `holdAfter`. The source comes first: its outage is what people fail over for.
 */
export const watchRoute = async (deps: WatchDeps, route: Route, log: Log): Promise<RouteState> => {
  const pair = deps.pair(route.key, 'urgent')
  if (pair === undefined) return {}
  const [source, target] = await Promise.all([askAgain(deps, pair, 'source'), askAgain(deps, pair, 'target')])
  const replacement = await isReplaced(deps, pair)
  const over = (since: number | undefined) => since !== undefined && pair.clock() - since >= pair.timing.holdAfter
  const before = await deps.ledger.routeState(route.key)
  const after = await deps.ledger.changeRoute(route.key, state => {
    const { hold, replaced, ...others } = state
    const rest = replaced !== undefined && replacement ? { ...others, replaced } : others
    // A hold ends with the outage that it began for.
    if (hold !== undefined && (hold.side === 'source' ? source : target).since !== undefined) return { ...rest, hold }
    // One that nobody watched to its end, e.g. since this app was stopped, has ended all the same.
    const away = hold?.side === 'source' ? hold.since : over(source.ended) ? source.ended : undefined
    const back = away === undefined ? {} : { returned: { at: pair.clock(), since: away } }
    if (source.since !== undefined && over(source.since))
      return { ...rest, hold: { side: 'source', since: source.since } }
    if (target.since !== undefined && over(target.since))
      return { ...rest, ...back, hold: { side: 'target', since: target.since } }
    return { ...rest, ...back }
  })
  if (over(source.ended)) await tellOthers(deps, route, { at: pair.clock(), since: source.ended ?? 0 })
  // Only now: whoever goes on with the account finds the route as it is after the outage.
  for (const [side, { ended }] of [
    ['source', source],
    ['target', target],
  ] as const)
    if (ended !== undefined) {
      const account = accountOf(route, side)
      await deps.ledger.accountAnswers(account, ended)
      logEvent(log, 'accountAnswers', { account })
    }
  if (before.hold?.side !== after.hold?.side)
    logEvent(log, after.hold === undefined ? 'holdEnded' : 'holdBegan', {
      route: route.key,
      account: accountOf(route, after.hold?.side ?? before.hold?.side ?? 'source'),
    })
  return after
}
