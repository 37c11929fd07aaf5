import type { Ledger } from '../ledger/ledger.ts'
import type { Route, RouteKey } from '../model.ts'
import { endLost, type LostOperationDeps, type PagesStarter } from './lost-operation.ts'
import { type Operation, parseOperation, removeOperation } from './operation.ts'

/** Operations whose reports tell what still waits for a decision after an outage. */
const undecided = async (ledger: Ledger, routes: ReadonlyMap<RouteKey, Route>): Promise<ReadonlySet<string>> => {
  const states = await Promise.all([...routes.keys()].map(route => ledger.routeState(route)))
  return new Set(
    states.flatMap(({ returned }) => (returned?.operation && !returned.settled ? [returned.operation] : [])),
  )
}

/** Sweeps have one operation each, which the next one takes over. */
const isOfResync = (operation: Operation | undefined): operation is Operation => operation?.kind === 'resync'

/**
 * Forgets resyncs that nothing has happened to since a time, with their reports. One that is still being walked, however
 * slowly, stays, and so does one that the route needs. A younger one whose orchestration is gone ends, so that it is not
 * listed as running until somebody asks for it.
 *
 * @param before milliseconds since 1970.
 * @param isOver no further operation is looked at then.
 * @returns how many were forgotten.
 */
export const tidyOperations = async (
  deps: LostOperationDeps & { readonly routes: ReadonlyMap<RouteKey, Route> },
  starter: PagesStarter,
  before: number,
  isOver: () => boolean,
): Promise<number> => {
  const { ledger } = deps
  const needed = await undecided(ledger, deps.routes)
  let forgotten = 0
  for await (const { id, document } of ledger.operations()) {
    if (isOver()) break
    const operation = parseOperation(document)
    if (!isOfResync(operation)) continue
    if (operation.updatedAt > before || needed.has(id)) {
      await endLost(deps, starter, operation)
      continue
    }
    if (operation.status === 'running' && (await starter.hasPages(id))) continue
    await removeOperation(ledger, operation)
    forgotten += 1
  }
  return forgotten
}
