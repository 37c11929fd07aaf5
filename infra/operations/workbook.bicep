// The page in the portal; what it asks for is in workbook.json.
param location string
param tags object
param workspaceId string

@description('Address of the runbook.')
param runbookUrl string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'twinstream-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Twinstream'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: replace(loadTextContent('workbook.json'), '{runbook}', runbookUrl)
  }
}
