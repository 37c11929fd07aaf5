/** A track as answers show it, and the asset that it belongs to. */
import { envelope } from '../envelope.ts'
import type { JsonObject } from '../json.ts'
import type { AccountContext } from '../kernel.ts'
import type { Place } from '../resources/asset-containers.ts'
import { findAsset, placeOf } from '../resources/asset-place.ts'
import { type ManifestTrack, trackName } from './manifest.ts'
import { isTrackChanging, type TrackPath } from './track-operations.ts'
import { shownTrack } from './track-properties.ts'

/** What a track belongs to. */
export interface Parent {
  readonly asset: string
  readonly place: Place
}

/** Throws the 404 of an asset that is not there. */
export const parentOf = (context: AccountContext): Parent => {
  const asset = findAsset(context)
  return { asset: asset.name, place: placeOf(asset) }
}

export const pathOf = ({ asset }: Parent, name: string): TrackPath => ['assets', asset, 'tracks', name]

export const view = (context: AccountContext, parent: Parent, track: ManifestTrack): JsonObject => {
  const path = pathOf(parent, trackName(track))
  const provisioningState = isTrackChanging(context, path) ? 'InProgress' : 'Succeeded'
  const properties = { track: shownTrack(track), provisioningState }
  // The manifest does not say who made a track, so that none has system data.
  return envelope({ account: context.account, path, properties, apiVersion: context.apiVersion })
}
