import type { Issue } from '../lib/config/issues.ts'
import type { Settings } from '../lib/config/settings.ts'
import { allowList } from '../lib/events/allow-list.ts'
import { idOfEvent } from '../lib/events/envelope.ts'
import { readEvent } from '../lib/events/read-event.ts'
import type { LocatorTrigger, Trigger } from '../lib/events/trigger.ts'
import { routesFrom, unitsFor, unitsForLocator } from '../lib/events/units.ts'
import { isOwned } from '../lib/ledger/facts.ts'
import type { Ledger } from '../lib/ledger/ledger.ts'
import type { Clock, Route, RouteKey, RunStarter, Unit } from '../lib/model.ts'
import { type Log, logEvent } from '../lib/telemetry/log-event.ts'
import { logIssues } from '../lib/telemetry/log-issues.ts'

/** What receiving events needs of the app. */
export interface EventApp {
  readonly settings: Pick<Settings, 'accounts' | 'eventTopics'>
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly ledger: Pick<Ledger, 'request' | 'read' | 'rememberLocator' | 'locatorAsset'>
  readonly clock: Clock
}

/**
 * A delete event carries the name of the locator only, so what a publisher says at creation is kept. An id that is
 * known already is not replaced by none.
 */
const remember = async (
  ledger: EventApp['ledger'],
  route: Route,
  trigger: LocatorTrigger,
  known: string | undefined,
) => {
  const { asset, id, name, reason } = trigger
  if (asset === undefined || reason === 'locatorDeleted') return
  if (id === undefined && known?.toLowerCase() === asset.toLowerCase()) return
  await ledger.rememberLocator(route.key, name, asset, id ?? '')
}

const locatorUnits = async (app: EventApp, trigger: LocatorTrigger): Promise<readonly Unit[]> => {
  const units: Unit[] = []
  for (const route of routesFrom(trigger.account, app.routes.values())) {
    const known = await app.ledger.locatorAsset(route.key, trigger.name)
    await remember(app.ledger, route, trigger, known)
    units.push(...unitsForLocator(trigger, route, known))
  }
  return units
}

const unitsOf = async (app: EventApp, trigger: Trigger): Promise<readonly Unit[]> =>
  trigger.kind === 'streamingLocator' ? locatorUnits(app, trigger) : unitsFor(trigger, app.routes.values())

/**
 * Whether the unit is a twin that the opposite route made, or is making: our own writes raise events too, and would
 * otherwise start a run each. Only a hint is lost by that, never a change, since sweeps look at the marks themselves.
 */
const isOwnWrite = async ({ routes, ledger }: EventApp, { route, kind, name }: Unit): Promise<boolean> => {
  const { from, to } = routes.get(route) ?? {}
  const opposite = routes.get(`${to}>${from}`)
  if (opposite === undefined) return false
  const asset = kind === 'streamingLocator' ? await ledger.locatorAsset(opposite.key, name) : undefined
  const there = asset === undefined ? { kind, name } : { kind: 'asset' as const, name: asset }
  const row = await ledger.read({ ...there, route: opposite.key })
  if (row === undefined || row.facts.home === 'target') return false
  if (!isOwned(row.facts.owner) && row.state !== 'running') return false
  // A title born here under the name of one that was a twin: this route has made its twin since.
  return !isOwned((await ledger.read({ ...there, route }))?.facts.owner)
}

/** A clock that runs ahead elsewhere must not declare finished what is still to be written. */
const finishedAtOf = (trigger: Trigger, now: number): { readonly finishedAt?: number } =>
  'finishedAt' in trigger && trigger.finishedAt !== undefined ? { finishedAt: Math.min(trigger.finishedAt, now) } : {}

/**
 * Takes one event: every unit it gives reason to look at is asked for, and started where there is room. Throws only
 * when the ledger does not take a request, so that Event Grid delivers the event again.
 */
export const receiveEvent = async (
  app: EventApp,
  name: string,
  event: unknown,
  starter: RunStarter,
  log: Log,
): Promise<void> => {
  const { triggers, ignored } = readEvent(event, allowList(app.settings.accounts, app.settings.eventTopics))
  const id = idOfEvent(event)
  const by = id === undefined ? {} : { by: `event ${id}` }
  for (const code of ignored) logEvent(log, 'eventIgnored', { function: name, eventId: id, code })
  let asked = 0
  for (const trigger of triggers) {
    const finishedAt = finishedAtOf(trigger, app.clock())
    for (const unit of await unitsOf(app, trigger)) {
      if (trigger.reason !== 'jobFinished' && (await isOwnWrite(app, unit))) {
        logEvent(log, 'eventIgnored', { function: name, eventId: id, code: 'OwnWrite' })
        continue
      }
      const start = await app.ledger.request(unit, { reason: trigger.reason, priority: 'event', ...finishedAt, ...by })
      await starter.run(start)
      logEvent(log, 'unitRequested', { eventId: id, reason: trigger.reason, ...unit, instance: start?.instanceId })
      asked += 1
    }
  }
  if (triggers.length > 0)
    logEvent(log, 'eventAccepted', { function: name, eventId: id, triggers: triggers.length, units: asked })
}

/** What an event function does: with broken settings it fails, so that Event Grid keeps the events. */
export const eventHandler =
  (
    app: (EventApp & { readonly state: 'ready' }) | { readonly state: 'broken'; readonly issues: readonly Issue[] },
    name: string,
  ) =>
  async (event: unknown, starter: RunStarter, context: { readonly log: Log }): Promise<void> => {
    const log: Log = (...args) => context.log(...args)
    if (app.state === 'broken') {
      logIssues(log, app.issues)
      throw new Error('The app has started with mistakes in its settings; see its log.')
    }
    await receiveEvent(app, name, event, starter, log)
  }
