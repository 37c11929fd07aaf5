import { randomUUID } from 'node:crypto'
import { dispatchRoute } from '../lib/durable/dispatch.ts'
import { newOperationId } from '../lib/sweep/operation.ts'
import { routeTimer } from './route-timer.ts'

/** Every minute: retries, bulk work and orphans of every route. */
routeTimer('dispatch', '0 * * * * *', ({ routes, ledger, pairs, clock, sweep }, starter, route, log) =>
  dispatchRoute(
    { routes, ledger, pair: pairs.pair, clock, sweep, newId: () => newOperationId(clock(), randomUUID()) },
    starter,
    route,
    log,
  ),
)
