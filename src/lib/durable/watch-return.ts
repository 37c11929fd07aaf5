import type { Code } from '../codes.ts'
import type { Ledger, UnitRow } from '../ledger/ledger.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Route } from '../model.ts'
import { acceptResync } from '../sweep/accept-resync.ts'
import { endLost } from '../sweep/lost-operation.ts'
import { loadOperation } from '../sweep/operation.ts'
import type { SweepDeps } from '../sweep/page.ts'
import { conflictIn } from '../sweep/report-line.ts'
import type { Starter } from './runs.ts'

export interface ReturnDeps {
  readonly ledger: Ledger
  readonly sweep: SweepDeps
  /** Ids of operations, which nobody can guess. */
  readonly newId: () => string
}

/** Passes that close with these have not come as far as the twin, so that they say nothing of a change in it. */
const unseen: ReadonlySet<Code | undefined> = new Set<Code>([
  'OnHold',
  'RoutePaused',
  'SourceUnavailable',
  'TargetUnavailable',
  'NotAuthorized',
  'SourceReplaced',
  'StorageNotMapped',
  'StorageEncrypted',
])

/**
 * Whether a unit that was found changed is so no more: it has been in sync since, or a pass that looked at both sides
 * found something else to be in the way. What the source has dropped meanwhile never comes to be in sync. The comparison
 * has asked for every such unit, so that a row without an open request was closed after it.
 *
 * @param since when the source came back, in milliseconds since 1970.
 */
const isDecided = (row: UnitRow | undefined, since: number): boolean => {
  if (row === undefined) return false
  if ((row.inSyncAt ?? 0) >= since) return true
  const hasLooked = row.state === 'idle' && row.observed >= row.desired && !unseen.has(row.code)
  return hasLooked && (row.outcome === 'blocked' || row.outcome === 'waiting') && row.code !== 'TargetChanged'
}

/** Whether every unit that the comparison found changed has been decided since. */
const allDecided = async ({ ledger }: ReturnDeps, route: Route, operation: string, since: number): Promise<boolean> => {
  for await (const { lines } of ledger.report(operation)) {
    for (const conflict of lines.map(conflictIn).filter(found => found !== undefined))
      if (!isDecided(await ledger.read({ route: route.key, ...conflict }), since)) return false
  }
  return true
}

/**
 * After the source has come back: the whole route is compared, so that what changed in the target is known, and deletes
 * of assets and policies go on once all of it has been decided. A comparison that failed, or was lost, is begun again.
 */
export const watchReturn = async (
  deps: ReturnDeps,
  starter: Starter,
  route: Route,
  { hold, returned }: RouteState,
): Promise<void> => {
  if (returned === undefined || returned.settled || hold !== undefined) return
  const note = (more: Partial<NonNullable<RouteState['returned']>>) =>
    deps.ledger.changeRoute(route.key, state =>
      state.returned?.at === returned.at ? { ...state, returned: { ...state.returned, ...more } } : state,
    )
  const { ledger, sweep } = deps
  const found = returned.operation === undefined ? undefined : await loadOperation(ledger, returned.operation)
  const operation = found && (await endLost(sweep, starter, found))
  if (operation?.status === 'running') return
  if (operation?.status === 'succeeded') {
    if (await allDecided(deps, route, operation.id, returned.at)) await note({ settled: true })
    return
  }
  const id = deps.newId()
  await note({ operation: id })
  await acceptResync(deps.sweep, starter, { route: route.key, all: true }, id)
}
