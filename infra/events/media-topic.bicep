// What a media account says of its jobs. One system topic is allowed for each account, in its resource group and region.
param name string
param accountName string
param location string
param tags object

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

output id string = topic.id
output principalId string = topic.identity.principalId
