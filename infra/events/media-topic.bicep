// What a media account says of its jobs. One system topic is allowed for each account, in its resource group and region.
param name string
param accountName string
param location string
param tags object
param workspaceId string

resource account 'Microsoft.Media/mediaservices@2023-01-01' existing = {
  name: accountName
}

resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: { source: account.id, topicType: 'Microsoft.Media.MediaServices' }
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

output id string = topic.id
output principalId string = topic.identity.principalId
