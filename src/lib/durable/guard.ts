/**
 * How every activity claims its row, and what becomes of trouble. An activity runs at least once and may run twice or
 * late: it checks that the row is still its own before its first write and after its last.
 */
import type { Code } from '../codes.ts'
import type { Facts } from '../ledger/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { rowsWithCode } from '../ledger/rows-with-code.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Outcome, Side, Unit } from '../model.ts'
import { moveHome } from '../replicate/move-home.ts'
import type { Pair } from '../replicate/pair.ts'
import { diagnose } from '../replicate/trouble.ts'
import { isServiceError, type ServiceError } from '../service-error.ts'
import { errorName, type Log, logEvent } from '../telemetry/log-event.ts'
import { namesUnit } from './dependencies.ts'
import type { Starter } from './runs.ts'
import type { Closed, Pass, Step } from './steps.ts'

/** What an invocation of an activity brings along. */
export interface Tools {
  readonly starter: Starter
  readonly log: Log
}

export interface ActivityDeps {
  readonly ledger: Ledger
  /** Both ends of a route, undefined for a route that is no longer in the topology. */
  pair(route: string): Pair | undefined
}

/** The row is another pass's: whoever holds it has been told to look again. */
const lost: { readonly to: 'end'; readonly closed: Closed } = { to: 'end', closed: 'ignored' }

/** The row was lost to another pass in the middle of a step. */
export class Lost extends Error {
  override readonly name = 'Lost'
}

/** Records facts in the middle of a step. Throws Lost. */
export const record = async (deps: ActivityDeps, pass: Pass, facts: Facts): Promise<void> => {
  if ((await deps.ledger.check(pass, pass.generation, facts)) === 'lost') throw new Lost('The row is another pass.')
}

export interface Done<T> {
  readonly step: Step<T>
  /** Recorded with the check after the last write. */
  readonly facts?: Facts
}

/**
 * Runs one step that may write.
 *
 * @param before recorded before the first write, e.g. that we are making the twin.
 */
export const guarded = async <T>(
  deps: ActivityDeps,
  tools: Tools,
  pass: Pass,
  before: Facts | undefined,
  work: (pair: Pair) => Promise<Done<T>>,
): Promise<Step<T>> => {
  const pair = deps.pair(pass.unit.route)
  if (pair === undefined) return lost
  // The settings may have changed since the run began: a route that is stopped stops between two steps.
  const stopped = stoppedBy(pair, '')
  if (stopped !== undefined) return { to: 'close', outcome: stopped }
  if ((await deps.ledger.check(pass, pass.generation, before)) === 'lost') return lost
  try {
    const { step, facts } = await work(pair)
    return (await deps.ledger.check(pass, pass.generation, facts)) === 'lost' ? lost : step
  } catch (error) {
    if (error instanceof Lost) return lost
    const outcome = await troubleOf(deps, tools, pair, pass.unit, error)
    // It may have written before it failed.
    return (await deps.ledger.check(pass, pass.generation)) === 'lost' ? lost : afterTrouble(pair, outcome)
  }
}

/**
 * What a route whose mode forbids writing closes its units with, undefined where it may write.
 *
 * @param changes what would be written.
 */
export const stoppedBy = (pair: Pair, changes: string): Outcome | undefined => {
  const { mode } = pair.route
  if (mode === 'replicate') return undefined
  const detail = [mode, changes].filter(Boolean).join(': ')
  return mode === 'hold'
    ? { outcome: 'waiting', code: 'OnHold', detail }
    : { outcome: 'blocked', code: 'RoutePaused', detail }
}

/**
 * Moves the home of an object to the target, as an operator decided: this route leaves it, and the opposite one takes
 * over what was the source.
 */
export const movedHome = async (
  deps: ActivityDeps,
  { starter }: Tools,
  pair: Pair,
  pass: Pass,
  facts: Facts,
): Promise<Facts> => {
  const { here, there } = await moveHome(pair, pass.unit, facts)
  // What the other route takes over is forgotten only at the close: it has to be told again when this one dies here.
  await record(deps, pass, { home: here.home, owner: here.owner })
  const opposite: Unit = { ...pass.unit, route: `${pair.route.to}>${pair.route.from}` }
  const request = { reason: 'failback', priority: 'event', permissions: { adopt: true }, facts: there } as const
  await starter.run(await deps.ledger.request(opposite, request))
  return here
}

/** What every unit of a route closes with that is on hold, or whose source is another account than it was. */
export const heldBack = ({ hold, replaced }: RouteState, pair: Pair): Outcome | undefined => {
  if (replaced !== undefined) {
    const detail = `${pair.route.from} is account ${replaced.found} since ${new Date(replaced.at).toISOString()}.`
    return { outcome: 'blocked', code: 'SourceReplaced', detail }
  }
  if (hold === undefined) return undefined
  const account = hold.side === 'source' ? pair.route.from : pair.route.to
  const since = new Date(hold.since).toISOString()
  return { outcome: 'waiting', code: 'OnHold', detail: `${account} has not answered since ${since}.` }
}

/**
 * What an error means, as data; one that nobody can name is shown by its name only, since its text may hold anything.
 * An account that does not answer is held for everyone.
 */
export const troubleOf = async (
  deps: ActivityDeps,
  tools: Tools,
  pair: Pair,
  unit: Unit,
  error: unknown,
): Promise<Outcome> => {
  try {
    const { outcome, down } = await diagnose(error, pair)
    if ('code' in outcome && outcome.code === 'SourceReplaced') await stopRoute(deps.ledger, pair)
    if (down !== undefined) {
      const account = down === 'source' ? pair.route.from : pair.route.to
      await deps.ledger.holdAccount(account, pair.clock() + pair.timing.waitMin, unavailable[down])
    } else if (isServiceError(error) && error.plane === 'control')
      await holdThrottled(deps.ledger, pair, outcome, error)
    return outcome
  } catch (unnamed) {
    const name = errorName(unnamed)
    logEvent(tools.log, 'stepFailed', { route: unit.route, kind: unit.kind, name: unit.name, error: name })
    return { outcome: 'failed', code: 'Unexpected', detail: name }
  }
}

/** Another account under the source's name stops all of its route: everything in it would look deleted, or new. */
const stopRoute = async (ledger: Ledger, pair: Pair): Promise<void> => {
  const found = await pair.source.mediaServiceId()
  await ledger.changeRoute(pair.route.key, state => ({
    ...state,
    replaced: state.replaced ?? { found, at: pair.clock() },
  }))
}

/** Short throttling is waited out inside the run. */
export const afterTrouble = (pair: Pair, outcome: Outcome): Step<never> => {
  const wait = shortWait(pair, outcome)
  return wait === undefined ? { to: 'close', outcome } : { to: 'repeat', after: wait }
}

/** @returns milliseconds, where the outcome is throttling short enough to stay in the run. */
export const shortWait = (pair: Pair, outcome: Outcome): number | undefined => {
  if (outcome.outcome !== 'throttled') return undefined
  const wait = Math.max(0, outcome.until - pair.clock())
  return wait <= pair.timing.throttleWait ? wait : undefined
}

/** Long throttling of an account is told to every unit of it. */
const holdThrottled = async (ledger: Ledger, pair: Pair, outcome: Outcome, { side }: ServiceError): Promise<void> => {
  if (outcome.outcome !== 'throttled' || shortWait(pair, outcome) !== undefined) return
  await ledger.holdAccount(side === 'source' ? pair.route.from : pair.route.to, outcome.until, outcome.code)
}

const unavailable = { source: 'SourceUnavailable', target: 'TargetUnavailable' } as const satisfies Record<Side, Code>

/** Closes a pass, reports its outcome, and lets in what waits for a slot. */
export const closeAndAdmit = async (
  deps: ActivityDeps,
  { starter, log }: Tools,
  pass: Pass,
  outcome: Outcome,
  facts?: Facts,
): Promise<Closed> => {
  const closed = await deps.ledger.close(pass, pass.generation, outcome, facts)
  if (closed === 'ignored') return closed
  const { route, kind, name } = pass.unit
  const code = outcome.outcome === 'inSync' ? undefined : outcome.code
  const { run, generation } = pass
  logEvent(log, 'outcomeRecorded', { route, kind, name, run, generation, outcome: outcome.outcome, code, closed })
  if (kind !== 'asset' && outcome.outcome === 'inSync') await wake(deps, starter, pass.unit)
  if (closed === 'idle') await startAll(starter, await deps.ledger.admit(route))
  return closed
}

/** A policy that settles asks for the units that waited for it; what they wait for is named in their detail. */
const wake = async (deps: ActivityDeps, starter: Starter, settled: Unit): Promise<void> => {
  for await (const row of rowsWithCode(deps.ledger, settled.route, 'PolicyPending')) {
    if (namesUnit(row.detail, settled))
      await starter.run(await deps.ledger.request(row, { reason: 'settled', priority: 'event' }))
  }
}

const startAll = async (starter: Starter, starts: Awaited<ReturnType<Ledger['admit']>>): Promise<void> => {
  for (const start of starts) await starter.run(start)
}
