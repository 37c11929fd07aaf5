/** Assets (contract section 6.2). */
import { apiVersions } from '../api-versions.ts'
import { parseInstant } from '../instants.ts'
import { textAt } from '../json.ts'
import { listReply } from '../lists.ts'
import type { Comparable, ListProperties, Reader } from '../odata.ts'
import { resourceOperations } from '../resource-operations.ts'
import { assetActions } from './asset-actions.ts'
import { findAsset } from './asset-place.ts'
import { view } from './asset-view.ts'
import { patchAsset, putAsset, removeAsset } from './asset-writes.ts'

const listProperties: ListProperties = {
  name: { type: 'text', operators: ['eq', 'gt', 'lt', 'ge', 'le'], sortable: true },
  'properties/alternateId': { type: 'text', operators: ['eq'], sortable: false },
  'properties/assetId': { type: 'guid', operators: ['eq'], sortable: false },
  'properties/created': { type: 'instant', operators: ['eq', 'gt', 'lt'], sortable: true },
}

const readProperty: Reader = (asset, path): Comparable => {
  if (path === 'name') return asset.name.toLowerCase()
  const value = textAt(asset.properties, path.slice('properties/'.length))
  return path === 'properties/created' ? parseInstant(value ?? '') : value?.toLowerCase()
}

export const assetOperations = resourceOperations({
  group: 'Assets',
  path: 'assets',
  param: 'asset',
  apiVersions: apiVersions.metadata,
  writeBucket: 'resourceRequests',
  list: context =>
    listReply(context, {
      name: 'assets',
      sorted: context.account.assets.sorted(),
      view: asset => view(context, asset),
      properties: listProperties,
      read: readProperty,
      takesTop: true,
    }),
  get: context => ({ status: 200, body: view(context, findAsset(context)) }),
  put: putAsset,
  patch: patchAsset,
  delete: removeAsset,
  actions: assetActions,
})
