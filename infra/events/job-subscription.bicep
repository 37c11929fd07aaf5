// Finished jobs of one source account.
param topicName string
param functionId string
param deadLetterStorageId string

resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' existing = {
  name: topicName
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2022-06-15' = {
  parent: topic
  name: 'twinstream-jobs'
  properties: {
    destination: { endpointType: 'AzureFunction', properties: { resourceId: functionId, maxEventsPerBatch: 1 } }
    eventDeliverySchema: 'EventGridSchema'
    filter: { includedEventTypes: ['Microsoft.Media.JobFinished', 'Microsoft.Media.JobOutputFinished'] }
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
