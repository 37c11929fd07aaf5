/** What the app may do where, as the deployment gives it: no more than it needs. Actions below `Microsoft.Media/mediaservices/`. */

import type { TokenCheck } from '../simulator/storage/authorization.ts'
import type { StorageOperation } from '../simulator/storage/operation.ts'
import { type RegionKey, regions } from './regions.ts'

const read = [
  'read',
  '*/read',
  'assets/listStreamingLocators/action',
  'assets/listContainerSas/action',
  'streamingLocators/listContentKeys/action',
  'streamingLocators/listPaths/action',
  'contentKeyPolicies/getPolicyPropertiesWithSecrets/action',
] as const

/** By region: the source is read, the target also written. */
export const appGrants: Readonly<Record<RegionKey, readonly string[]>> = {
  east: read,
  west: [...read, '*/write', '*/delete'],
}

const blobReads: readonly StorageOperation[] = [
  'ListBlobs',
  'GetBlob',
  'GetBlobProperties',
  'GetBlockList',
  'GetContainerProperties',
]

/** Blob Data Reader in the source, Blob Data Contributor in the target. */
export const storageRoles =
  (tokens: Readonly<Record<RegionKey, string>>): TokenCheck =>
  (token, storageAccount, operation) => {
    if (token !== tokens.east && token !== tokens.west) return 'unknown'
    if (token === tokens.west && regions.west.storageAccounts.includes(storageAccount)) return 'accepted'
    const mayRead = token === tokens.east && regions.east.storageAccounts.includes(storageAccount)
    return mayRead && blobReads.includes(operation) ? 'accepted' : 'forbidden'
  }
