/** Media accounts themselves (contract section 6.1). */
import { apiVersions } from '../api-versions.ts'
import { trackedNotFound } from '../arm-errors.ts'
import { type JsonObject, textAt } from '../json.ts'
import { type AccountOperation, bodyOf, type Context, param, type Reply, type RootOperation } from '../kernel.ts'
import { type Account, regionOf } from '../state.ts'
import { polledAccountOperations } from './account-operations.ts'
import { viewFor } from './account-views.ts'
import { findAccount, patchAccount, putAccount, removeAccount } from './account-writes.ts'

const inGroup = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Media/mediaservices'
const inSubscription = '/subscriptions/{subscription}/providers/Microsoft.Media'

const get = (context: Context): Reply => {
  const account = findAccount(context)
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
    run: putAccount,
  },
  {
    ...versions,
    root: true,
    id: 'Mediaservices_Delete',
    method: 'DELETE',
    path: `${inGroup}/{account}`,
    action: 'delete',
    run: removeAccount,
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
  { ...versions, id: 'Mediaservices_Update', method: 'PATCH', path: '', action: 'write', run: patchAccount },
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
