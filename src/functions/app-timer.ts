import { app, type Ready } from '../lib/app.ts'
import { type Starter, timerFunction } from '../lib/durable/runs.ts'
import type { Log } from '../lib/telemetry/log-event.ts'
import { logIssues } from '../lib/telemetry/log-issues.ts'

/**
 * A timer of the whole app, which has its table by then. With mistakes in the settings it says them and fails.
 *
 * @param schedule six fields, UTC.
 */
export const appTimer = (
  name: string,
  schedule: string,
  work: (app: Ready, starter: Starter, log: Log) => Promise<void>,
): void =>
  timerFunction(name, schedule, async (starter, context) => {
    const log = context.log.bind(context)
    if (app.state === 'broken') {
      logIssues(log, app.issues)
      throw new Error('The settings have mistakes; the lines before this one list them.')
    }
    await app.ledger.prepare()
    await work(app, starter, log)
  })
