/** An origin: manifests and fragments of published assets, as far as it takes to see that they are there. */
import type { BlobStore } from '../blob-store.ts'
import type { Kernel } from '../kernel.ts'
import { placeOf } from '../resources/asset-place.ts'
import { isChanging } from '../resources/streaming-endpoint-views.ts'
import type { Account, Asset, Resource } from '../state.ts'
import { clientManifestOf, type ManifestTrack, trackName, tracksOf } from '../tracks/manifest.ts'
import { badUrl, notThere, type PlayerAnswer, served, stopped } from './answer.ts'
import type { OriginHost } from './hosts.ts'
import { findLocator, keyUrlOf, protocolOf, schemeFor } from './locator.ts'
import { chunksOf, dashManifest, masterPlaylist, mediaPlaylist, type Playable } from './playlists.ts'

const addresses = {
  manifest: /^manifest(?:\(([^)]*)\))?$/i,
  playlist: /^QualityLevels\(\d+\)\/Manifest\(([^,=)]+),([^)]*)\)$/i,
  fragment: /^QualityLevels\((\d+)\)\/Fragments\(([^,=)]+)=(\w+)(?:,([^)]*))?\)$/i,
}
const parts = /^\/([0-9a-f-]{36})\/([^/]+\.ism)\/(.+)$/i
/** Enough to tell a fragment from nothing. */
const fragmentBytes = 64 * 1024

const textOf = async (store: BlobStore, asset: Asset, name: string): Promise<string | undefined> => {
  const { storageAccount, container } = placeOf(asset)
  const bytes = await store.readBlob(storageAccount, container, name)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8')
}

interface Wanted {
  readonly account: Account
  readonly locator: Resource
  readonly asset: Asset
  readonly ism: string
  readonly ismc: string
  /** Below the manifest. */
  readonly rest: string
}

/** Of all qualities, not only the first of a name. */
const videosOf = (ism: string): readonly ManifestTrack[] => {
  const [first] = tracksOf(ism).filter(({ kind }) => kind === 'video')
  if (first === undefined) return []
  const bitrates = [...ism.matchAll(/<video\b[^>]*\bsystemBitrate="(\d+)"/g)].map(([, bitrate = '']) => bitrate)
  return bitrates.map(systemBitrate => ({ ...first, attributes: { ...first.attributes, systemBitrate } }))
}

const fragment = async ({ blobStore }: Kernel, { asset, ism }: Wanted, bitrate: string, track: string) => {
  const source =
    new RegExp(`<\\w+\\b[^>]*\\bsrc="([^"]+)"[^>]*\\bsystemBitrate="${bitrate}"`).exec(ism)?.[1] ??
    tracksOf(ism).find(one => trackName(one) === track)?.attributes.src
  if (source === undefined) return notThere
  const { storageAccount, container } = placeOf(asset)
  const bytes = await blobStore.readBlob(storageAccount, container, source)
  return bytes === undefined ? notThere : served('video/mp4', bytes.subarray(0, fragmentBytes))
}

const answer = (kernel: Kernel, wanted: Wanted): PlayerAnswer | Promise<PlayerAnswer> => {
  const { account, locator, ism, ismc, rest } = wanted
  const manifest = addresses.manifest.exec(rest)
  const playlist = addresses.playlist.exec(rest)
  const piece = addresses.fragment.exec(rest)
  if (manifest === null && playlist === null && piece === null) return badUrl
  const parameters = manifest?.[1] ?? playlist?.[2] ?? piece?.[4] ?? ''
  const policy = account.streamingPolicies.get(String(locator.properties.streamingPolicyName))?.properties ?? {}
  const found = schemeFor(policy, parameters)
  if ('status' in found) return found
  if (piece !== null) return fragment(kernel, wanted, piece[1] ?? '', piece[2] ?? '')
  const playable: Playable = {
    videos: videosOf(ism),
    chunks: chunksOf(ismc, 'video'),
    parameters,
    ...(found.name === 'envelopeEncryption' ? { keyUrl: keyUrlOf(account, locator, found.scheme) } : {}),
  }
  if (playlist !== null) return served('application/vnd.apple.mpegurl', mediaPlaylist(playable, playlist[1] ?? ''))
  const protocol = protocolOf(parameters)
  if (protocol === 'hls') return served('application/vnd.apple.mpegurl', masterPlaylist(playable))
  return protocol === 'dash' ? served('application/dash+xml', dashManifest(playable)) : served('text/xml', ismc)
}

/** @param path decoded, without query. */
export const askOrigin = async (kernel: Kernel, { account, endpoint }: OriginHost, path: string) => {
  const now = kernel.clock.ticks()
  const running = endpoint.properties.resourceState === 'Running' && !isChanging(endpoint, now)
  if (!running) return stopped
  const [, id = '', file = '', rest = ''] = parts.exec(path) ?? []
  if (id === '') return badUrl
  const locator = findLocator(account, id, now)
  const asset = locator === undefined ? undefined : account.assets.get(String(locator.properties.assetName))
  if (locator === undefined || asset === undefined) return notThere
  const ism = await textOf(kernel.blobStore, asset, file)
  if (ism === undefined) return notThere
  const ismc = (await textOf(kernel.blobStore, asset, clientManifestOf(ism) ?? '')) ?? ''
  return answer(kernel, { account, locator, asset, ism, ismc, rest })
}
