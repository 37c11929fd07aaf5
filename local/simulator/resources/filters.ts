/** Asset filters and account filters: the same thing at two places (contract section 6.3). */

import { apiVersions } from '../api-versions.ts'
import { badRequest, notFound } from '../arm-errors.ts'
import type { Collection } from '../collection.ts'
import { envelope, type ResourcePath } from '../envelope.ts'
import { isObject, type JsonObject } from '../json.ts'
import { type AccountContext, type AccountOperation, modifiedNow, param, propertiesOf, type Reply } from '../kernel.ts'
import { quotas } from '../limits.ts'
import { listReply } from '../lists.ts'
import { checkName } from '../resource-names.ts'
import { resourceOperations } from '../resource-operations.ts'
import { arrayOf, bool, defaulted, int32, int64, object, oneOf, optional, readObject, text } from '../shape.ts'
import type { Resource } from '../state.ts'
import { findAsset } from './asset-place.ts'
import { deletedReply } from './deleted.ts'

const filterShape = object({
  presentationTimeRange: optional(
    object({
      startTimestamp: optional(int64()),
      endTimestamp: optional(int64()),
      presentationWindowDuration: optional(int64()),
      liveBackoffDuration: optional(int64()),
      timescale: optional(int64()),
      forceEndTimestamp: optional(bool),
    }),
  ),
  firstQuality: optional(object({ bitrate: int32(0) })),
  tracks: defaulted(
    arrayOf(
      object({
        trackSelections: arrayOf(
          object({
            property: oneOf('Unknown', 'Type', 'Name', 'Language', 'FourCC', 'Bitrate'),
            value: text,
            operation: oneOf('Equal', 'NotEqual'),
          }),
        ),
      }),
    ),
    [],
  ),
})

const readFilter = (properties: JsonObject): JsonObject => {
  const filter = readObject(filterShape, properties)
  const range = filter.presentationTimeRange
  if (isObject(range) && range.forceEndTimestamp === true && range.endTimestamp === undefined)
    throw badRequest('EndTimestamp must be set when ForceEndTimestamp is true.')
  return filter
}

interface Place {
  readonly filters: Collection<Resource>
  readonly path: ResourcePath
  readonly quota: number
}
type PlaceOf = (context: AccountContext) => Place

const assetFilters: PlaceOf = context => {
  const asset = findAsset(context)
  return { filters: asset.filters, path: ['assets', asset.name, 'assetFilters'], quota: quotas.assetFilters }
}

const accountFilters: PlaceOf = ({ account }) => ({
  filters: account.accountFilters,
  path: ['accountFilters'],
  quota: quotas.accountFilters,
})

const view = (context: AccountContext, { path }: Place, { name, properties, systemData }: Resource) =>
  envelope({ account: context.account, path: [...path, name], properties, systemData, apiVersion: context.apiVersion })

const put = (context: AccountContext, place: Place): Reply => {
  const name = param(context, 'filter')
  checkName(name)
  const existing = place.filters.get(name)
  if (existing === undefined && place.filters.size >= place.quota)
    throw badRequest(`The quota of ${place.quota} filters is reached.`)
  const filter: Resource = {
    name: existing?.name ?? name,
    properties: readFilter(propertiesOf(context)),
    systemData: modifiedNow(context, existing?.systemData),
  }
  place.filters.set(filter)
  return { status: existing === undefined ? 201 : 200, body: view(context, place, filter) }
}

const existingFilter = (context: AccountContext, { filters }: Place): Resource => {
  const filter = filters.get(param(context, 'filter'))
  if (filter === undefined) throw notFound()
  return filter
}

const patch = (context: AccountContext, place: Place): Reply => {
  const before = existingFilter(context, place)
  const filter: Resource = {
    name: before.name,
    properties: readFilter({ ...before.properties, ...propertiesOf(context) }),
    systemData: modifiedNow(context, before.systemData),
  }
  place.filters.set(filter)
  return { status: 200, body: view(context, place, filter) }
}

const operationsOf = (
  group: 'AssetFilters' | 'AccountFilters',
  list: 'assetFilters' | 'accountFilters',
  path: string,
  placeOf: PlaceOf,
): AccountOperation[] =>
  resourceOperations({
    group,
    path,
    param: 'filter',
    apiVersions: apiVersions.metadata,
    list: context => {
      const place = placeOf(context)
      return listReply(context, {
        name: list,
        sorted: place.filters.sorted(),
        view: filter => view(context, place, filter),
      })
    },
    get: context => {
      const place = placeOf(context)
      return { status: 200, body: view(context, place, existingFilter(context, place)) }
    },
    put: context => put(context, placeOf(context)),
    patch: context => patch(context, placeOf(context)),
    delete: context => deletedReply(context, placeOf(context).filters.delete(param(context, 'filter'))),
  })

export const filterOperations: readonly AccountOperation[] = [
  ...operationsOf('AccountFilters', 'accountFilters', 'accountFilters', accountFilters),
  ...operationsOf('AssetFilters', 'assetFilters', 'assets/{asset}/assetFilters', assetFilters),
]
