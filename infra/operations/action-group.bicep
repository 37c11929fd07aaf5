// Who is told.
param name string
param emails array
param tags object

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'twinstream'
    emailReceivers: [for (email, index) in emails: {
      name: 'person-${index + 1}'
      emailAddress: email
      useCommonAlertSchema: true
    }]
  }
}

output id string = group.id
