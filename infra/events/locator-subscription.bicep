// What publishers tell of locators.
param topicName string
param functionId string
param deadLetterStorageId string

resource topic 'Microsoft.EventGrid/topics@2022-06-15' existing = {
  name: topicName
}

resource subscription 'Microsoft.EventGrid/topics/eventSubscriptions@2022-06-15' = {
  parent: topic
  name: 'twinstream-locators'
  properties: {
    destination: { endpointType: 'AzureFunction', properties: { resourceId: functionId, maxEventsPerBatch: 1 } }
    eventDeliverySchema: 'EventGridSchema'
    filter: { includedEventTypes: ['Twinstream.LocatorCreated', 'Twinstream.LocatorDeleted'] }
    retryPolicy: { eventTimeToLiveInMinutes: 1440, maxDeliveryAttempts: 30 }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: { resourceId: deadLetterStorageId, blobContainerName: 'dead-letters' }
      }
    }
  }
}
