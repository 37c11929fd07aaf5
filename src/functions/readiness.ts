import { wholeApp } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/triggers.ts'
import { appTimer } from './app-timer.ts'
import { later } from './later.ts'

const door = later(async () => (await import('../lib/http/readiness-door.ts')).readinessDoor(await wholeApp()))

plainHttpFunction('readiness', trigger('readiness'), door)

/** Every six hours, so that what stands in the way of a failover is measured though nobody asks. */
appTimer('watchReadiness', '0 50 */6 * * *', async app => {
  const { readiness } = await app.whole()
  await readiness()
})
