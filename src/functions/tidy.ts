import { tidyHistory } from '../lib/durable/tidy-history.ts'
import { tidyOperations } from '../lib/sweep/tidy-operations.ts'
import { tidyUnits } from '../lib/sweep/tidy-units.ts'
import { logEvent } from '../lib/telemetry/log-event.ts'
import { appTimer } from './app-timer.ts'

/** Every day: removes what nobody needs any more. What one day does not come to, the next does. */
appTimer('tidy', '0 30 4 * * *', async ({ ledger, routes, clock, timing }, starter, log) => {
  const now = clock()
  const isOver = () => clock() >= now + timing.tidySlice
  const operations = await tidyOperations(
    { ledger, clock, timing, routes },
    starter,
    now - timing.operationKept,
    isOver,
  )
  const instances = await tidyHistory(starter, now - timing.historyKept, isOver)
  // After the history: the next run of a unit that is forgotten has the number of one that is over.
  const units = await tidyUnits({ ledger, routes, clock }, now - timing.historyKept, isOver)
  logEvent(log, 'tidied', { instances, operations, units })
})
