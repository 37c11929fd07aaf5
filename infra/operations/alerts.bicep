// One rule for each entry of alerts.json: a query that finds a row where somebody has to know. Each names the section of the
// runbook that says what to do.
param prefix string
param location string
param tags object
param workspaceId string
param actionGroupId string

@description('How long a unit may wait before somebody is told, in minutes.')
param lagMinutes int

@description('Address of the runbook.')
param runbookUrl string

var rules = loadJsonContent('alerts.json')

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: '${prefix}${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Twinstream: ${rule.title}'
    description: 'What to do: ${runbookUrl}#alert-${rule.name}'
    severity: rule.severity
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: rule.every
    windowSize: rule.window
    criteria: {
      allOf: [
        {
          query: replace(replace(rule.query, '{lagMinutes}', string(lagMinutes)), '{runbook}', runbookUrl)
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: map(rule.dimensions, name => { name: name, operator: 'Include', values: ['*'] })
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: [actionGroupId] }
  }
}]
