/** Would a failover work now? Asked of the ledger, the target and what plays there; the source may be dead. */
import type { Ledger } from '../../ledger/ledger.ts'
import type { Clock, Route, RouteKey, Side } from '../../model.ts'
import type { ReadinessAnswer, RouteReadiness } from './answer.ts'
import { ledgerFacts, routeTroubles } from './ledger-facts.ts'
import { reasonOf, troublesOf, verdictOf, worst } from './verdict.ts'
import { within } from './within.ts'

type Reach = RouteReadiness['source']['control']

export interface ReadinessDeps {
  readonly ledger: Pick<Ledger, 'backlog' | 'operation' | 'routeState'>
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly clock: Clock
  /** How much of an end of a route answers at all. */
  reach(route: RouteKey, side: Side, plane: 'control' | 'storage'): Promise<'all' | 'some' | 'none'>
}

/** Longest time for the answer of an account that may be dead, in milliseconds. */
const patience = 5_000

const words = { all: 'answers', some: 'partly', none: 'silent' } as const

const reachOf = async ({ reach }: ReadinessDeps, route: RouteKey, side: Side) => {
  const ask = async (plane: 'control' | 'storage'): Promise<Reach> =>
    words[await within(patience, reach(route, side, plane), () => 'none' as const)]
  const [control, storage] = await Promise.all([ask('control'), ask('storage')])
  return { control, storage }
}

const routeReadiness = async (deps: ReadinessDeps, route: Route): Promise<RouteReadiness> => {
  const now = deps.clock()
  const [facts, state, source, target] = await Promise.all([
    ledgerFacts(deps.ledger, route, now),
    deps.ledger.routeState(route.key),
    reachOf(deps, route.key, 'source'),
    reachOf(deps, route.key, 'target'),
  ])
  const found = {
    route: route.key,
    mode: route.mode,
    source: { account: route.from, ...source },
    target: { account: route.to, ...target, quotas: [], urls: [] },
    ...facts,
    titles: [],
  }
  const troubles = troublesOf(found, routeTroubles(route, state), now)
  return { ...found, verdict: verdictOf(troubles), reasons: troubles.map(reasonOf) }
}

/** @param version of the app. */
export const readinessView = async (deps: ReadinessDeps, version: string): Promise<ReadinessAnswer> => {
  const began = deps.clock()
  const routes = await Promise.all([...deps.routes.values()].map(route => routeReadiness(deps, route)))
  return {
    at: new Date(began).toISOString(),
    version,
    seconds: (deps.clock() - began) / 1000,
    verdict: worst(routes.map(({ verdict }) => verdict)),
    routes,
  }
}
