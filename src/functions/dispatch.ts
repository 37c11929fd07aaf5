import { randomUUID } from 'node:crypto'
import { routeTimer } from './route-timer.ts'

/** Every minute: retries, bulk work, orphans, and what requests by name have come to, of every route. */
routeTimer('dispatch', '0 * * * * *', async (app, starter, route, log) => {
  const [{ dispatchRoute }, { lookAtOpen }, { newOperationId }, whole] = await Promise.all([
    import('../lib/durable/dispatch.ts'),
    import('../lib/sweep/named-request.ts'),
    import('../lib/sweep/operation.ts'),
    app.whole(),
  ])
  const { routes, ledger, pairs, clock, sweep, telemetry, governor, settings } = whole
  const newId = () => newOperationId(clock(), randomUUID())
  await dispatchRoute({ routes, ledger, pair: pairs.pair, clock, sweep, newId }, starter, route, log)
  if (telemetry.isOn) {
    const { measureRoute } = await import('../lib/durable/gauges.ts')
    const { accounts } = settings
    await measureRoute({ ledger, accounts, governor, clock, measure: telemetry.measure }, route)
  }
  await lookAtOpen(ledger, route.key, clock())
})
