import type { Account } from '../../model.ts'
import type { DeliveryReader, DiscoveryUrls, KeyDeliveryAccess, StreamingEndpoint } from '../delivery.ts'
import { Exchange } from './exchange.ts'
import type { ArmOptions } from './options.ts'
import { propertiesOf } from './read-resources.ts'
import { isObject, type JsonObject, listIn, optionalText, textIn, textsIn } from './wire.ts'

const readEndpoint = (body: JsonObject): StreamingEndpoint => {
  const properties = propertiesOf(body)
  const { scaleUnits, cdnEnabled } = properties
  return {
    name: textIn(body, 'name'),
    state: optionalText(properties, 'resourceState') ?? 'Unknown',
    scaleUnits: typeof scaleUnits === 'number' ? scaleUnits : 0,
    host: optionalText(properties, 'hostName') ?? '',
    customHosts: textsIn(properties, 'customHostNames'),
    cdn: cdnEnabled === true,
  }
}

/** Accounts of before the access control have none: everybody gets keys. */
const readKeyDelivery = (body: JsonObject): KeyDeliveryAccess => {
  const { keyDelivery } = propertiesOf(body)
  const control = isObject(keyDelivery) ? keyDelivery.accessControl : undefined
  if (!isObject(control)) return { restricted: false, allowed: [] }
  return { restricted: control.defaultAction === 'Deny', allowed: textsIn(control, 'ipAllowList') }
}

const readDiscoveryUrls = (body: JsonObject): DiscoveryUrls => ({
  policy: textIn(body, 'name'),
  urls: listIn(propertiesOf(body), 'options').flatMap(({ restriction }) =>
    isObject(restriction) ? (optionalText(restriction, 'openIdConnectDiscoveryDocument') ?? []) : [],
  ),
})

/** Reads what an account of Azure Media Services v3, or one that speaks its API, hands out to players. */
export const createArmDelivery = (account: Account, options: ArmOptions): DeliveryReader => {
  const exchange = new Exchange(account, options)
  const { resourceGroup: group, accountName: name } = account
  return {
    account: account.key,
    endpoints: () => exchange.all([], (client, sdk) => client.streamingEndpoints.list(group, name, sdk), readEndpoint),
    keyDelivery: async () =>
      readKeyDelivery(await exchange.ask([], (client, sdk) => client.mediaservices.get(group, name, sdk))),
    async paths(locator) {
      const body = await exchange.ask([locator], (client, sdk) =>
        client.streamingLocators.listPaths(group, name, locator, sdk),
      )
      return listIn(body, 'streamingPaths').map(path => ({
        protocol: textIn(path, 'streamingProtocol'),
        encryption: textIn(path, 'encryptionScheme'),
        paths: textsIn(path, 'paths'),
      }))
    },
    async newestAssets(most) {
      const newest = { top: most, orderby: 'properties/created desc' }
      const list = await exchange.page(
        [],
        (client, sdk) => client.assets.list(group, name, { ...sdk, ...newest }),
        undefined,
        body => textIn(body, 'name'),
      )
      return list.items.slice(0, most)
    },
    discoveryUrls: cursor =>
      exchange.page([], (client, sdk) => client.contentKeyPolicies.list(group, name, sdk), cursor, readDiscoveryUrls),
  }
}
