// One name for players, over HTTPS: origins by priority, each asked under its own host name. Key delivery has an endpoint
// of its own, because it can fail while the origin answers. Probes ask for the canary, never for the app's health.
param name string
param endpointPrefix string
param players object
param tags object

var services = [
  { name: 'origin', hosts: players.origins, probePath: players.canary.manifestPath }
  { name: 'keys', hosts: players.keyDelivery, probePath: players.canary.keyPath }
]

resource profile 'Microsoft.Cdn/profiles@2024-02-01' = {
  name: name
  location: 'global'
  tags: tags
  sku: { name: 'Standard_AzureFrontDoor' }
  properties: { originResponseTimeoutSeconds: 30 }
}

module endpoints 'front-door-service.bicep' = [for service in services: {
  name: 'front-door-${service.name}'
  params: {
    profileName: profile.name
    endpointName: '${endpointPrefix}-${service.name}'
    service: service.name
    hosts: service.hosts
    probePath: service.probePath
  }
}]

output originHost string = endpoints[0].outputs.host
output keyHost string = endpoints[1].outputs.host
