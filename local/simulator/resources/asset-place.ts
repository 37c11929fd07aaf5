import { textAt } from '../json.ts'
import type { Asset } from '../state.ts'
import type { Place } from './asset-containers.ts'

/** Where the files of an asset are. */
export const placeOf = (asset: Asset): Place => ({
  storageAccount: textAt(asset.properties, 'storageAccountName') ?? '',
  container: textAt(asset.properties, 'container') ?? '',
})
