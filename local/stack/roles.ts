/** What the app may do where: the very roles that the deployment gives it, so that no test passes with more. */
import actions from '../../infra/media/actions.json' with { type: 'json' }
import type { TokenCheck } from '../simulator/storage/authorization.ts'
import type { StorageOperation } from '../simulator/storage/operation.ts'
import { type RegionKey, regionKeys, regions } from './regions.ts'

/** The simulator knows actions by what follows the provider and type. */
const below = (list: readonly string[]): readonly string[] =>
  list.map(action => action.replace('Microsoft.Media/mediaservices/', ''))

/** Regions that a route leads to. */
export type Targets = readonly RegionKey[]

/** A source is read, a target also written. Either may be told to hand out SAS addresses of its containers. */
export const appGrants = (region: RegionKey, targets: Targets): readonly string[] =>
  below([...actions.source, ...actions.containerSas, ...(targets.includes(region) ? actions.target : [])])

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
    const region = regionKeys.find(key => tokens[key] === token)
    if (region === undefined) return 'unknown'
    const own = regions[region].storageAccounts.includes(storageAccount)
    if (own && targets.includes(region)) return 'accepted'
    const mayRead = own && region === 'east'
    return mayRead && blobReads.includes(operation) ? 'accepted' : 'forbidden'
  }
