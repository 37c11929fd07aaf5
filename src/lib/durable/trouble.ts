/** What becomes of trouble in an activity: an outcome for the unit, and a word to all others whom it concerns. */
import type { Code } from '../codes.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Outcome, Side, Unit } from '../model.ts'
import type { Pair } from '../replicate/pair.ts'
import { diagnose } from '../replicate/trouble.ts'
import { errorName, logEvent } from '../telemetry/log-event.ts'
import type { ActivityDeps, Tools } from './guard.ts'
import type { Step } from './steps.ts'

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
    }
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

/**
 * @returns milliseconds, where the outcome is throttling short enough to stay in the run. Who waits for calls that are
 *   kept for others holds no slot.
 */
export const shortWait = (pair: Pair, outcome: Outcome): number | undefined => {
  if (outcome.outcome !== 'throttled' || outcome.code === 'BudgetUsed') return undefined
  const wait = Math.max(0, outcome.until - pair.clock())
  return wait <= pair.timing.throttleWait ? wait : undefined
}

const unavailable = { source: 'SourceUnavailable', target: 'TargetUnavailable' } as const satisfies Record<Side, Code>
