/** The frame around every resource: name, id, type, properties, systemData (contract section 3). */
import { history } from './history.ts'
import { formatFullInstant } from './instants.ts'
import type { Json, JsonObject } from './json.ts'
import type { Account, SystemData } from './state.ts'

/** Type and name by turns, outermost first: `['assets', 'film', 'assetFilters', 'short']`. */
export type ResourcePath = readonly string[]

export const accountId = (account: Account): string =>
  `/subscriptions/${account.subscriptionId}/resourceGroups/${account.resourceGroup}` +
  `/providers/Microsoft.Media/mediaservices/${account.name}`

export const resourceId = (account: Account, path: ResourcePath): string => [accountId(account), ...path].join('/')

const typeOf = (path: ResourcePath): string =>
  ['Microsoft.Media/mediaservices', ...path.filter((_, index) => index % 2 === 0)].join('/')

export const systemDataView = (data: SystemData): JsonObject => {
  const createdAt = formatFullInstant(data.createdAt)
  return {
    createdBy: data.createdBy,
    createdByType: data.createdBy.includes('@') ? 'User' : 'Application',
    createdAt,
    lastModifiedBy: data.lastModifiedBy,
    lastModifiedByType: data.lastModifiedBy.includes('@') ? 'User' : 'Application',
    // Most things were never changed, and writing times is most of what a page of them costs.
    lastModifiedAt: data.lastModifiedAt === data.createdAt ? createdAt : formatFullInstant(data.lastModifiedAt),
  }
}

export interface Framed {
  readonly account: Account
  readonly path: ResourcePath
  readonly properties: Json
  readonly systemData?: SystemData | undefined
  readonly apiVersion: string
}

export const envelope = ({ account, path, properties, systemData, apiVersion }: Framed): JsonObject => ({
  name: path.at(-1) ?? '',
  id: resourceId(account, path),
  type: typeOf(path),
  properties,
  ...(systemData === undefined || !history.resourcesShowSystemData({ apiVersion })
    ? {}
    : { systemData: systemDataView(systemData) }),
})
