import type { Ready } from '../lib/app.ts'
import type { Route } from '../lib/model.ts'
import type { SweepKind } from '../lib/sweep/operation.ts'
import { startSweep } from '../lib/sweep/start-sweep.ts'
import { logEvent } from '../lib/telemetry/log-event.ts'
import { routeTimer } from './route-timer.ts'

/**
 * A timer that starts sweeps of every route and does nothing else.
 *
 * @param schedule six fields, UTC; `timing.ts` has the same interval, which is what people are shown.
 * @param kindsFor sweeps that are to run on a route now.
 */
export const sweepTimer = (
  name: string,
  schedule: string,
  kindsFor: (app: Ready, route: Route) => Promise<readonly SweepKind[]> | readonly SweepKind[],
): void =>
  routeTimer(name, schedule, async (app, starter, route, log) => {
    for (const kind of await kindsFor(app, route)) {
      if (await startSweep(app, starter, kind, route)) logEvent(log, 'sweepStarted', { route: route.key, sweep: kind })
    }
  })
