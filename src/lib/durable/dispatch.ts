import type { Code } from '../codes.ts'
import { instanceId } from '../ledger/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { rowsWithCode } from '../ledger/rows-with-code.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Route } from '../model.ts'
import { errorName, type Log, logEvent } from '../telemetry/log-event.ts'
import type { Starter } from './runs.ts'
import { type WatchDeps, watchRoute } from './watch.ts'
import { type ReturnDeps, watchReturn } from './watch-return.ts'

/**
 * Moves the rows of one route on: starts what is due and fits, repeats starts that nobody has heard of, and follows
 * runs whose instance is gone. No media account is called but those that did not answer, to see whether they do.
 */
export const dispatchRoute = async (
  deps: WatchDeps & ReturnDeps,
  starter: Starter,
  route: Route,
  log: Log,
): Promise<void> => {
  const { ledger } = deps
  const orphans = await followOrphans(ledger, starter, route, log)
  // An outage of a paused route counts as well: what was done in its target meanwhile is not undone when it goes on.
  const state = await watchRoute(deps, route, log)
  if (route.mode === 'paused') return
  if (route.mode === 'replicate') {
    await takeUp(ledger, route, goesOn(state, deps.clock()))
    await watchReturn(deps, starter, route, state)
  }
  const starts = await ledger.admit(route.key)
  for (const start of starts) await starter.run(start)
  if (starts.length + orphans > 0) logEvent(log, 'dispatched', { route: route.key, started: starts.length, orphans })
}

/** Rows are read before their instance is asked for: a pass that shows life in between keeps its row. */
const followOrphans = async (ledger: Ledger, starter: Starter, route: Route, log: Log): Promise<number> => {
  let orphans = 0
  for (const { row, etag } of await ledger.suspects(route.key)) {
    const { kind, name, run } = row
    try {
      const start = await ledger.orphaned(row, etag, await starter.instance(instanceId(row.hash, run)))
      if (start === undefined) continue
      orphans += 1
      logEvent(log, 'runOrphaned', { route: route.key, kind, name, run })
      await starter.run(start)
    } catch (error) {
      // One that cannot be asked for keeps nothing else from starting; it is a suspect again in a minute.
      logEvent(log, 'stepFailed', { step: 'dispatch', route: route.key, kind, name, error: errorName(error) })
    }
  }
  return orphans
}

/** What units were closed with that need not wait any longer. */
const goesOn = ({ hold, replaced, deletes }: RouteState, now: number): readonly Code[] => {
  if (replaced !== undefined) return []
  const held: readonly Code[] = hold === undefined ? ['OnHold', 'SourceReplaced'] : []
  const confirmed: readonly Code[] = now < (deletes?.confirmedUntil ?? 0) ? ['DeleteWave'] : []
  return ['RoutePaused', ...held, ...confirmed]
}

/** What was left because the route did not write is asked for again once it does. */
const takeUp = async (ledger: Ledger, route: Route, codes: readonly Code[]): Promise<void> => {
  for (const code of codes) {
    for await (const row of rowsWithCode(ledger, route.key, code)) {
      if (row.state === 'idle' && row.observed >= row.desired)
        await ledger.request(row, { reason: 'settled', priority: 'bulk' })
    }
  }
}
