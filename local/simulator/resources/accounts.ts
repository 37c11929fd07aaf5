/** Media accounts themselves (contract section 6.1). */
import { apiVersions } from '../api-versions.ts'
import { ArmError, badRequest, trackedNotFound } from '../arm-errors.ts'
import { history } from '../history.ts'
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'
import {
  type AccountContext,
  type AccountOperation,
  bodyOf,
  type Context,
  modifiedNow,
  param,
  propertiesOf,
  type Reply,
  type RootOperation,
} from '../kernel.ts'
import { names } from '../limits.ts'
import { newAccount } from '../new-account.ts'
import { readObject } from '../shape.ts'
import { type Account, regionOf } from '../state.ts'
import { beginAccountOperation, polledAccountOperations } from './account-operations.ts'
import { accountShape } from './account-shape.ts'
import { viewFor } from './account-views.ts'
import { removeLocator } from './locator-index.ts'

const inGroup = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Media/mediaservices'
const inSubscription = '/subscriptions/{subscription}/providers/Microsoft.Media'

/** One that the service assigns gets its ids from it, and keeps them. */
const identityOf = ({ kernel }: Context, identity: Json | undefined, before?: JsonObject): JsonObject | undefined => {
  if (!isObject(identity)) return undefined
  if (!(textAt(identity, 'type') ?? '').includes('SystemAssigned')) return identity
  const { principalId = kernel.uuid(), tenantId = kernel.uuid() } = before ?? {}
  return { ...identity, principalId, tenantId }
}

const find = (context: Context): Account | undefined =>
  context.kernel.state.account(param(context, 'subscription'), param(context, 'group'), param(context, 'account'))

/** Throws for a storage account that does not exist: Azurite knows only those it was started with. */
const storageNamesOf = ({ kernel }: Context, properties: JsonObject): string[] => {
  const accounts = properties.storageAccounts
  if (!Array.isArray(accounts)) return []
  const described = (accounts as readonly Json[]).filter(isObject)
  const primary = described.filter(account => account.type === 'Primary')
  if (primary.length !== 1) throw badRequest('Exactly one storage account of an account must be of type Primary.')
  const names = [...primary, ...described.filter(account => account.type !== 'Primary')].map(
    account => textAt(account, 'id')?.split('/').at(-1) ?? '',
  )
  const missing = names.find(name => kernel.blobStore.has?.(name) === false)
  if (missing !== undefined)
    throw badRequest(`There is no storage account '${missing}'; the simulator has those that its topology names.`)
  return names
}

const create = (context: Context, body: JsonObject, properties: JsonObject): Account => {
  const { kernel, principal } = context
  const name = param(context, 'account')
  if (!names.account.test(name)) throw badRequest(`The account name '${name}' is not valid: ${names.account.source}`)
  const location = textAt(body, 'location')
  if (location === undefined) throw new ArmError(400, 'LocationRequired', 'The location property is required.')
  const taken = kernel.state.accounts().some(account => account.name === name && account.location === location)
  if (taken) throw new ArmError(409, 'Conflict', `The account name '${name}' is already used in this region.`)
  const { tags } = body
  const identity = identityOf(context, body.identity)
  const account = newAccount(
    {
      key: name,
      subscriptionId: param(context, 'subscription'),
      resourceGroup: param(context, 'group'),
      name,
      location,
      storageAccounts: storageNamesOf(context, properties),
      properties,
      ...(isObject(tags) ? { tags } : {}),
      ...(identity === undefined ? {} : { identity }),
      createdBy: principal,
      apiVersion: context.apiVersion,
    },
    kernel.uuid(),
    kernel,
  )
  kernel.state.addAccount(account)
  return account
}

const update = (context: Context, account: Account, properties: JsonObject): void => {
  const { tags, identity } = bodyOf(context)
  account.storageAccounts = storageNamesOf(context, properties)
  account.properties = { mediaServiceId: account.properties.mediaServiceId, ...properties }
  if (isObject(tags)) account.tags = tags
  const changed = identityOf(context, identity, account.identity)
  if (changed !== undefined) account.identity = changed
  account.systemData = modifiedNow(context, account.systemData)
}

const written = (context: Context, status: number, account: Account): Reply => {
  const headers = beginAccountOperation(context, account)
  return { status, ...(headers === undefined ? {} : { headers }), body: viewFor(context, account) }
}

const put = (context: Context): Reply => {
  const existing = find(context)
  const properties = readObject(accountShape, propertiesOf(context))
  if (existing === undefined) return written(context, 201, create(context, bodyOf(context), properties))
  update(context, existing, properties)
  return written(context, history.accountsAreTracked(context) ? 200 : 201, existing)
}

const patch = (context: AccountContext): Reply => {
  const { mediaServiceId: _id, ...before } = context.account.properties
  update(context, context.account, readObject(accountShape, { ...before, ...propertiesOf(context) }))
  const reply = written(context, 200, context.account)
  return reply.headers === undefined ? reply : { ...reply, status: 202 }
}

const remove = (context: Context): Reply => {
  const account = find(context)
  if (account === undefined) return { status: 204 }
  const { state } = context.kernel
  for (const locator of [...account.streamingLocators.values()]) removeLocator(state, account, locator)
  state.removeAccount(account)
  return { status: 200 }
}

const get = (context: Context): Reply => {
  const account = find(context)
  if (account === undefined) throw trackedNotFound('mediaservices', param(context, 'account'), param(context, 'group'))
  return { status: 200, body: viewFor(context, account) }
}

const listOf = (context: Context, keeps: (account: Account) => boolean): Reply => {
  const accounts = context.kernel.state.accounts().filter(keeps)
  return { status: 200, body: { value: accounts.map(account => viewFor(context, account)) } }
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Free when no account has the name in that region. */
const checkName = (context: Context): Reply => {
  const name = textAt(bodyOf(context), 'name') ?? ''
  const region = regionOf(param(context, 'location'))
  const taken = context.kernel.state
    .accounts()
    .some(account => same(account.name, name) && regionOf(account.location) === region)
  const free = { nameAvailable: true }
  const used = { nameAvailable: false, reason: 'AlreadyExists', message: 'The account name is already in use.' }
  return { status: 200, body: taken ? used : free }
}

/** Contract section 6.1; the action of edge policies has nothing to say here. */
const edgePolicies: JsonObject = {
  usageDataCollectionPolicy: {
    dataCollectionFrequency: 'PT10M',
    dataReportingFrequency: 'PT1H',
    maxAllowedUnreportedUsageDuration: 'PT72H',
  },
}

const versions = { apiVersions: apiVersions.accounts }

export const accountRootOperations: readonly RootOperation[] = [
  {
    ...versions,
    root: true,
    id: 'Mediaservices_List',
    method: 'GET',
    path: inGroup,
    action: 'read',
    run: context =>
      listOf(
        context,
        account =>
          same(account.subscriptionId, param(context, 'subscription')) &&
          same(account.resourceGroup, param(context, 'group')),
      ),
  },
  {
    ...versions,
    root: true,
    id: 'Mediaservices_ListBySubscription',
    method: 'GET',
    path: `${inSubscription}/mediaservices`,
    action: 'read',
    run: context => listOf(context, account => same(account.subscriptionId, param(context, 'subscription'))),
  },
  {
    ...versions,
    root: true,
    id: 'Mediaservices_Get',
    method: 'GET',
    path: `${inGroup}/{account}`,
    action: 'read',
    run: get,
  },
  {
    ...versions,
    root: true,
    id: 'Mediaservices_CreateOrUpdate',
    method: 'PUT',
    path: `${inGroup}/{account}`,
    action: 'write',
    run: put,
  },
  {
    ...versions,
    root: true,
    id: 'Mediaservices_Delete',
    method: 'DELETE',
    path: `${inGroup}/{account}`,
    action: 'delete',
    run: remove,
  },
  {
    ...versions,
    root: true,
    id: 'Locations_CheckNameAvailability',
    method: 'POST',
    path: `${inSubscription}/locations/{location}/checkNameAvailability`,
    action: 'checknameavailability/action',
    run: checkName,
  },
  ...polledAccountOperations(apiVersions.accounts, viewFor),
]

export const accountOperations: readonly AccountOperation[] = [
  { ...versions, id: 'Mediaservices_Update', method: 'PATCH', path: '', action: 'write', run: patch },
  {
    ...versions,
    id: 'Mediaservices_SyncStorageKeys',
    method: 'POST',
    path: 'syncStorageKeys',
    action: 'syncStorageKeys/action',
    run: () => ({ status: 200 }),
  },
  {
    ...versions,
    id: 'Mediaservices_ListEdgePolicies',
    method: 'POST',
    path: 'listEdgePolicies',
    action: 'listEdgePolicies/action',
    run: () => ({ status: 200, body: edgePolicies }),
  },
]
