/**
 * How every activity claims its row. An activity runs at least once and may run twice or late: it checks that the row is
 * still its own before its first write and after its last.
 */
import type { Facts, Recording } from '../ledger/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Clock, Priority } from '../model.ts'
import { changeOf } from '../replicate/fact-changes.ts'
import type { Basis } from '../replicate/locator-owner.ts'
import type { Pair } from '../replicate/pair.ts'
import type { Log } from '../telemetry/log-event.ts'
import type { Measure } from '../telemetry/measure.ts'
import { stoppedBy } from './route-stops.ts'
import type { Starter } from './runs.ts'
import type { Closed, Pass, Step } from './steps.ts'
import { afterTrouble, troubleOf } from './trouble.ts'

/** What an invocation of an activity brings along. */
export interface Tools {
  readonly starter: Starter
  readonly log: Log
}

export interface ActivityDeps {
  readonly ledger: Ledger
  /** Both ends of a route, undefined for a route that is no longer in the topology. */
  pair(route: string, priority: Priority): Pair | undefined
  readonly measure: Measure
  readonly clock: Clock
}

/** The row is another pass's: whoever holds it has been told to look again. */
const lost: { readonly to: 'end'; readonly closed: Closed } = { to: 'end', closed: 'ignored' }

/** The row was lost to another pass in the middle of a step. */
export class Lost extends Error {
  override readonly name = 'Lost'
}

/** Records facts in the middle of a step. Throws Lost. */
export const record = async (deps: ActivityDeps, pass: Pass, facts: Recording): Promise<void> => {
  if ((await deps.ledger.check(pass, pass.generation, facts)) === 'lost') throw new Lost('The row is another pass.')
}

/** The row as a step found it. What the step records is what it changes of that. */
export interface StepRow extends Basis {
  /** Records facts in the middle of a step. Throws Lost. */
  record(facts: Facts): Promise<void>
}

export interface Done<T> {
  readonly step: Step<T>
  /** Recorded with the check after the last write. */
  readonly facts?: Facts
}

/** Runs one step that may write. */
export const guarded = async <T>(
  deps: ActivityDeps,
  tools: Tools,
  pass: Pass,
  work: (pair: Pair, row: StepRow) => Promise<Done<T>>,
): Promise<Step<T>> => {
  const pair = deps.pair(pass.unit.route, pass.priority ?? 'event')
  if (pair === undefined) return lost
  // The settings may have changed since the run began: a route that is stopped stops between two steps.
  const stopped = stoppedBy(pair, '')
  if (stopped !== undefined) return { to: 'close', outcome: stopped }
  if ((await deps.ledger.check(pass, pass.generation)) === 'lost') return lost
  try {
    const { facts: found = {}, permissions = {} } = (await deps.ledger.read(pass.unit)) ?? {}
    let known = found
    const { step, facts = {} } = await work(pair, {
      facts: found,
      permissions,
      record: async more => {
        await record(deps, pass, changeOf(known, more))
        known = { ...known, ...more }
      },
    })
    return (await deps.ledger.check(pass, pass.generation, changeOf(known, facts))) === 'lost' ? lost : step
  } catch (error) {
    if (error instanceof Lost) return lost
    const outcome = await troubleOf(deps, tools, pair, pass.unit, error)
    // It may have written before it failed.
    return (await deps.ledger.check(pass, pass.generation)) === 'lost' ? lost : afterTrouble(pair, outcome)
  }
}
