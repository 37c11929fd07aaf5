/** What strangers have in B, which nobody may touch (P5). */

import type { Account, Resource } from '../../local/simulator/state.ts'
import type { Scene } from './scene.ts'

const name = 'theirs'

const openPolicy = {
  description: 'theirs',
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
    },
  ],
}

const filter = { presentationTimeRange: { startTimestamp: 10_000_000, timescale: 10_000_000 } }

export const putForeign = async ({ arm: { west }, blobs }: Scene): Promise<void> => {
  await west.put(`contentKeyPolicies/${name}`, openPolicy)
  await west.put(`accountFilters/${name}`, filter)
  await west.put(`assets/${name}`, { container: name })
  await west.put(`assets/${name}/assetFilters/${name}`, filter)
  await blobs.west.getContainerClient(name).createIfNotExists()
  await blobs.west.getContainerClient(name).getBlockBlobClient('their.mp4').upload('theirs', 6)
  await west.put(`streamingLocators/${name}`, {
    assetName: name,
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: name,
  })
}

/** All of theirs, and all of what no app has to do with, as text that must stay the same. */
export const foreignOf = (west: Account): string =>
  JSON.stringify([
    ...[west.contentKeyPolicies, west.accountFilters, west.assets, west.streamingLocators].map(items =>
      shown(items.get(name)),
    ),
    shown(west.assets.get(name)?.filters.get(name)),
    ...[west.streamingEndpoints, west.transforms, west.liveEvents].map(items => [...items.values()].map(shown)),
  ])

const shown = (item: Resource | undefined) => item && [item.name, item.properties]

export const isForeign = (text: string) => text.includes(name)
