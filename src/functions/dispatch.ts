import { randomUUID } from 'node:crypto'
import { app } from '../lib/app.ts'
import { dispatchRoute } from '../lib/durable/dispatch.ts'
import { timerFunction } from '../lib/durable/runs.ts'
import { logIssues } from '../lib/telemetry/log-issues.ts'

/** Every minute: retries, bulk work and orphans of every route. */
timerFunction('dispatch', '0 * * * * *', async (starter, context) => {
  const log = context.log.bind(context)
  if (app.state === 'broken') {
    logIssues(log, app.issues)
    throw new Error('The settings have mistakes; the lines before this one list them.')
  }
  await app.ledger.prepare()
  const deps = { ledger: app.ledger, pair: app.pairs.pair, clock: app.clock, sweep: app.sweep, newId: randomUUID }
  const failures: unknown[] = []
  for (const route of app.routes.values()) {
    // Trouble with one route keeps no other from going on (P4).
    await dispatchRoute(deps, starter, route, log).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
})
