import type { Asset } from '../media/resources.ts'
import type { Place } from './pair.ts'

/** Where the files of an asset are. */
export const placeOf = (asset: Asset): Place => ({
  storageAccount: asset.storageAccountName,
  container: asset.container ?? `asset-${asset.assetId.toLowerCase()}`,
})
