import { app as functions } from '@azure/functions'
import { app } from '../lib/app.ts'

/** What was measured since the last minute is sent before the instance goes away. */
if (app.state === 'ready') {
  const { telemetry } = app
  functions.hook.appTerminate(() => telemetry.flush())
}
