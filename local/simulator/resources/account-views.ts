/** What each api-version shows of an account (contract section 6.1). */
import { accountId, systemDataView } from '../envelope.ts'
import { history } from '../history.ts'
import type { JsonObject } from '../json.ts'
import type { Context } from '../kernel.ts'
import type { Account } from '../state.ts'
import { isAccountChanging } from './account-operations.ts'

const openToAll = { accessControl: { defaultAction: 'Allow', ipAllowList: [] } }

const propertiesFor = (context: Context, account: Account): JsonObject => {
  const { mediaServiceId, storageAccounts, storageAuthentication, encryption, keyDelivery, publicNetworkAccess } =
    account.properties
  const provisioningState = isAccountChanging(account, context.now) ? 'InProgress' : 'Succeeded'
  return {
    mediaServiceId,
    storageAccounts,
    ...(history.accountsShowProtection(context) ? { storageAuthentication, encryption } : {}),
    ...(history.accountsShowKeyDelivery(context) ? { keyDelivery: keyDelivery ?? openToAll } : {}),
    ...(history.accountsShowNetworkAccess(context) ? { publicNetworkAccess: publicNetworkAccess ?? 'Enabled' } : {}),
    ...(history.accountsShowState(context) ? { provisioningState, privateEndpointConnections: [] } : {}),
  }
}

export const viewFor = (context: Context, account: Account): JsonObject => ({
  name: account.name,
  id: accountId(account),
  type: 'Microsoft.Media/mediaservices',
  location: account.location,
  tags: account.tags ?? (history.accountsHideMissingTags(context) ? undefined : null),
  properties: propertiesFor(context, account),
  systemData: history.accountsAreTracked(context) ? systemDataView(account.systemData) : undefined,
  identity: history.accountsShowProtection(context) ? account.identity : undefined,
})
