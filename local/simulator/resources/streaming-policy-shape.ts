/** The parts of a streaming policy (contract section 6.6). Odd combinations are accepted, as the service did. */
import { arrayOf, bool, defaulted, object, oneOf, optional, text } from '../shape.ts'

const enabledProtocols = object({ download: bool, dash: bool, hls: bool, smoothStreaming: bool })

const tracks = arrayOf(
  object({
    trackSelections: arrayOf(
      object({ property: oneOf('Unknown', 'FourCC'), operation: oneOf('Unknown', 'Equal'), value: optional(text) }),
    ),
  }),
)

const contentKeys = object({
  defaultKey: optional(object({ label: optional(text), policyName: optional(text) })),
  keyToTrackMappings: defaulted(
    arrayOf(object({ label: optional(text), policyName: optional(text), tracks: defaulted(tracks, []) })),
    [],
  ),
})

const playReady = object({
  customLicenseAcquisitionUrlTemplate: optional(text),
  playReadyCustomAttributes: optional(text),
})
const widevine = object({ customLicenseAcquisitionUrlTemplate: optional(text) })
const fairPlay = object({ customLicenseAcquisitionUrlTemplate: optional(text), allowPersistentLicense: bool })
const clearKeyEncryptionConfiguration = object({ customKeysAcquisitionUrlTemplate: optional(text) })

const encrypted = { enabledProtocols: optional(enabledProtocols), clearTracks: defaulted(tracks, []) }
const keyed = { contentKeys: optional(contentKeys) }

export const streamingPolicyShape = object({
  defaultContentKeyPolicyName: optional(text),
  envelopeEncryption: optional(object({ ...encrypted, ...keyed, customKeyAcquisitionUrlTemplate: optional(text) })),
  commonEncryptionCenc: optional(
    object({
      ...encrypted,
      ...keyed,
      drm: optional(object({ playReady: optional(playReady), widevine: optional(widevine) })),
      clearKeyEncryptionConfiguration: optional(clearKeyEncryptionConfiguration),
    }),
  ),
  commonEncryptionCbcs: optional(
    object({
      ...encrypted,
      ...keyed,
      drm: optional(
        object({ fairPlay: optional(fairPlay), playReady: optional(playReady), widevine: optional(widevine) }),
      ),
      clearKeyEncryptionConfiguration: optional(clearKeyEncryptionConfiguration),
    }),
  ),
  noEncryption: optional(object({ enabledProtocols })),
})
