/** Event subscriptions as Resource Manager shows them (Microsoft.EventGrid/eventSubscriptions). Pure. */
import { type Subscription, subscriptionId } from './subscription.ts'

export type ProvisioningState = 'Succeeded' | 'AwaitingManualAction' | 'Failed'

/** As the service shows it: the address of the endpoint without its query. */
export const shown = (subscription: Subscription, provisioningState: ProvisioningState) => {
  const { name, topic, endpoint, deadLetterDestination } = subscription
  return {
    id: subscriptionId(subscription),
    name,
    type: 'Microsoft.EventGrid/eventSubscriptions',
    properties: {
      topic,
      provisioningState,
      destination: {
        endpointType: 'WebHook',
        properties: {
          endpointBaseUrl: `${endpoint.origin}${endpoint.pathname}`,
          maxEventsPerBatch: subscription.maxEventsPerBatch,
          preferredBatchSizeInKilobytes: subscription.preferredBatchSizeInKilobytes,
        },
      },
      filter: {
        subjectBeginsWith: subscription.subjectBeginsWith,
        subjectEndsWith: subscription.subjectEndsWith,
        isSubjectCaseSensitive: subscription.isSubjectCaseSensitive,
        ...(subscription.includedEventTypes === undefined
          ? {}
          : { includedEventTypes: subscription.includedEventTypes }),
        advancedFilters: subscription.advancedFilters,
        enableAdvancedFilteringOnArrays: subscription.enableAdvancedFilteringOnArrays,
      },
      labels: subscription.labels,
      eventDeliverySchema: subscription.schema,
      retryPolicy: {
        maxDeliveryAttempts: subscription.maxDeliveryAttempts,
        eventTimeToLiveInMinutes: subscription.eventTimeToLiveInMinutes,
      },
      ...(deadLetterDestination === undefined
        ? {}
        : { deadLetterDestination: { endpointType: 'StorageBlob', properties: deadLetterDestination } }),
    },
  }
}
