import { app } from '../lib/app.ts'
import { dispatchRoute } from '../lib/durable/dispatch.ts'
import { timerFunction } from '../lib/durable/runs.ts'

/** Every minute: retries, bulk work and orphans of every route. */
timerFunction('dispatch', '0 * * * * *', async starter => {
  if (app.state === 'broken')
    throw new Error('The settings have mistakes; the log of the start and readiness list them.')
  await app.ledger.prepare()
  for (const route of app.routes.values()) await dispatchRoute(app.ledger, starter, route)
})
