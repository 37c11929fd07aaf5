import { randomUUID } from 'node:crypto'
import { dispatchRoute } from '../lib/durable/dispatch.ts'
import { measureRoute } from '../lib/durable/gauges.ts'
import { newOperationId } from '../lib/sweep/operation.ts'
import { routeTimer } from './route-timer.ts'

/** Every minute: retries, bulk work and orphans of every route. */
routeTimer('dispatch', '0 * * * * *', async (app, starter, route, log) => {
  const { routes, ledger, pairs, clock, sweep, telemetry, governor, settings } = app
  const newId = () => newOperationId(clock(), randomUUID())
  await dispatchRoute({ routes, ledger, pair: pairs.pair, clock, sweep, newId }, starter, route, log)
  const { accounts } = settings
  if (telemetry.isOn) await measureRoute({ ledger, accounts, governor, clock, measure: telemetry.measure }, route)
})
