import type { Account } from '../../model.ts'
import type { MediaWriter } from '../ports.ts'
import { Exchange } from './exchange.ts'
import type { ArmOptions } from './options.ts'
import { readAsset, readContentKeyPolicy, readStreamingPolicy } from './read-resources.ts'
import { readerOver } from './reader.ts'
import { assetBody, filterBody, locatorBody, policyBody, streamingPolicyBody } from './write-bodies.ts'

/** Reads and writes an account of Azure Media Services v3 or one that speaks its API. */
export const createArmWriter = (account: Account, options: ArmOptions): MediaWriter => {
  const exchange = new Exchange(account, options)
  const { resourceGroup: group, accountName: name } = account
  return {
    ...readerOver(account, exchange, options),
    putAsset: async (asset, write) => readAsset(await exchange.putAndRead(['assets', asset], assetBody(write))),
    deleteAsset: asset => exchange.remove([asset], (client, sdk) => client.assets.delete(group, name, asset, sdk)),
    async putAssetFilter(asset, filter, properties) {
      await exchange.put(['assets', asset, 'assetFilters', filter], filterBody(properties))
    },
    deleteAssetFilter: (asset, filter) =>
      exchange.remove([asset, filter], (client, sdk) => client.assetFilters.delete(group, name, asset, filter, sdk)),
    async putAccountFilter(filter, properties) {
      await exchange.put(['accountFilters', filter], filterBody(properties))
    },
    deleteAccountFilter: filter =>
      exchange.remove([filter], (client, sdk) => client.accountFilters.delete(group, name, filter, sdk)),
    putContentKeyPolicy: async (policy, body) =>
      readContentKeyPolicy(await exchange.putAndRead(['contentKeyPolicies', policy], policyBody(body))),
    deleteContentKeyPolicy: policy =>
      exchange.remove([policy], (client, sdk) => client.contentKeyPolicies.delete(group, name, policy, sdk)),
    putStreamingPolicy: async (policy, properties) =>
      readStreamingPolicy(await exchange.putAndRead(['streamingPolicies', policy], streamingPolicyBody(properties))),
    deleteStreamingPolicy: policy =>
      exchange.remove([policy], (client, sdk) => client.streamingPolicies.delete(group, name, policy, sdk)),
    async putLocator(locator, write) {
      await exchange.put(['streamingLocators', locator], locatorBody(write))
    },
    deleteLocator: locator =>
      exchange.remove([locator], (client, sdk) => client.streamingLocators.delete(group, name, locator, sdk)),
  }
}
