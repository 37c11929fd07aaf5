import { isNeverCompared } from '../lib/sweep/start-sweep.ts'
import { sweepTimer } from './sweep-timer.ts'

/** Every five minutes: what no event told. A new route is compared in full as well, without waiting for the night. */
sweepTimer('discover', '0 */5 * * * *', async ({ ledger }, route) =>
  (await isNeverCompared(ledger, route)) ? ['full', 'changes'] : ['changes'],
)
