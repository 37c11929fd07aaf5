import type { Ledger } from '../ledger/ledger.ts'
import type { Clock, Route, RouteMode } from '../model.ts'
import type { Timing } from '../timing.ts'
import { loadOperation, newOperation, type Operation, type SweepKind, startPages } from './operation.ts'
import { loadSweepRecord, sweepId } from './record.ts'

export interface StartDeps {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly timing: Pick<Timing, 'changesOverlap'>
}

/** What starting needs of whoever runs orchestrations. */
export interface SweepStarter {
  /** Starts the pages of an operation, from the cursor on. Throws when the task hub does not take it. */
  pages(operation: string, cursor?: string): Promise<void>
  /** Whether pages of an operation are under way. */
  hasPages(operation: string): Promise<boolean>
}

/** A route that does not write has nothing to catch up with; one that observes is compared as a whole. */
export const sweptIn: Readonly<Record<RouteMode, readonly SweepKind[]>> = {
  replicate: ['changes', 'locators', 'full'],
  observe: ['full'],
  hold: [],
  paused: [],
}

const fresh = async (deps: StartDeps, kind: SweepKind, route: Route): Promise<Operation> => {
  const now = deps.clock()
  const record = await loadSweepRecord(deps.ledger, kind, route.key)
  const { success } = record ?? {}
  const since = (success?.mode === route.mode ? success.startedAt : now) - deps.timing.changesOverlap
  return newOperation(
    {
      kind,
      id: sweepId(kind, route.key),
      route: route.key,
      scope: 'all',
      // A route that may not write is only reported on.
      dryRun: route.mode !== 'replicate',
      permissions: {},
      mode: route.mode,
      ...(kind === 'changes' ? { since } : {}),
      ...(kind === 'full' ? { round: success === undefined ? 0 : success.round + 1 } : {}),
    },
    now,
  )
}

/**
 * Starts a sweep of a route unless it is under way. One whose orchestration died goes on where its last page ended.
 * @returns whether one was started.
 */
export const startSweep = async (
  deps: StartDeps,
  starter: SweepStarter,
  kind: SweepKind,
  route: Route,
): Promise<boolean> => {
  if (!sweptIn[route.mode].includes(kind)) return false
  const { ledger } = deps
  const current = await loadOperation(ledger, sweepId(kind, route.key))
  const open = current?.status === 'running' ? current : undefined
  if (open !== undefined && (await starter.hasPages(open.id))) return false
  const goesOn = open !== undefined && open.mode === route.mode
  const operation = goesOn ? open : await fresh(deps, kind, route)
  if (!goesOn) {
    await ledger.removeReport(operation.id)
    await ledger.saveOperation(operation.id, operation)
  }
  await startPages(deps, starter, operation)
  return true
}

/** A route that has never been compared in full in its mode is at once: what it holds may be older than this app. */
export const isNeverCompared = async (ledger: Ledger, route: Route): Promise<boolean> =>
  (await loadSweepRecord(ledger, 'full', route.key))?.success?.mode !== route.mode
