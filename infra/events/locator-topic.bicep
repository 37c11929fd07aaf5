// The topic that publishers tell of locators. Keys are off: a publisher needs the role EventGrid Data Sender on it.
param name string
param location string
param tags object
param workspaceId string
param deadLetterStorageName string

resource topic 'Microsoft.EventGrid/topics@2022-06-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    inputSchema: 'EventGridSchema'
    disableLocalAuth: true
  }
}

// How many events were delivered, tried in vain and given up, for the workbook.
resource numbers 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'twinstream'
  scope: topic
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

module deadLetters 'dead-letter-access.bicep' = {
  name: 'dead-letter-access-locators'
  params: { storageAccountName: deadLetterStorageName, principalId: topic.identity.principalId }
}

output id string = topic.id
output endpoint string = topic.properties.endpoint
