// Run after the deployment of the code, since a subscription wants its function to be there (scripts/deployment/subscribe.ts).
targetScope = 'subscription'

@description('Resource id of the function app.')
param appId string

@description('Resource id of the storage account that keeps dead letters.')
param deadLetterStorageId string

@description('Resource group and name of the topic that publishers use.')
param appResourceGroup string
param locatorTopicName string

var topology = any(loadJsonContent('../topology.json'))
var abbreviations = loadJsonContent('../abbreviations.json')
var sources = filter(items(topology.accounts), account => !empty(filter(topology.routes, route => route.from == account.key)))

module jobs 'job-subscription.bicep' = [for account in sources: {
  name: 'twinstream-jobs-${account.key}'
  scope: resourceGroup(account.value.subscriptionId, account.value.resourceGroup)
  params: {
    topicName: '${abbreviations.eventGridSystemTopic}${account.value.accountName}'
    functionId: '${appId}/functions/jobFinished'
    deadLetterStorageId: deadLetterStorageId
  }
}]

module changes 'changes-subscription.bicep' = [for account in sources: {
  name: 'twinstream-changes-${account.key}'
  scope: resourceGroup(account.value.subscriptionId, account.value.resourceGroup)
  params: {
    topicName: '${abbreviations.eventGridSystemTopic}${uniqueString(account.value.subscriptionId, toLower(account.value.resourceGroup))}'
    accountName: account.value.accountName
    functionId: '${appId}/functions/resourceChanged'
  }
}]

module locators 'locator-subscription.bicep' = {
  name: 'twinstream-locators'
  scope: resourceGroup(appResourceGroup)
  params: {
    topicName: locatorTopicName
    functionId: '${appId}/functions/locatorCreated'
    deadLetterStorageId: deadLetterStorageId
  }
}
