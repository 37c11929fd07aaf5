/**
 * Once a day the second locator of a route's canary is taken off the target, and an event asks for its asset, as if its
 * owner had just published it. What comes back shows that the whole road works, and how long it takes: event, ledger,
 * run, pass, and the proof of the locator in the target. Nothing is written to the source (P5), and the locator that
 * probes ask for is left alone (P2).
 */
import type { Code } from '../codes.ts'
import { type Facts, isOwned } from '../ledger/facts.ts'
import type { Ledger, UnitRow } from '../ledger/ledger.ts'
import type { CanaryState, RouteState } from '../ledger/states.ts'
import { sameWithoutCase } from '../media/canonical.ts'
import type { Canary, Clock, Priority, Route, Unit } from '../model.ts'
import type { Pair } from '../replicate/pair.ts'
import { outcomeOf } from '../replicate/trouble.ts'
import { type Log, logEvent } from '../telemetry/log-event.ts'
import type { Timing } from '../timing.ts'

export interface CanaryDeps {
  readonly ledger: Pick<Ledger, 'read' | 'request' | 'routeState' | 'changeRoute'>
  pair(route: string, priority: Priority): Pair | undefined
  readonly clock: Clock
  readonly timing: Pick<Timing, 'canaryInterval' | 'canaryLate'>
  /** Raises the event that a locator of the source was written. */
  raise(locator: string): Promise<void>
}

/** What keeps a route from making anything; taking a locator off would then be a withdrawal. */
const standStill = ({ mode }: Route, { hold, replaced, returned }: RouteState): Code | undefined => {
  if (mode !== 'replicate') return 'RoutePaused'
  if (hold !== undefined) return 'OnHold'
  if (replaced !== undefined) return 'SourceReplaced'
  return returned === undefined || returned.settled === true ? undefined : 'FailbackPending'
}

const isAtRest = (row: UnitRow | undefined): row is UnitRow =>
  row?.state === 'idle' && row.outcome === 'inSync' && row.observed >= row.desired

/** In sync, with both locators in the target made by us. */
const isWhole = (row: UnitRow | undefined, { probed, rebuilt }: Canary): boolean =>
  isAtRest(row) &&
  isOwned(row.facts.owner) &&
  [probed, rebuilt].every(name => row.facts.locators?.includes(name.toLowerCase()))

/** Takes the locator off, if the source has the same one, so that it is sure to come back. @returns why not. */
const takeOff = async (pair: Pair, { asset, rebuilt }: Canary): Promise<Code | undefined> => {
  const [source, twin] = await Promise.all([pair.source.locator(rebuilt), pair.target.locator(rebuilt)])
  const isSame =
    source !== undefined &&
    sameWithoutCase(source.assetName, asset) &&
    // One that is gone was taken off by a look that died before it could say so.
    (twin === undefined ||
      (sameWithoutCase(twin.assetName, asset) && sameWithoutCase(twin.streamingLocatorId, source.streamingLocatorId)))
  if (!isSame) return 'CanaryMissing'
  await pair.target.deleteLocator(rebuilt)
  return undefined
}

/**
 * The row knows that the locator is gone by our own hand: after an outage that begins now, its absence would else be
 * somebody else's change of the target.
 */
const withoutRebuilt = ({ facts }: UnitRow, { rebuilt }: Canary): Facts => {
  const name = rebuilt.toLowerCase()
  const without = (marks: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(marks).filter(([other]) => other !== name))
  return {
    locators: (facts.locators ?? []).filter(other => other !== name),
    locatorMarks: without(facts.locatorMarks),
    twinLocators: without(facts.twinLocators),
  }
}

type Change = (before: CanaryState) => CanaryState

class Look {
  readonly #deps: CanaryDeps
  readonly #route: Route
  readonly #canary: Canary
  readonly #log: Log
  readonly #unit: Unit

  constructor(deps: CanaryDeps, route: Route, canary: Canary, log: Log) {
    this.#deps = deps
    this.#route = route
    this.#canary = canary
    this.#log = log
    this.#unit = { route: route.key, kind: 'asset', name: canary.asset }
  }

  async take(): Promise<void> {
    const state = await this.#deps.ledger.routeState(this.#route.key)
    const now = this.#deps.clock()
    const canary = state.canary ?? (await this.#change(before => before))
    if (canary.open === 'gone') await this.#settle(canary)
    else if (canary.open === 'due' || now - (canary.begunAt ?? 0) >= this.#deps.timing.canaryInterval)
      await this.#begin(state)
    await this.#tellLate()
  }

  /** The row of the route says that it is to be taken off before it is, so that one whose look died comes back. */
  async #begin(state: RouteState): Promise<void> {
    const row = await this.#deps.ledger.read(this.#unit)
    const isBegun = state.canary?.open === 'due'
    // A unit that is being looked at is at rest soon.
    if (!isBegun && row?.state === 'running') return
    const isReady = isBegun || isWhole(row, this.#canary)
    const code = standStill(this.#route, state) ?? (isReady ? undefined : (row?.code ?? 'CanaryMissing'))
    const pair = this.#deps.pair(this.#route.key, 'event')
    if (code !== undefined || pair === undefined || row === undefined)
      return this.#leave(code ?? 'CanaryMissing', isBegun ? 'due' : undefined)
    await this.#change(({ code: _, ...before }) => ({ ...before, open: 'due' }))
    try {
      const refused = await takeOff(pair, this.#canary)
      if (refused !== undefined) return this.#leave(refused)
    } catch (error) {
      const outcome = await outcomeOf(error, pair)
      // Perhaps it is gone: the next look takes it off again, and asks for it.
      return this.#leave('code' in outcome ? outcome.code : 'Unexpected', 'due')
    }
    const begunAt = this.#deps.clock()
    // From here on it comes back, whatever becomes of the event, and of this process.
    const facts = withoutRebuilt(row, this.#canary)
    await this.#deps.ledger.request(this.#unit, { reason: 'withdrawn', priority: 'bulk', facts })
    await this.#change(before => ({ ...before, open: 'gone', begunAt }))
    await this.#deps.raise(this.#canary.rebuilt)
  }

  /** It is back when a pass that began after the event has ended in sync, and the target shows it. */
  async #settle({ begunAt = 0 }: CanaryState): Promise<void> {
    const row = await this.#deps.ledger.read(this.#unit)
    const back = isWhole(row, this.#canary) && (row?.inSyncAt ?? 0) >= begunAt
    const pair = this.#deps.pair(this.#route.key, 'event')
    if (pair === undefined) return
    const isThere = back && (await pair.target.locator(this.#canary.rebuilt).catch(() => undefined)) !== undefined
    if (!isThere) {
      // An event more does no harm: the one before may have been lost with the process.
      if (isAtRest(row) || row === undefined) await this.#deps.raise(this.#canary.rebuilt)
      return
    }
    const rebuiltAt = row?.inSyncAt ?? this.#deps.clock()
    const lag = rebuiltAt - begunAt
    await this.#change(({ open: _, code: __, ...before }) => ({ ...before, rebuiltAt, lag }))
    logEvent(this.#log, 'canaryRebuilt', { route: this.#route.key, seconds: lag / 1000 })
  }

  async #leave(code: Code, open?: 'due'): Promise<void> {
    await this.#change(({ open: _, ...before }) => ({ ...before, code, ...(open === undefined ? {} : { open }) }))
  }

  async #tellLate(): Promise<void> {
    const { canary } = await this.#deps.ledger.routeState(this.#route.key)
    if (canary === undefined) return
    const age = this.#deps.clock() - (canary.rebuiltAt ?? canary.since)
    if (age < this.#deps.timing.canaryLate) return
    const { code = 'CanaryLate' } = canary
    logEvent(this.#log, 'canaryLate', { route: this.#route.key, hours: Math.round(age / 3_600_000), code })
  }

  async #change(change: Change): Promise<CanaryState> {
    const since = this.#deps.clock()
    const { canary } = await this.#deps.ledger.changeRoute(this.#route.key, state => ({
      ...state,
      canary: change(state.canary ?? { since }),
    }))
    return canary ?? { since }
  }
}

/** One look at the canary of a route, where it has one: begins what is due, or sees whether what was begun has ended. */
export const watchCanary = async (deps: CanaryDeps, route: Route, log: Log): Promise<void> => {
  if (route.canary !== undefined) await new Look(deps, route, route.canary, log).take()
}
