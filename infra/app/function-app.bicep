// The app on Flex Consumption: one, never two on one hub. It reaches everything by its identity.
param planName string
param name string
param location string
param tags object
param identityId string
param identityClientId string
param hubStorageName string
param deploymentContainer string

@description('Application Insights; it holds no secret, since local authentication is off.')
param insightsConnectionString string

@description('JSON document of accounts and routes.')
param topology string

@description('Resource ids of the topics that publishers may use, separated by commas.')
param eventTopics string

@description('Address of the runbook.')
param runbookUrl string

@description('Endpoint of the Durable Task Scheduler; empty where durable state is in the hub storage.')
param schedulerEndpoint string

var suffix = environment().suffixes.storage

var settings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__accountName: hubStorageName
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // What sends metrics need not tell Microsoft how it is doing.
  APPLICATION_INSIGHTS_NO_STATSBEAT: 'true'
  APPLICATIONINSIGHTS_SDKSTATS_DISABLED: 'true'
  FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR: 'true'
  AZURE_CLIENT_ID: identityClientId
  TWINSTREAM_TOPOLOGY: topology
  TWINSTREAM_EVENT_TOPICS: eventTopics
  TWINSTREAM_RUNBOOK_URL: runbookUrl
}

var schedulerSettings = empty(schedulerEndpoint) ? {} : {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
  AzureFunctionsJobHost__extensions__durableTask__hubName: 'twinstream'
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${hubStorageName}.blob.${suffix}/${deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: 40
        alwaysReady: [{ name: 'durable', instanceCount: 1 }]
      }
      runtime: { name: 'node', version: '24' }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, schedulerSettings)
  }
}

// Deploying goes through the package container; nobody publishes with a password.
resource noPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [for kind in ['ftp', 'scm']: {
  parent: app
  name: kind
  properties: { allow: false }
}]

output id string = app.id
output name string = app.name
output hostName string = app.properties.defaultHostName
