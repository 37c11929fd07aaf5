/** Event Grid subscriptions, as the deployment makes them. */
import type { Ground } from './ground.ts'
import { accountId, type RegionKey, regions } from './regions.ts'

interface Subscription {
  readonly name: string
  readonly topic: string
  readonly functionName: string
  readonly filter: { readonly includedEventTypes: readonly string[]; readonly subjectBeginsWith?: string }
}

/** Of one source: what its jobs say, and what Resource Manager says of it, which is silent unless `armEvents` is on. */
const ofSource = (key: RegionKey): readonly Subscription[] => {
  const id = accountId(regions[key])
  const [group = ''] = id.split('/providers/')
  const writes = ['Microsoft.Resources.ResourceWriteSuccess', 'Microsoft.Resources.ResourceDeleteSuccess']
  return [
    {
      name: 'jobs',
      topic: id,
      functionName: 'jobFinished',
      filter: { includedEventTypes: ['Microsoft.Media.JobFinished'] },
    },
    {
      name: 'changes',
      topic: group,
      functionName: 'resourceChanged',
      filter: { includedEventTypes: writes, subjectBeginsWith: `${id}/` },
    },
  ]
}

/**
 * @param sources regions that a route starts at.
 * @param key system key of the host's Event Grid webhook.
 */
export const subscribe = async (
  ground: Pick<Ground, 'url' | 'topicId'>,
  sources: readonly RegionKey[],
  hostUrl: string,
  key: string,
): Promise<void> => {
  const locators: Subscription = {
    name: 'locators',
    topic: ground.topicId,
    functionName: 'locatorCreated',
    filter: { includedEventTypes: ['Twinstream.LocatorCreated', 'Twinstream.LocatorDeleted'] },
  }
  for (const { name, topic, functionName, filter } of [...sources.flatMap(ofSource), locators]) {
    const endpoint = `${hostUrl}/runtime/webhooks/eventgrid?functionName=${functionName}&code=${key}`
    const properties = { destination: { endpointType: 'WebHook', properties: { endpointUrl: endpoint } }, filter }
    const id = `${topic}/providers/Microsoft.EventGrid/eventSubscriptions/${name}`
    const response = await fetch(`${ground.url}${id}?api-version=2022-06-15`, {
      method: 'PUT',
      body: JSON.stringify({ properties }),
    })
    if (!response.ok) throw new Error(`Event Grid refused the subscription ${name}: ${await response.text()}`)
    await response.arrayBuffer()
  }
}
