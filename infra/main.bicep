// Everything but the Event Grid subscriptions, which need the deployed functions (events/subscriptions.bicep).
// What differs between customers is in topology.json alone; `npm run check:topology` reads it with the app's own schema.
targetScope = 'subscription'

@description('Name of the environment; a part of every name.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region of the app: the one that would be failed over to, so that the app outlives the other.')
param location string

@description('Object id of the person who deploys, for the same data roles on the hub; empty for none.')
param principalId string = ''

@description('Name of the resource group; empty for one made of the environment name.')
param resourceGroupName string = ''

// Of no type: what one customer's document has or lacks is for the check of the topology to judge, not for the compiler.
var topology = any(loadJsonContent('topology.json'))
var abbreviations = loadJsonContent('abbreviations.json')
var deployment = topology.deployment
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var groupName = empty(resourceGroupName) ? '${abbreviations.resourceGroup}${environmentName}' : resourceGroupName

var accounts = items(topology.accounts)
var sources = filter(accounts, account => !empty(filter(topology.routes, route => route.from == account.key)))
var targets = filter(accounts, account => !empty(filter(topology.routes, route => route.to == account.key)))

// Several routes may share a storage account: `union` leaves each once. It is where its media
// account is, unless `deployment.storage` names another resource group.
var sourceStores = union(flatten(map(topology.routes, route => map(items(route.?storage ?? {}), pair => {
  name: pair.key
  subscriptionId: topology.accounts[route.from].subscriptionId
  resourceGroup: deployment.storage[?pair.key] ?? topology.accounts[route.from].resourceGroup
}))), [])
var targetStores = union(flatten(map(topology.routes, route => map(items(route.?storage ?? {}), pair => {
  name: pair.value
  subscriptionId: topology.accounts[route.to].subscriptionId
  resourceGroup: deployment.storage[?pair.value] ?? topology.accounts[route.to].resourceGroup
}))), [])
// Resource groups of sources; several accounts may share one, and one topic is allowed for each.
var sourceGroups = union(map(sources, account => {
  subscriptionId: account.value.subscriptionId
  resourceGroup: account.value.resourceGroup
}), [])

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: groupName
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  name: 'identity'
  scope: group
  params: { name: '${abbreviations.identity}${token}', location: location, tags: tags }
}

module hub 'app/hub-storage.bicep' = {
  name: 'hub-storage'
  scope: group
  params: { name: '${abbreviations.storageAccount}${token}', location: location, tags: tags }
}

module hubRoles 'app/hub-roles.bicep' = {
  name: 'hub-roles'
  scope: group
  params: {
    storageAccountName: hub.outputs.name
    appPrincipalId: identity.outputs.principalId
    personPrincipalId: principalId
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: '${abbreviations.logAnalytics}${token}'
    componentName: '${abbreviations.applicationInsights}${token}'
    location: location
    tags: tags
    dailyCapGb: deployment.dailyCapGb
    appPrincipalId: identity.outputs.principalId
  }
}

module scheduler 'app/scheduler.bicep' = if (deployment.durableTaskScheduler) {
  name: 'durable-task-scheduler'
  scope: group
  params: {
    name: '${abbreviations.scheduler}${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
  }
}

module locatorTopic 'events/locator-topic.bicep' = {
  name: 'locator-topic'
  scope: group
  params: {
    name: '${abbreviations.eventGridTopic}${token}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    deadLetterStorageName: hub.outputs.name
  }
}

module functionApp 'app/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    planName: '${abbreviations.servicePlan}${token}'
    name: '${abbreviations.functionApp}${token}'
    location: location
    tags: union(tags, { 'azd-service-name': 'app' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hubStorageName: hub.outputs.name
    deploymentContainer: hub.outputs.deploymentContainer
    insightsConnectionString: monitoring.outputs.connectionString
    // The app refuses parts of the document that are not its own.
    topology: string({ accounts: topology.accounts, routes: topology.routes })
    eventTopics: locatorTopic.outputs.id
    runbookUrl: deployment.runbookUrl
    schedulerEndpoint: deployment.durableTaskScheduler ? scheduler.outputs.endpoint : ''
  }
  dependsOn: [hubRoles]
}

module sourceAccess 'media/source-access.bicep' = [for account in sources: {
  name: 'source-access-${account.key}'
  scope: resourceGroup(account.value.subscriptionId, account.value.resourceGroup)
  params: {
    accountName: account.value.accountName
    appPrincipalId: identity.outputs.principalId
    byContainerSas: (account.value.?storageAccess ?? 'credential') == 'containerSas'
  }
}]

module targetAccess 'media/target-access.bicep' = [for account in targets: {
  name: 'target-access-${account.key}'
  scope: resourceGroup(account.value.subscriptionId, account.value.resourceGroup)
  params: {
    accountName: account.value.accountName
    appPrincipalId: identity.outputs.principalId
    byContainerSas: (account.value.?storageAccess ?? 'credential') == 'containerSas'
  }
}]

module sourceStorage 'media/source-storage-access.bicep' = [for store in sourceStores: {
  name: 'source-storage-${store.name}'
  scope: resourceGroup(store.subscriptionId, store.resourceGroup)
  params: { storageAccountName: store.name, appPrincipalId: identity.outputs.principalId }
}]

module targetStorage 'media/target-storage-access.bicep' = [for store in targetStores: {
  name: 'target-storage-${store.name}'
  scope: resourceGroup(store.subscriptionId, store.resourceGroup)
  params: { storageAccountName: store.name, appPrincipalId: identity.outputs.principalId }
}]

module jobTopics 'events/media-topic.bicep' = [for account in sources: {
  name: 'media-topic-${account.key}'
  scope: resourceGroup(account.value.subscriptionId, account.value.resourceGroup)
  params: {
    name: '${abbreviations.eventGridSystemTopic}${account.value.accountName}'
    accountName: account.value.accountName
    location: account.value.location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}]

module jobDeadLetters 'events/dead-letter-access.bicep' = [for (account, index) in sources: {
  name: 'dead-letter-access-${account.key}'
  scope: group
  params: { storageAccountName: hub.outputs.name, principalId: jobTopics[index].outputs.principalId }
}]

module changeTopics 'events/changes-topic.bicep' = [for (sourceGroup, index) in sourceGroups: {
  name: 'changes-topic-${index}'
  scope: resourceGroup(sourceGroup.subscriptionId, sourceGroup.resourceGroup)
  params: {
    // Names of resource groups may be those of accounts, and have characters that names of topics may not.
    name: '${abbreviations.eventGridSystemTopic}${uniqueString(sourceGroup.subscriptionId, toLower(sourceGroup.resourceGroup))}'
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}]

module frontDoor 'players/front-door.bicep' = if (deployment.players.frontDoor) {
  name: 'front-door'
  scope: group
  params: {
    name: '${abbreviations.frontDoor}${token}'
    endpointPrefix: '${abbreviations.frontDoorEndpoint}${environmentName}'
    players: deployment.players
    tags: tags
  }
}

module trafficManager 'players/traffic-manager.bicep' = if (deployment.players.trafficManager) {
  name: 'traffic-manager'
  scope: group
  params: { prefix: '${abbreviations.trafficManager}${token}', players: deployment.players, tags: tags }
}

module actionGroup 'operations/action-group.bicep' = {
  name: 'action-group'
  scope: group
  params: { name: '${abbreviations.actionGroup}${token}', emails: deployment.alerts.emails, tags: tags }
}

module alerts 'operations/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    prefix: '${abbreviations.alertRule}${environmentName}-'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: actionGroup.outputs.id
    lagMinutes: deployment.alerts.lagMinutes
    runbookUrl: deployment.runbookUrl
  }
}

module deadLetterAlerts 'operations/dead-letter-alert.bicep' = [for (account, index) in sources: {
  name: 'dead-letter-alert-${account.key}'
  scope: resourceGroup(account.value.subscriptionId, account.value.resourceGroup)
  params: {
    name: '${abbreviations.alertRule}${environmentName}-dead-letters-${account.key}'
    topicId: jobTopics[index].outputs.id
    actionGroupId: actionGroup.outputs.id
    runbookUrl: deployment.runbookUrl
    tags: tags
  }
}]

module locatorDeadLetterAlert 'operations/dead-letter-alert.bicep' = {
  name: 'locator-dead-letter-alert'
  scope: group
  params: {
    name: '${abbreviations.alertRule}${environmentName}-dead-letters'
    topicId: locatorTopic.outputs.id
    actionGroupId: actionGroup.outputs.id
    runbookUrl: deployment.runbookUrl
    tags: tags
  }
}

module workbook 'operations/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    runbookUrl: deployment.runbookUrl
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output TWINSTREAM_APP_NAME string = functionApp.outputs.name
output TWINSTREAM_APP_ID string = functionApp.outputs.id
output TWINSTREAM_URL string = 'https://${functionApp.outputs.hostName}'
// What players are to use; empty where neither service is made. Front Door stands before Traffic Manager.
output TWINSTREAM_ORIGIN_HOST string = deployment.players.frontDoor ? frontDoor.outputs.originHost : (deployment.players.trafficManager ? trafficManager.outputs.originHost : '')
output TWINSTREAM_KEY_HOST string = deployment.players.frontDoor ? frontDoor.outputs.keyHost : (deployment.players.trafficManager ? trafficManager.outputs.keyHost : '')
output TWINSTREAM_LOCATOR_TOPIC_ENDPOINT string = locatorTopic.outputs.endpoint
output TWINSTREAM_LOCATOR_TOPIC_NAME string = '${abbreviations.eventGridTopic}${token}'
output TWINSTREAM_HUB_STORAGE_ID string = hub.outputs.id
