/** Manifests for players, made of those in storage. Pure. */
import { type ManifestTrack, trackName } from '../tracks/manifest.ts'

/** One fragment of a track, in ticks of 100 ns. */
export interface Chunk {
  readonly start: number
  readonly length: number
}

export interface Playable {
  /** Every quality of every video. */
  readonly videos: readonly ManifestTrack[]
  readonly chunks: readonly Chunk[]
  /** As they stand in the address, e.g. `format=m3u8-aapl,encryption=cbc`. */
  readonly parameters: string
  /** Of the key that segments are encrypted with; absent where they are not. */
  readonly keyUrl?: string
}

const ticks = 10_000_000
const longest = ({ chunks }: Playable): number => Math.max(0, ...chunks.map(({ length }) => length)) / ticks

export const bitrateOf = ({ attributes }: ManifestTrack): string => attributes.systemBitrate ?? '0'

/** Fragments of the first stream of a kind, as a client manifest lists them. */
export const chunksOf = (ismc: string, type: string): readonly Chunk[] => {
  const stream = new RegExp(`<StreamIndex[^>]*\\bType="${type}"[\\s\\S]*?</StreamIndex>`).exec(ismc)?.[0] ?? ''
  return [...stream.matchAll(/<c\b[^>]*\bt="(\d+)"[^>]*\bd="(\d+)"/g)].map(([, start, length]) => ({
    start: Number(start),
    length: Number(length),
  }))
}

export const masterPlaylist = ({ videos, parameters }: Playable): string =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:4',
    ...videos.flatMap(video => [
      `#EXT-X-STREAM-INF:BANDWIDTH=${bitrateOf(video)}`,
      `QualityLevels(${bitrateOf(video)})/Manifest(${trackName(video)},${parameters})`,
    ]),
    '',
  ].join('\n')

export const mediaPlaylist = (playable: Playable, track: string): string =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:4',
    `#EXT-X-TARGETDURATION:${Math.ceil(longest(playable))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    ...(playable.keyUrl === undefined ? [] : [`#EXT-X-KEY:METHOD=AES-128,URI="${playable.keyUrl}"`]),
    ...playable.chunks.flatMap(({ start, length }) => [
      `#EXTINF:${length / ticks},no-desc`,
      `Fragments(${track}=${start},${playable.parameters})`,
    ]),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')

export const dashManifest = ({ videos, chunks, parameters }: Playable): string => {
  const track = videos[0] === undefined ? 'video' : trackName(videos[0])
  const address = (time: string) => `QualityLevels($Bandwidth$)/Fragments(${track}=${time},${parameters})`
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="urn:mpeg:dash:profile:isoff-live:2011"><Period>',
    '<AdaptationSet contentType="video" mimeType="video/mp4">',
    `<SegmentTemplate timescale="${ticks}" media="${address('$Time$')}" initialization="${address('i')}">`,
    `<SegmentTimeline>${chunks.map(({ start, length }) => `<S t="${start}" d="${length}"/>`).join('')}</SegmentTimeline>`,
    '</SegmentTemplate>',
    ...videos.map(video => `<Representation id="${bitrateOf(video)}" bandwidth="${bitrateOf(video)}"/>`),
    '</AdaptationSet></Period></MPD>',
    '',
  ].join('\n')
}
