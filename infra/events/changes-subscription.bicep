// Writes and deletes below one source account. Never actions: the app's own reads raise those. Without dead letters, which
// would need a key of the storage here; the five-minute look finds what such an event would have told.
param topicName string
param accountName string
param functionId string

resource account 'Microsoft.Media/mediaservices@2023-01-01' existing = {
  name: accountName
}

resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' existing = {
  name: topicName
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2022-06-15' = {
  parent: topic
  name: 'twinstream-changes-${accountName}'
  properties: {
    destination: { endpointType: 'AzureFunction', properties: { resourceId: functionId, maxEventsPerBatch: 1 } }
    eventDeliverySchema: 'EventGridSchema'
    filter: {
      includedEventTypes: ['Microsoft.Resources.ResourceWriteSuccess', 'Microsoft.Resources.ResourceDeleteSuccess']
      subjectBeginsWith: '${account.id}/'
    }
    retryPolicy: { eventTimeToLiveInMinutes: 1440, maxDeliveryAttempts: 30 }
  }
}
