import { expect, it } from 'vitest'
import type { StreamingEndpoint } from '../../../../src/lib/media/delivery.ts'
import { knownHosts } from '../../../../src/lib/status/readiness/hosts.ts'

const endpoint: StreamingEndpoint = {
  name: 'default',
  state: 'Running',
  scaleUnits: 1,
  host: 'ContosoWest-usw22.streaming.media.azure.net',
  customHosts: ['play.contoso.example'],
  cdn: false,
}
const account = { accountName: 'contosowest', playerHosts: ['keys.contoso.example'] }
const rules = [{ from: 'lic-east.contoso.example', to: 'lic.contoso.example' }]

it.each([
  'contosowest-usw22.streaming.media.azure.net',
  'play.contoso.example',
  'contosowest.keydelivery.westus2.media.azure.net',
  'lic.contoso.example',
  'keys.contoso.example',
])('%s is named by the account or the settings', host => {
  expect(knownHosts(account, [endpoint], rules)(host)).toBe(true)
})

it.each([
  'contosoeast.keydelivery.eastus2.media.azure.net',
  'contosowest.keydelivery.westus2.media.azure.net.elsewhere.example',
  'contosowest.keydelivery.elsewhere.example',
  'notmedia.azure.net',
  'lic-east.contoso.example',
  'login.microsoftonline.com',
  '127.0.0.1',
])('%s is not', host => {
  expect(knownHosts(account, [endpoint], rules)(host)).toBe(false)
})

it('knows nobody beside the settings where the endpoints could not be asked', () => {
  const isKnown = knownHosts({ accountName: 'contosowest' }, [], rules)
  expect(isKnown('contosowest.keydelivery.westus2.media.azure.net')).toBe(false)
  expect(isKnown('lic.contoso.example')).toBe(true)
})
