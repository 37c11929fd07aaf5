import type { Account, AccountKey } from '../model.ts'

/** Who may send what. Resource ids are compared whole and without case (events section 2.2). */
export interface AllowList {
  /** Lower-cased resource id of a media account to its key: these send `Microsoft.Media.*`. */
  readonly accounts: ReadonlyMap<string, AccountKey>
  /** Lower-cased resource ids of the topics that may send `Twinstream.*`. */
  readonly topics: ReadonlySet<string>
}

type Named = Pick<Account, 'key' | 'subscriptionId' | 'resourceGroup' | 'accountName'>

/** Resource id of a media account. */
export const accountId = ({ subscriptionId, resourceGroup, accountName }: Omit<Named, 'key'>): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Media/mediaservices/${accountName}`

/** @param topics resource ids of Event Grid topics. */
export const allowList = (accounts: readonly Named[], topics: readonly string[]): AllowList => ({
  accounts: new Map(accounts.map(account => [accountId(account).toLowerCase(), account.key])),
  topics: new Set(topics.map(topic => topic.toLowerCase())),
})
