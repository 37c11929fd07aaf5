import { randomUUID } from 'node:crypto'
import type { Account } from '../lib/model.ts'
import { receiveEvent } from './receive-event.ts'
import { routeTimer } from './route-timer.ts'

/** The event that Resource Manager sends of a locator that was written. */
const locatorWritten = ({ subscriptionId, resourceGroup, accountName }: Account, locator: string, now: number) => ({
  id: randomUUID(),
  eventType: 'Microsoft.Resources.ResourceWriteSuccess',
  topic: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
  subject: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Media/mediaservices/${accountName}/streamingLocators/${encodeURIComponent(locator)}`,
  eventTime: new Date(now).toISOString(),
  data: {},
})

/** Every ten minutes: whether a canary is due, or back. Most looks cost one read of the ledger. */
routeTimer('canary', '0 */10 * * * *', async (app, starter, route, log) => {
  if (route.canary === undefined) return
  const [{ watchCanary }, { ledger, pairs, clock, timing, settings }] = await Promise.all([
    import('../lib/durable/canary.ts'),
    app.whole(),
  ])
  const source = settings.accounts.find(({ key }) => key === route.from)
  const raise = async (locator: string) => {
    if (source !== undefined) await receiveEvent(app, 'canary', locatorWritten(source, locator, clock()), starter, log)
  }
  await watchCanary({ ledger, pair: pairs.pair, clock, timing, raise }, route, log)
})
