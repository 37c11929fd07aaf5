/** Would a failover work now? Asked of the ledger, the target and what plays there; the source may be dead. */
import type { Ledger } from '../../ledger/ledger.ts'
import type { Clock, Route, RouteKey, Side } from '../../model.ts'
import type { ReadinessAnswer, RouteReadiness } from './answer.ts'
import { patience } from './asking.ts'
import { canaryView } from './canary.ts'
import { ledgerFacts, routeTroubles } from './ledger-facts.ts'
import { type StageDeps, type Staged, stageRoute } from './stage.ts'
import { reasonOf, troublesOf, verdictOf, worst } from './verdict.ts'
import { within } from './within.ts'

type Reach = RouteReadiness['source']['control']

export interface ReadinessDeps extends StageDeps {
  readonly ledger: StageDeps['ledger'] & Pick<Ledger, 'backlog' | 'routeState'>
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly clock: Clock
  /** Its address. */
  readonly runbook: string
  /** How much of an end of a route answers at all. */
  reach(route: RouteKey, side: Side, plane: 'control' | 'storage'): Promise<'all' | 'some' | 'none'>
}

/** Longest time for all questions to a target and its hosts, in milliseconds. */
const wholePatience = 15_000

const words = { all: 'answers', some: 'partly', none: 'silent' } as const

const reachOf = async ({ reach }: ReadinessDeps, route: RouteKey, side: Side) => {
  const ask = async (plane: 'control' | 'storage'): Promise<Reach> =>
    words[await within(patience, reach(route, side, plane), () => 'none' as const)]
  const [control, storage] = await Promise.all([ask('control'), ask('storage')])
  return { control, storage }
}

const nothing: Omit<Staged, 'canary'> = {
  target: { quotas: [], urls: [] },
  titles: [],
  isLooked: false,
  troubles: [],
}
const unfinished: typeof nothing = { ...nothing, troubles: [{ code: 'AnswerIncomplete', weight: 'limits' }] }

const routeReadiness = async (deps: ReadinessDeps, route: Route): Promise<RouteReadiness> => {
  const now = deps.clock()
  const [facts, state, source, target] = await Promise.all([
    ledgerFacts(deps.ledger, route, now),
    deps.ledger.routeState(route.key),
    reachOf(deps, route.key, 'source'),
    reachOf(deps, route.key, 'target'),
  ])
  const isHome = source.control === 'answers'
  const staged: Staged =
    target.control === 'silent'
      ? nothing
      : await within(wholePatience, stageRoute(deps, route, state, isHome, now), () => unfinished)
  const { unitsOfSource, ...handedOut } = staged.target
  const canary = staged.canary ?? (route.canary && canaryView(route.canary, state, undefined))
  const found = {
    route: route.key,
    mode: route.mode,
    source: { account: route.from, ...source },
    target: { account: route.to, ...target, ...handedOut },
    ...facts,
    titles: staged.titles,
    ...(canary === undefined ? {} : { canary }),
  }
  const { isLooked } = staged
  const more = [...routeTroubles(route, state), ...staged.troubles]
  const troubles = troublesOf(found, more, { now, isLooked, unitsOfSource })
  return { ...found, verdict: verdictOf(troubles), reasons: troubles.map(one => reasonOf(one, deps.runbook)) }
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
