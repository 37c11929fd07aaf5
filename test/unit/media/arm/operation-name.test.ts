import { expect, test } from 'vitest'
import { operationName } from '../../../../src/lib/media/arm/operation-name.ts'

const at = 'https://management.azure.com/subscriptions/s/resourceGroups/r/providers/Microsoft.Media'

test.each([
  ['GET', '/mediaServices/a?api-version=1', 'account.get'],
  ['GET', '/mediaservices/a/assets?x', 'assets.list'],
  ['GET', '/mediaServices/a/assets/secret-name', 'assets.get'],
  ['PUT', '/mediaServices/a/assets/n', 'assets.put'],
  ['DELETE', '/mediaServices/a/streamingLocators/n', 'streamingLocators.delete'],
  ['GET', '/mediaServices/a/assets/n/assetFilters', 'assetFilters.list'],
  ['PUT', '/mediaServices/a/assets/n/assetFilters/f', 'assetFilters.put'],
  ['POST', '/mediaServices/a/streamingLocators/n/listContentKeys?x', 'streamingLocators.listContentKeys'],
  ['GET', '/mediaservices/a/liveEvents/e/liveOutputs', 'liveOutputs.list'],
])('%s %s is %s', (method, path, name) => {
  expect(operationName(method, `${at}${path}`)).toBe(name)
})
