/** Event Grid subscriptions, as the deployment makes them. */
import type { Ground } from './ground.ts'
import { accountId, regions } from './regions.ts'

/** @param key system key of the host's Event Grid webhook. */
export const subscribe = async (
  ground: Pick<Ground, 'url' | 'topicId'>,
  hostUrl: string,
  key: string,
): Promise<void> => {
  const wanted = [
    ['jobs', accountId(regions.east), 'jobFinished', ['Microsoft.Media.JobFinished']],
    ['locators', ground.topicId, 'locatorCreated', ['Twinstream.LocatorCreated', 'Twinstream.LocatorDeleted']],
  ] as const
  for (const [name, topic, functionName, includedEventTypes] of wanted) {
    const endpoint = `${hostUrl}/runtime/webhooks/eventgrid?functionName=${functionName}&code=${key}`
    const properties = {
      destination: { endpointType: 'WebHook', properties: { endpointUrl: endpoint } },
      filter: { includedEventTypes },
    }
    const id = `${topic}/providers/Microsoft.EventGrid/eventSubscriptions/${name}`
    const response = await fetch(`${ground.url}${id}?api-version=2022-06-15`, {
      method: 'PUT',
      body: JSON.stringify({ properties }),
    })
    if (!response.ok) throw new Error(`Event Grid refused the subscription ${name}: ${await response.text()}`)
    await response.arrayBuffer()
  }
}
