// What Resource Manager says of the resource group of a media account: the only event of edits and withdrawals that no
// publisher has to send. Topics of global sources take no identity.
param name string
param tags object

resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' = {
  name: name
  location: 'global'
  tags: tags
  properties: { source: resourceGroup().id, topicType: 'Microsoft.Resources.ResourceGroups' }
}
