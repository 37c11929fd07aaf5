/** Streaming locators: made once, never changed (contract section 6.8). */
import { apiVersions } from '../api-versions.ts'
import { badRequest, conflict, missingReference, notFound } from '../arm-errors.ts'
import { envelope } from '../envelope.ts'
import { history } from '../history.ts'
import { formatInstant, parseInstant, roundToSql } from '../instants.ts'
import { type JsonObject, textAt } from '../json.ts'
import { type AccountContext, createdNow, param, propertiesOf, type Reply } from '../kernel.ts'
import { quotas } from '../limits.ts'
import { listReply } from '../lists.ts'
import type { ListProperties, Reader } from '../odata.ts'
import { checkName } from '../resource-names.ts'
import { resourceOperations } from '../resource-operations.ts'
import { readObject } from '../shape.ts'
import type { Asset, Resource } from '../state.ts'
import { blobNames } from './asset-containers.ts'
import { placeOf } from './asset-place.ts'
import { deletedReply } from './deleted.ts'
import { addLocator, isTaken, locatorsOf, removeLocator, type StoredKey, storedKeys } from './locator-index.ts'
import { keysFor } from './locator-keys.ts'
import { filtersOf, locatorShape, suppliedKeys } from './locator-requests.ts'
import { locatorAsCreated, locatorAsListed, locatorAsRead } from './locator-views.ts'
import { streamingPaths } from './streaming-paths.ts'

const endOfTime = '9999-12-31T23:59:59.9999999Z'

const view = (context: AccountContext, locator: Resource, properties: JsonObject) =>
  envelope({
    account: context.account,
    path: ['streamingLocators', locator.name],
    properties: history.locatorsHaveFilters(context) ? properties : { ...properties, filters: undefined },
    systemData: locator.systemData,
    apiVersion: context.apiVersion,
  })

const find = (context: AccountContext): Resource => {
  const locator = context.account.streamingLocators.get(param(context, 'locator'))
  if (locator === undefined) throw notFound()
  return locator
}

/** What the locator refers to must be there (the error is not recorded). */
const referencesOf = (context: AccountContext, wanted: JsonObject): { asset: Asset; policy: Resource } => {
  const { account, kernel } = context
  const missing = (what: string) => missingReference(kernel.switches().unknownReference, what)
  const asset = account.assets.get(textAt(wanted, 'assetName') ?? '')
  if (asset === undefined) throw missing(`asset '${textAt(wanted, 'assetName')}'`)
  const policy = account.streamingPolicies.get(textAt(wanted, 'streamingPolicyName') ?? '')
  if (policy === undefined) throw missing(`streaming policy '${textAt(wanted, 'streamingPolicyName')}'`)
  const keyPolicy = textAt(wanted, 'defaultContentKeyPolicyName')
  if (keyPolicy !== undefined && account.contentKeyPolicies.get(keyPolicy) === undefined)
    throw missing(`content key policy '${keyPolicy}'`)
  if (kernel.switches().checkLocatorFilters)
    for (const filter of filtersOf(wanted))
      if (asset.filters.get(filter) === undefined && account.accountFilters.get(filter) === undefined)
        throw missing(`filter '${filter}'`)
  return { asset, policy }
}

const checkTimes = (wanted: JsonObject): void => {
  const start = parseInstant(textAt(wanted, 'startTime') ?? '')
  const end = parseInstant(textAt(wanted, 'endTime') ?? endOfTime)
  if (start !== undefined && end !== undefined && end <= start)
    throw badRequest('The end time of the streaming locator must be later than its start time.')
}

const checkIds = ({ account, kernel }: AccountContext, locatorId: string, keys: readonly StoredKey[]): void => {
  const scope = kernel.switches().uniqueIds
  if (isTaken(kernel.state, account, scope, 'locator', locatorId))
    throw conflict(`Streaming locator id '${locatorId}' already exists, please choose another one.`)
  for (const { id } of keys)
    if (isTaken(kernel.state, account, scope, 'key', id))
      throw conflict(`Content key id '${id}' already exists, please choose another one.`)
}

const put = (context: AccountContext): Reply => {
  const { account, kernel } = context
  const name = param(context, 'locator')
  checkName(name)
  const wanted = readObject(locatorShape, propertiesOf(context))
  if (account.streamingLocators.get(name) !== undefined)
    throw conflict(`The streaming locator '${name}' already exists and cannot be updated.`)
  const { asset, policy } = referencesOf(context, wanted)
  if (kernel.switches().locatorEnd === 'refuse') checkTimes(wanted)
  if (locatorsOf(account, asset.name).length >= quotas.locatorsPerAsset)
    throw badRequest(`The quota of ${quotas.locatorsPerAsset} streaming locators for one asset is reached.`)
  const locatorId = textAt(wanted, 'streamingLocatorId') ?? kernel.uuid()
  const policies = {
    ofLocator: textAt(wanted, 'defaultContentKeyPolicyName'),
    ofPolicy: textAt(policy.properties, 'defaultContentKeyPolicyName'),
  }
  const contentKeys = keysFor(
    policy.properties,
    policies,
    suppliedKeys(wanted),
    kernel,
    kernel.switches().locatorKeys === 'completed',
  )
  checkIds(context, locatorId, contentKeys)
  const locator: Resource = {
    name,
    properties: {
      assetName: wanted.assetName,
      created: formatInstant(context.now),
      startTime: wanted.startTime,
      endTime: wanted.endTime ?? endOfTime,
      streamingLocatorId: locatorId,
      streamingPolicyName: wanted.streamingPolicyName,
      defaultContentKeyPolicyName: wanted.defaultContentKeyPolicyName,
      contentKeys,
      alternativeMediaId: wanted.alternativeMediaId,
      filters: wanted.filters,
    },
    systemData: createdNow(context),
  }
  addLocator(kernel.state, account, locator)
  return { status: 201, body: view(context, locator, locatorAsCreated(locator)) }
}

const remove = (context: AccountContext): Reply => {
  const locator = context.account.streamingLocators.get(param(context, 'locator'))
  if (locator !== undefined) removeLocator(context.kernel.state, context.account, locator)
  return deletedReply(context, locator !== undefined)
}

const listPaths = async (context: AccountContext): Promise<Reply> => {
  const { account, kernel } = context
  const { properties } = find(context)
  const policy = account.streamingPolicies.get(textAt(properties, 'streamingPolicyName') ?? '')
  const asset = account.assets.get(textAt(properties, 'assetName') ?? '')
  const blobs = asset === undefined ? [] : await blobNames(kernel, placeOf(asset))
  const body = streamingPaths(
    textAt(properties, 'streamingLocatorId') ?? '',
    policy?.properties ?? {},
    blobs,
    kernel.switches().cmafPaths,
  )
  return { status: 200, body }
}

const all = ['eq', 'ne', 'ge', 'le', 'gt', 'lt'] as const
const listProperties: ListProperties = {
  name: { type: 'text', operators: all, sortable: true },
  'properties/created': { type: 'instant', operators: all, sortable: true },
  'properties/endTime': { type: 'instant', operators: all, sortable: true },
}
const readProperty: Reader = (locator, path) => {
  if (path === 'name') return locator.name.toLowerCase()
  const ticks = parseInstant(textAt(locator.properties, path.slice('properties/'.length)) ?? '')
  return ticks === undefined ? undefined : roundToSql(ticks)
}

export const streamingLocatorOperations = resourceOperations({
  group: 'StreamingLocators',
  path: 'streamingLocators',
  param: 'locator',
  apiVersions: apiVersions.metadata,
  writeBucket: 'resourceRequests',
  putName: 'Create',
  list: context =>
    listReply(context, {
      name: 'streamingLocators',
      sorted: context.account.streamingLocators.sorted(),
      view: locator => view(context, locator, locatorAsListed(locator)),
      properties: listProperties,
      read: readProperty,
      takesTop: true,
    }),
  get: context => {
    const locator = find(context)
    return { status: 200, body: view(context, locator, locatorAsRead(locator)) }
  },
  put,
  delete: remove,
  actions: {
    listContentKeys: { run: context => ({ status: 200, body: { contentKeys: storedKeys(find(context)) } }) },
    listPaths: { run: listPaths },
  },
})
