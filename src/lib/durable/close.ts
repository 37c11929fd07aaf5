import type { Facts } from '../ledger/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { rowsWithCode } from '../ledger/rows-with-code.ts'
import type { Outcome, Unit } from '../model.ts'
import { logEvent } from '../telemetry/log-event.ts'
import { namesUnit } from './dependencies.ts'
import type { ActivityDeps, Tools } from './guard.ts'
import type { Starter } from './runs.ts'
import type { Closed, Pass } from './steps.ts'

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
