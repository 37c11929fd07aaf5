import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type * as z from 'zod'
import type { Ledger, Withdrawal } from '../ledger/ledger.ts'
import type { Priority, Route, RouteKey, RunStarter } from '../model.ts'
import type { Pair } from '../replicate/pair.ts'
import { unitsOfWithdrawn, type Withdrawn, withdrawNow } from '../replicate/withdraw-now.ts'
import { withdrawalView } from '../status/withdrawal-view.ts'
import { askRefused } from '../sweep/ids-freed.ts'
import { readBody } from './body.ts'
import { type AppState, type Door, door, type PlainDoor, plainDoor } from './door.ts'
import { json, Problem } from './problem.ts'
import { readQuery } from './query.ts'
import { findRoute } from './route.ts'
import { withdrawalsQuery, withdrawBody } from './withdraw-body.ts'

export interface WithdrawApp {
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly ledger: Ledger
  readonly pairs: { pair(route: RouteKey, priority: Priority): Pair | undefined }
}

/** What the list is to tell of each; of one that is pending also whether the ledger has it as ours. */
const noteOf = async (
  ledger: Ledger,
  route: RouteKey,
  { name, result }: Withdrawn,
): Promise<Omit<Withdrawal, 'at'>> => {
  if (result !== 'pending') return { locator: name, result }
  const asset = await ledger.locatorAsset(route, name)
  const row = asset === undefined ? undefined : await ledger.read({ route, kind: 'asset', name: asset })
  const isOurs = row?.facts.locators?.includes(name.toLowerCase()) === true
  return { locator: name, result, ...(isOurs ? { asset: row.name } : {}) }
}

/**
 * `POST /api/withdraw` {route, locators}: unpublishes in the target now, whatever the source has and whether it answers,
 * and keeps the names from being published there again. Only what this app made is removed.
 */
export const withdrawDoor = (app: AppState<WithdrawApp>): Door<RunStarter> =>
  door('withdraw', app, async (ready: WithdrawApp, request, starter: RunStarter): Promise<HttpResponseInit> => {
    const { route, locators } = await readBody(request, withdrawBody, () => Object.keys(withdrawBody.shape))
    const pair = ready.pairs.pair(findRoute(ready.routes, route).key, 'urgent')
    if (pair === undefined) throw new Problem('RouteUnknown', `Route ${route} has no accounts.`)
    const names = [...new Map(locators.map(name => [name.toLowerCase(), name])).values()]
    // First of all: from here on nothing makes them.
    await ready.ledger.withdrawLocators(route, names)
    const done = await withdrawNow(pair, ready.ledger, names)
    await ready.ledger.noteWithdrawals(route, await Promise.all(done.map(one => noteOf(ready.ledger, route, one))))
    for (const unit of await unitsOfWithdrawn(ready.ledger, route, done))
      await starter.run(await ready.ledger.request(unit, { reason: 'withdrawn', priority: 'event' }))
    if (done.some(({ result }) => result === 'withdrawn')) await askRefused(ready.ledger, starter, route)
    return json(200, { route, locators: done })
  })

type ListApp = Pick<WithdrawApp, 'routes' | 'ledger'>

/** `GET /api/withdraw?route=…`: what is kept from being published in the target and whether it is off, page by page. */
export const withdrawalsDoor = (app: AppState<ListApp>): PlainDoor =>
  plainDoor('withdrawals', app, async (ready: ListApp, request) => {
    const { route, top, cursor } = readQuery(request.query, withdrawalsQuery)
    findRoute(ready.routes, route)
    const { withdrawals, next } = await ready.ledger.withdrawals(route, top, cursor)
    const shown = withdrawals.map(one => withdrawalView(ready.ledger, route, one))
    return json(200, { route, withdrawals: await Promise.all(shown), next })
  })

const lifted = (request: HttpRequest): z.infer<typeof withdrawBody> => {
  const parsed = withdrawBody.safeParse({
    route: request.query.get('route') ?? undefined,
    locators: request.query.getAll('locator'),
  })
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path[0] === 'locators' ? 'locator' : String(path[0]),
    found: 'what was sent',
    allowed: message,
  }))
  throw new Problem('QueryInvalid', 'The query has mistakes.', { issues })
}

/**
 * `DELETE /api/withdraw?route=…&locator=…&locator=…`: lifts it, and looks whether the source still has them. What was not
 * withdrawn, e.g. a name that is misspelt, is said and not looked for.
 */
export const liftDoor = (app: AppState<WithdrawApp>): Door<RunStarter> =>
  door('liftWithdrawal', app, async (ready: WithdrawApp, request, starter: RunStarter) => {
    const { route, locators } = lifted(request)
    findRoute(ready.routes, route)
    const known = await ready.ledger.withdrawn(route, locators)
    const isKnown = (name: string): boolean => known.has(name.toLowerCase())
    const found = locators.filter(isKnown)
    for (const name of found) {
      await ready.ledger.liftWithdrawal(route, [name])
      // Its own unit asks both accounts which asset it publishes.
      const unit = { route, kind: 'streamingLocator', name } as const
      await starter.run(await ready.ledger.request(unit, { reason: 'withdrawn', priority: 'event' }))
    }
    return json(200, { route, lifted: found, unknown: locators.filter(name => !isKnown(name)) })
  })
