// By DNS alone, for players that speak plain HTTP or know both certificates: the service has no TLS for own host names.
param prefix string
param players object
param tags object

var services = [
  { name: 'origin', hosts: players.origins, probePath: players.canary.manifestPath }
  { name: 'keys', hosts: players.keyDelivery, probePath: players.canary.keyPath }
]

resource profiles 'Microsoft.Network/trafficmanagerprofiles@2022-04-01' = [for service in services: {
  name: '${prefix}-${service.name}'
  location: 'global'
  tags: tags
  properties: {
    profileStatus: 'Enabled'
    trafficRoutingMethod: 'Priority'
    dnsConfig: { relativeName: '${prefix}-${service.name}', ttl: 20 }
    monitorConfig: {
      protocol: 'HTTPS'
      port: 443
      path: service.probePath
      intervalInSeconds: 10
      timeoutInSeconds: 5
      toleratedNumberOfFailures: 2
      expectedStatusCodeRanges: [{ min: 200, max: 200 }]
    }
    endpoints: [for (host, index) in service.hosts: {
      name: host.account
      type: 'Microsoft.Network/trafficManagerProfiles/externalEndpoints'
      properties: { target: host.host, priority: index + 1, endpointStatus: 'Enabled' }
    }]
  }
}]

output originHost string = profiles[0].properties.dnsConfig.fqdn
output keyHost string = profiles[1].properties.dnsConfig.fqdn
