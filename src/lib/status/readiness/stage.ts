/** What is asked of the target account of one route, and of its hosts. */
import type { Ledger } from '../../ledger/ledger.ts'
import type { RouteState } from '../../ledger/states.ts'
import type { DeliveryReader, StreamingEndpoint } from '../../media/delivery.ts'
import { playerFetch } from '../../media/playback/fetch.ts'
import type { MediaReader } from '../../media/ports.ts'
import type { Account, AccountKey, Caller, Route } from '../../model.ts'
import { loadOperation } from '../../sweep/operation.ts'
import { sweepId } from '../../sweep/record.ts'
import type { RouteReadiness } from './answer.ts'
import { type Ask, asking, patience } from './asking.ts'
import { canaryView } from './canary.ts'
import { knownHosts } from './hosts.ts'
import { type PlayedTitle, playTitle, type Stage } from './play-title.ts'
import type { Remembered } from './remembered.ts'
import { targetFacts } from './target.ts'
import { type Chosen, chooseTitles, type Title } from './titles.ts'
import type { Troubles } from './verdict.ts'

export interface StageDeps {
  readonly ledger: Pick<Ledger, 'operation' | 'list' | 'read'>
  account(key: AccountKey): Account
  reader(account: AccountKey, caller: Caller): MediaReader
  delivery(account: AccountKey, caller: Caller): DeliveryReader
  readonly remembered: Remembered
}

export interface Staged {
  readonly target: Awaited<ReturnType<typeof targetFacts>>
  readonly titles: RouteReadiness['titles']
  /** Whether that tells anything of there being none. */
  readonly isLooked: boolean
  readonly canary?: RouteReadiness['canary']
  readonly troubles: readonly Troubles[]
}

const day = 24 * 60 * 60_000
const newestLooked = 10

/** The one with the most room. */
const hostOf = (endpoints: readonly StreamingEndpoint[]): string | undefined =>
  endpoints.filter(({ state }) => state === 'Running').toSorted((a, b) => b.scaleUnits - a.scaleUnits)[0]?.host

const canaryTitle = async (ledger: StageDeps['ledger'], { key: route, canary }: Route): Promise<readonly Title[]> => {
  if (canary === undefined) return []
  const row = await ledger.read({ route, kind: 'asset', name: canary.asset })
  const ours = row?.facts.locators ?? []
  // The other one may be about to be rebuilt.
  return ours.includes(canary.probed.toLowerCase())
    ? [{ asset: canary.asset, locators: [canary.probed], why: 'canary' }]
    : []
}

const titlesOf = async (
  { ledger }: StageDeps,
  route: Route,
  delivery: DeliveryReader,
  ask: Ask,
  now: number,
): Promise<Chosen> => {
  const newest = await ask('assets/read', () => delivery.newestAssets(newestLooked))
  const [canary, others] = await Promise.all([
    canaryTitle(ledger, route),
    chooseTitles(ledger, route.key, newest ?? [], String(Math.floor(now / day))),
  ])
  const isCanary = ({ asset }: Title) => asset.toLowerCase() === route.canary?.asset.toLowerCase()
  return { ...others, titles: [...canary, ...others.titles.filter(title => !isCanary(title))] }
}

/** @param isHome whether the source answers, so that it can be compared with. @param now milliseconds since 1970. */
export const stageRoute = async (
  deps: StageDeps,
  route: Route,
  state: RouteState,
  isHome: boolean,
  now: number,
): Promise<Staged> => {
  const [of, home] = [asking(route.to), asking(route.from)]
  const caller = (priority: Caller['priority']): Caller => ({ route: route.key, priority })
  const reader = deps.reader(route.to, caller('event'))
  const delivery = deps.delivery(route.to, caller('event'))
  const account = deps.account(route.to)
  const addressOf = (host: string): string =>
    account.playersEndpoint === undefined ? `https://${host}` : `${account.playersEndpoint}/${host}`
  const choosing = titlesOf(deps, route, delivery, of.ask, now)
  const endpoints = of.ask('streamingEndpoints/read', () => delivery.endpoints())
  const playing = (async (): Promise<readonly PlayedTitle[]> => {
    const known = (await endpoints) ?? []
    const stage: Stage = {
      reader,
      delivery: deps.delivery(route.to, caller('bulk')),
      contentKeys: locator => deps.reader(route.to, caller('bulk')).contentKeys(locator),
      host: hostOf(known),
      fetch: playerFetch(knownHosts(account, known, route.rewriteUrls), addressOf, patience),
      remembered: deps.remembered,
      ask: of.ask,
      now,
    }
    return Promise.all((await choosing).titles.map(title => playTitle(stage, title)))
  })()
  const counted = (async () => {
    const [{ titles }, played, last] = await Promise.all([
      choosing,
      playing,
      loadOperation(deps.ledger, sweepId('full', route.key)),
    ])
    return {
      ...(last === undefined ? {} : { assets: last.counts.seen }),
      locatorsOfAsset: Math.max(0, ...titles.map(({ locators }) => locators.length)),
      policies: new Set(played.flatMap(({ policy }) => policy?.toLowerCase() ?? [])),
    }
  })()
  const ends = {
    route,
    source: deps.account(route.from),
    reader,
    delivery,
    endpoints,
    ...(isHome ? { home: deps.delivery(route.from, caller('event')) } : {}),
  }
  // All at once: a rejection that nobody awaits yet would end the process.
  const [target, played] = await Promise.all([targetFacts(ends, counted, of.ask, home.ask), playing, counted])
  const { isAll } = await choosing
  const isLooked = played.length > 0 || isAll
  const canary = played.find(({ answer }) => answer.why === 'canary')
  return {
    target,
    titles: played.map(({ answer }) => answer),
    isLooked,
    ...(route.canary === undefined ? {} : { canary: canaryView(route.canary, state, canary) }),
    troubles: [...of.troubles(), ...(isLooked ? [] : [{ code: 'AnswerIncomplete', weight: 'limits' } as const])],
  }
}
