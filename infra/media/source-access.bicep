// Reading a source account, its keys and policy secrets included; nothing that changes it.
param accountName string
param appPrincipalId string

@description('Whether files are reached by SAS addresses that the account hands out, instead of by the identity.')
param byContainerSas bool

var actions = loadJsonContent('actions.json')

resource account 'Microsoft.Media/mediaservices@2023-01-01' existing = {
  name: accountName
}

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(account.id, 'twinstream-source')
  properties: {
    roleName: 'Twinstream source (${accountName})'
    description: 'Reads what a twin is made of. Never writes.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [{ actions: concat(actions.source, byContainerSas ? actions.containerSas : []), notActions: [] }]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, role.id)
  scope: account
  properties: { principalId: appPrincipalId, principalType: 'ServicePrincipal', roleDefinitionId: role.id }
}
