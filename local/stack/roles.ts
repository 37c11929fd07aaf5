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
  'contentKeyPolicies/getPolicyPropertiesWithSecrets/action',
] as const

/** Regions that a route leads to. */
export type Targets = readonly RegionKey[]

/** A source is read, a target also written. */
export const appGrants = (region: RegionKey, targets: Targets): readonly string[] =>
  targets.includes(region) ? [...read, '*/write', '*/delete'] : read

const blobReads: readonly StorageOperation[] = [
  'ListBlobs',
  'GetBlob',
  'GetBlobProperties',
  'GetBlockList',
  'GetContainerProperties',
]

/** Blob Data Reader in a source, Blob Data Contributor in a target. */
export const storageRoles =
  (tokens: Readonly<Record<RegionKey, string>>, targets: Targets): TokenCheck =>
  (token, storageAccount, operation) => {
    if (token !== tokens.east && token !== tokens.west) return 'unknown'
    const region = token === tokens.east ? 'east' : 'west'
    const own = regions[region].storageAccounts.includes(storageAccount)
    if (own && targets.includes(region)) return 'accepted'
    const mayRead = own && region === 'east'
    return mayRead && blobReads.includes(operation) ? 'accepted' : 'forbidden'
  }
