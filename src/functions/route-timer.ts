import type { Ready } from '../lib/app.ts'
import type { Starter } from '../lib/durable/runs.ts'
import type { Route } from '../lib/model.ts'
import type { Log } from '../lib/telemetry/log-event.ts'
import { appTimer } from './app-timer.ts'

/**
 * A timer that does something for every route. Trouble with one route keeps no other from going on (P4); the invocation
 * then fails with the first error.
 *
 * @param schedule six fields, UTC.
 */
export const routeTimer = (
  name: string,
  schedule: string,
  work: (app: Ready, starter: Starter, route: Route, log: Log) => Promise<void>,
): void =>
  appTimer(name, schedule, async (app, starter, log) => {
    const failures: unknown[] = []
    for (const route of app.routes.values())
      await work(app, starter, route, log).catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  })
