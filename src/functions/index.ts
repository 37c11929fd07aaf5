/** Every function of the app; the bundle starts here. */
import './dispatch.ts'
import './health.ts'
import './job-finished.ts'
import './locator-created.ts'
import './operations.ts'
import './orchestrations.ts'
import './resync.ts'
import './units.ts'
