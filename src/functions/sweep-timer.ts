import { app } from '../lib/app.ts'
import { type Starter, timerFunction } from '../lib/durable/runs.ts'
import type { Route } from '../lib/model.ts'
import type { SweepKind } from '../lib/sweep/operation.ts'
import { startSweep } from '../lib/sweep/start-sweep.ts'
import { logEvent } from '../lib/telemetry/log-event.ts'
import { logIssues } from '../lib/telemetry/log-issues.ts'

/**
 * A timer that starts sweeps of every route and does nothing else.
 *
 * @param schedule six fields, UTC; `timing.ts` has the same interval, which is what people are shown.
 * @param kindsFor sweeps that are to run on a route now.
 */
export const sweepTimer = (
  name: string,
  schedule: string,
  kindsFor: (route: Route) => Promise<readonly SweepKind[]> | readonly SweepKind[],
): void =>
  timerFunction(name, schedule, async (starter: Starter, context) => {
    const log = context.log.bind(context)
    if (app.state === 'broken') {
      logIssues(log, app.issues)
      throw new Error('The settings have mistakes; the lines before this one list them.')
    }
    await app.ledger.prepare()
    const { ledger, clock, timing } = app
    const failures: unknown[] = []
    for (const route of app.routes.values()) {
      // Trouble with one route keeps no other from going on (P4).
      try {
        for (const kind of await kindsFor(route)) {
          if (await startSweep({ ledger, clock, timing }, starter, kind, route))
            logEvent(log, 'sweepStarted', { route: route.key, sweep: kind })
        }
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  })
