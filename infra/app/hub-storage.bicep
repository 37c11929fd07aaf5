// Storage of the Functions host, the task hub, the ledger, the package and dead letters. Never one that holds media:
// whoever may write to the hub can run code as the app.
param name string
param location string
param tags object

var deploymentContainerName = 'app-package'
var deadLetterContainerName = 'dead-letters'

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource package 'containers' = { name: deploymentContainerName }
    resource deadLetters 'containers' = { name: deadLetterContainerName }
  }
}

output id string = storage.id
output name string = storage.name
output deploymentContainer string = deploymentContainerName
