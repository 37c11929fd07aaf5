import { type Recording, recordedOn } from '../ledger/facts.ts'
import type { Ledger, UnitRow } from '../ledger/ledger.ts'
import { rowsWithCode } from '../ledger/rows-with-code.ts'
import type { Outcome, Unit } from '../model.ts'
import { logEvent } from '../telemetry/log-event.ts'
import { canBeNamed, namesUnit } from './dependencies.ts'
import type { ActivityDeps, Tools } from './guard.ts'
import type { Starter } from './runs.ts'
import type { Closed, Pass } from './steps.ts'

/**
 * Closes a pass, reports its outcome, and lets in what waits for a slot.
 *
 * @param worked whether the pass may have changed something in the target.
 */
export const closeAndAdmit = async (
  deps: ActivityDeps,
  tools: Tools,
  pass: Pass,
  outcome: Outcome,
  worked: boolean,
  facts?: Recording,
): Promise<Closed> => {
  const closing = await deps.ledger.close(pass, pass.generation, outcome, facts)
  const { closed } = closing
  if (closed === 'ignored') return closed
  report(deps, tools, pass, outcome, worked, closing.before, closed)
  const now = recordedOn(closing.before.facts, facts)
  if (pass.unit.kind !== 'asset' && canBeNamed(outcome.outcome, now)) await wake(deps, tools.starter, pass.unit)
  if (closed === 'idle') await startAll(tools.starter, await deps.ledger.admit(pass.unit.route))
  return closed
}

/** Every pass is counted; told is only what is new: a unit that waits for an hour says so once. */
const report = (
  { measure, clock }: ActivityDeps,
  { log }: Tools,
  { unit: { route, kind, name }, run, generation }: Pass,
  { outcome, ...rest }: Outcome,
  worked: boolean,
  before: UnitRow,
  closed: Closed,
): void => {
  const code = 'code' in rest ? rest.code : undefined
  measure('twinstream.outcomes', 1, { route, kind, outcome, code })
  if (before.outcome === outcome && before.code === code && !(worked && outcome === 'inSync')) return
  const { requestedAt, requestedBy: by } = before
  const lag = outcome === 'inSync' && requestedAt !== undefined ? (clock() - requestedAt) / 1000 : undefined
  if (lag !== undefined) measure('twinstream.lag', lag, { route, kind })
  const was = before.outcome === undefined ? {} : { before: before.code ?? before.outcome }
  logEvent(log, 'outcomeRecorded', { route, kind, name, run, generation, outcome, code, ...was, closed, by, lag })
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
