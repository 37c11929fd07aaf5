import type { Account } from '../../model.ts'
import { Secret } from '../../secret.ts'
import { ServiceError } from '../../service-error.ts'
import type { MediaReader } from '../ports.ts'
import { Exchange } from './exchange.ts'
import { assertWritablePolicy } from './known-types.ts'
import { liveOutputAssets } from './live-outputs.ts'
import type { ArmOptions } from './options.ts'
import { readFilter } from './read-filter.ts'
import {
  isEarlierPolicy,
  readAsset,
  readContentKey,
  readContentKeyPolicy,
  readListedLocator,
  readLocator,
  readLocatorSummary,
  readPolicyBody,
  readStreamingPolicy,
} from './read-resources.ts'
import { type JsonObject, listIn, objectIn, textIn, textsIn } from './wire.ts'

/** Less than the 24 hours that the service allows, more than any pass takes. */
const sasLifetime = 6 * 60 * 60_000

const then = <T>(body: JsonObject | undefined, read: (body: JsonObject) => T) => (body ? read(body) : undefined)

/**
 * Only `gt` is taken by all lists (contract section 9), so the millisecond before. The link to a next page carries the
 * filter of the first.
 */
const notBefore = (field: 'created' | 'lastModified', since: number | undefined, cursor: string | undefined) =>
  since === undefined || cursor !== undefined
    ? {}
    : { filter: `properties/${field} gt ${new Date(since - 1).toISOString()}` }

/** What was made last is what people look for first. */
const newestFirst = (cursor: string | undefined) => (cursor === undefined ? { orderby: 'properties/created desc' } : {})

/** A SAS of the asset's container, by whichever key the service names first. */
const containerSas = async (
  { resourceGroup: group, accountName: name }: Account,
  exchange: Exchange,
  options: ArmOptions,
  asset: string,
): Promise<Secret<string>> => {
  const parameters = { permissions: 'Read', expiryTime: new Date(options.clock() + sasLifetime) }
  const body = await exchange.ask([asset], (client, sdk) =>
    client.assets.listContainerSas(group, name, asset, parameters, sdk),
  )
  const [url] = textsIn(body, 'assetContainerSasUrls')
  if (url === undefined) throw new ServiceError('refused', 'The service gave no address of the container')
  return new Secret(url)
}

/** The reading half, over an exchange that the writing half shares. */
export const readerOver = (account: Account, exchange: Exchange, options: ArmOptions): MediaReader => {
  const { resourceGroup: group, accountName: name } = account
  return {
    account: account.key,
    async mediaServiceId() {
      const body = await exchange.ask([], (client, sdk) => client.mediaservices.get(group, name, sdk))
      return textIn(objectIn(body.properties, 'properties'), 'mediaServiceId')
    },
    asset: async asset =>
      then(await exchange.find([asset], (client, sdk) => client.assets.get(group, name, asset, sdk)), readAsset),
    assets: (cursor, since) =>
      exchange.page(
        [],
        (client, sdk) =>
          client.assets.list(group, name, { ...sdk, ...newestFirst(cursor), ...notBefore('created', since, cursor) }),
        cursor,
        readAsset,
      ),
    assetFilter: async (asset, filter) =>
      then(
        await exchange.find([asset, filter], (client, sdk) => client.assetFilters.get(group, name, asset, filter, sdk)),
        readFilter,
      ),
    assetFilters: asset =>
      exchange.all([asset], (client, sdk) => client.assetFilters.list(group, name, asset, sdk), readFilter),
    async assetLocators(asset) {
      const body = await exchange.ask([asset], (client, sdk) =>
        client.assets.listStreamingLocators(group, name, asset, sdk),
      )
      return listIn(body, 'streamingLocators').map(item => readLocatorSummary(textIn(item, 'name'), item))
    },
    containerSas: asset => containerSas(account, exchange, options, asset),
    accountFilter: async filter =>
      then(
        await exchange.find([filter], (client, sdk) => client.accountFilters.get(group, name, filter, sdk)),
        readFilter,
      ),
    accountFilters: cursor =>
      exchange.page([], (client, sdk) => client.accountFilters.list(group, name, sdk), cursor, readFilter),
    locator: async locator =>
      then(
        await exchange.find([locator], (client, sdk) => client.streamingLocators.get(group, name, locator, sdk)),
        readLocator,
      ),
    locators: (cursor, since) =>
      exchange.page(
        [],
        (client, sdk) => client.streamingLocators.list(group, name, { ...sdk, ...notBefore('created', since, cursor) }),
        cursor,
        readListedLocator,
      ),
    async contentKeys(locator) {
      const body = await exchange.ask([locator], (client, sdk) =>
        client.streamingLocators.listContentKeys(group, name, locator, sdk),
      )
      return listIn(body, 'contentKeys').map(readContentKey)
    },
    contentKeyPolicy: async policy =>
      then(
        await exchange.find([policy], (client, sdk) => client.contentKeyPolicies.get(group, name, policy, sdk)),
        readContentKeyPolicy,
      ),
    contentKeyPolicies: (cursor, since) =>
      exchange.page(
        [],
        (client, sdk) =>
          client.contentKeyPolicies.list(group, name, { ...sdk, ...notBefore('lastModified', since, cursor) }),
        cursor,
        readContentKeyPolicy,
      ),
    async contentKeyPolicyBody(policy, shown) {
      const answer = await exchange.find([policy], (client, sdk) =>
        client.contentKeyPolicies.getPolicyPropertiesWithSecrets(group, name, policy, sdk),
      )
      if (!answer) return undefined
      if (shown && isEarlierPolicy(answer, shown, options.clock()))
        throw new ServiceError('changed', `${account.key}: the secrets of ${policy} are those of an earlier state.`)
      const body = readPolicyBody(answer)
      assertWritablePolicy(body)
      return new Secret(body)
    },
    streamingPolicy: async policy =>
      then(
        await exchange.find([policy], (client, sdk) => client.streamingPolicies.get(group, name, policy, sdk)),
        readStreamingPolicy,
      ),
    streamingPolicies: cursor =>
      exchange.page([], (client, sdk) => client.streamingPolicies.list(group, name, sdk), cursor, readStreamingPolicy),
    liveOutputAssets: liveOutputAssets(account, exchange, options.clock, options.liveOutputsFor),
  }
}

/** Reads an account of Azure Media Services v3 or one that speaks its API. */
export const createArmReader = (account: Account, options: ArmOptions): MediaReader =>
  readerOver(account, new Exchange(account, options), options)
