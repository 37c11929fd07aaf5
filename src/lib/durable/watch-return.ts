import type { Ledger } from '../ledger/ledger.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Route } from '../model.ts'
import { acceptResync } from '../sweep/accept-resync.ts'
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

/** Whether every unit that the comparison found changed has been decided and settled since. */
const allDecided = async ({ ledger }: ReturnDeps, route: Route, operation: string, since: number): Promise<boolean> => {
  for await (const { lines } of ledger.report(operation)) {
    for (const conflict of lines.map(conflictIn).filter(found => found !== undefined)) {
      const row = await ledger.read({ route: route.key, ...conflict })
      if ((row?.inSyncAt ?? 0) < since) return false
    }
  }
  return true
}

/**
 * After the source has come back: the whole route is compared, so that what changed in the target is known, and deletes
 * of assets and policies go on once all of it has been decided. A comparison that failed is begun again.
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
  const operation = returned.operation && (await loadOperation(deps.ledger, returned.operation))
  if (operation && operation.status === 'running') return
  if (operation && operation.status === 'succeeded') {
    if (await allDecided(deps, route, operation.id, returned.at)) await note({ settled: true })
    return
  }
  const id = deps.newId()
  await note({ operation: id })
  await acceptResync(deps.sweep, starter, { route: route.key, all: true }, id)
}
