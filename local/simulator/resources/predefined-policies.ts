/** The six streaming policies that every account has (contract section 6.7). */
import type { JsonObject } from '../json.ts'
import type { Resource } from '../state.ts'

const created = '2018-03-19T06:06:06Z'

const protocols = (enabled: { download?: true; dash?: true; hls?: true; smoothStreaming?: true }): JsonObject => ({
  download: false,
  dash: false,
  hls: false,
  smoothStreaming: false,
  ...enabled,
})

const encryption = (enabledProtocols: JsonObject, label: string, more: JsonObject = {}): JsonObject => ({
  enabledProtocols,
  clearTracks: [],
  contentKeys: { defaultKey: { label }, keyToTrackMappings: [] },
  ...more,
})

const cenc = encryption(protocols({ dash: true, smoothStreaming: true }), 'cencKeyDefault', {
  drm: { playReady: {}, widevine: {} },
})

const predefined: Readonly<Record<string, JsonObject>> = {
  Predefined_DownloadOnly: { noEncryption: { enabledProtocols: protocols({ download: true }) } },
  Predefined_ClearStreamingOnly: {
    noEncryption: { enabledProtocols: protocols({ dash: true, hls: true, smoothStreaming: true }) },
  },
  Predefined_DownloadAndClearStreaming: {
    noEncryption: { enabledProtocols: protocols({ download: true, dash: true, hls: true, smoothStreaming: true }) },
  },
  Predefined_ClearKey: {
    envelopeEncryption: encryption(protocols({ dash: true, hls: true, smoothStreaming: true }), 'clearKeyDefault'),
  },
  Predefined_MultiDrmCencStreaming: { commonEncryptionCenc: cenc },
  Predefined_MultiDrmStreaming: {
    commonEncryptionCenc: cenc,
    commonEncryptionCbcs: encryption(protocols({ hls: true }), 'cbcsKeyDefault', {
      drm: { fairPlay: { allowPersistentLicense: false } },
    }),
  },
}

export const predefinedPolicies = (): Resource[] =>
  Object.entries(predefined).map(([name, properties]) => ({ name, properties: { created, ...properties } }))

export const isPredefined = (name: string): boolean => name.toLowerCase().startsWith('predefined_')
