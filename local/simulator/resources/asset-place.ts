/** The asset that a path names, and where its files are. */
import { notFound } from '../arm-errors.ts'
import { textAt } from '../json.ts'
import { type AccountContext, param } from '../kernel.ts'
import type { Asset } from '../state.ts'
import type { Place } from './asset-containers.ts'

/** Throws the 404 of an asset that is not there. */
export const findAsset = (context: AccountContext): Asset => {
  const asset = context.account.assets.get(param(context, 'asset'))
  if (asset === undefined) throw notFound()
  return asset
}

/** Where the files of an asset are. */
export const placeOf = (asset: Asset): Place => ({
  storageAccount: textAt(asset.properties, 'storageAccountName') ?? '',
  container: textAt(asset.properties, 'container') ?? '',
})
