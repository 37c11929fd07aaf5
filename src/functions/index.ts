/** Every function of the app; the bundle starts here. */
import { app } from '../lib/app.ts'
import { logIssues } from '../lib/telemetry/log-issues.ts'
import './discover.ts'
import './dispatch.ts'
import './failback.ts'
import './health.ts'
import './job-finished.ts'
import './locator-created.ts'
import './openapi.ts'
import './operations.ts'
import './orchestrations.ts'
import './resource-changed.ts'
import './resync.ts'
import './routes.ts'
import './sweep-full.ts'
import './sweep-locators.ts'
import './sweeps.ts'
import './tidy.ts'
import './units.ts'
import './withdraw.ts'

// biome-ignore lint/suspicious/noConsole: at load there is no invocation to log with; the host takes the console's lines
if (app.state === 'broken') logIssues(line => console.error(line), app.issues)
