/** Tracks as the API shows them, and as elements of the server manifest (contract section 6.4). */
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'
import { bool, int32, object, oneOf, optional, text, union } from '../shape.ts'
import type { ManifestTrack, TrackKind } from './manifest.ts'

const hlsSettings = optional(
  object({ default: optional(bool), forced: optional(bool), characteristics: optional(text) }),
)
const common = { fileName: optional(text), displayName: optional(text), hlsSettings }

/** As a client sends it: what only the service knows is dropped. */
export const trackShape = object({
  track: union('', {
    VideoTrack: {},
    AudioTrack: {
      ...common,
      languageCode: optional(text),
      dashSettings: optional(object({ role: optional(text) })),
      mpeg4TrackId: optional(int32()),
    },
    TextTrack: { ...common, playerVisibility: optional(oneOf('Hidden', 'Visible')) },
  }),
})

const types: Readonly<Record<TrackKind, string>> = {
  video: '#Microsoft.Media.VideoTrack',
  audio: '#Microsoft.Media.AudioTrack',
  textstream: '#Microsoft.Media.TextTrack',
}

export const kindOf = (track: JsonObject): TrackKind => {
  const type = textAt(track, '@odata.type')
  if (type === types.audio) return 'audio'
  return type === types.textstream ? 'textstream' : 'video'
}

const boolOf = (value: string | undefined) => (value === undefined ? undefined : value.toLowerCase() === 'true')
const numberOf = (value: string | undefined) =>
  value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined

/** Undefined when no part has a value. */
const parts = (members: JsonObject): JsonObject | undefined =>
  Object.values(members).some(member => member !== undefined) ? members : undefined

/** What a read shows. */
export const shownTrack = ({ kind, attributes, params }: ManifestTrack): JsonObject => {
  const type = { '@odata.type': types[kind] }
  if (kind === 'video') return type
  const shown = {
    ...type,
    fileName: attributes.src,
    displayName: params.displayName,
    languageCode: attributes.systemLanguage,
  }
  const hls = parts({
    default: boolOf(params.hlsDefault),
    forced: boolOf(params.hlsForced),
    characteristics: params.hlsCharacteristics,
  })
  if (kind === 'textstream')
    return { ...shown, playerVisibility: params.playerVisibility ?? 'Visible', hlsSettings: hls }
  return {
    ...shown,
    hlsSettings: hls,
    dashSettings: parts({ role: params.dashRole }),
    mpeg4TrackId: numberOf(params.trackID),
    bitRate: numberOf(attributes.systemBitrate),
  }
}

const defined = (values: Readonly<Record<string, Json | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  )

/**
 * The element for a track as a client sends it. Parts that it does not name stay as `before` has them.
 * @param language of a text track, from its file.
 */
export const manifestTrack = (
  name: string,
  track: JsonObject,
  language: string | undefined,
  before: ManifestTrack | undefined,
): ManifestTrack => {
  const kind = kindOf(track)
  const hls = isObject(track.hlsSettings) ? track.hlsSettings : {}
  const dash = isObject(track.dashSettings) ? track.dashSettings : {}
  return {
    kind,
    attributes: {
      ...before?.attributes,
      ...defined({ src: track.fileName, systemLanguage: kind === 'textstream' ? language : track.languageCode }),
    },
    params: {
      ...before?.params,
      trackName: before?.params.trackName ?? name,
      ...defined({
        trackID: track.mpeg4TrackId,
        displayName: track.displayName,
        playerVisibility: track.playerVisibility,
        hlsDefault: hls.default,
        hlsForced: hls.forced,
        hlsCharacteristics: hls.characteristics,
        dashRole: dash.role,
      }),
    },
  }
}
