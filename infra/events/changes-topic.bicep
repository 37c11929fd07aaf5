// What Resource Manager says of the resource group of a media account: the only event of edits and withdrawals that no
// publisher has to send. Topics of global sources take no identity.
param name string
param tags object
param workspaceId string

resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' = {
  name: name
  location: 'global'
  tags: tags
  properties: { source: resourceGroup().id, topicType: 'Microsoft.Resources.ResourceGroups' }
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
