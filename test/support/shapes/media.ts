/** What a media account says of its resources, in REST form (contract sections 6.2 to 6.8): `properties` of each. */
import { choice, ignored, leaf, list, may, must, object, union, unordered } from './shape.ts'

const text = leaf('text')
const name = leaf('name')
const guid = leaf('guid')
const instant = leaf('instant')
const duration = leaf('duration')
const boolean = leaf('boolean')
const int32 = leaf('int32')
const int64 = leaf('int64')
const bytes = leaf('bytes')

const own = 'every account makes it for itself'
const follows = 'it follows from the streaming policy'

export const asset = object({
  assetId: ignored(must(guid), own),
  created: ignored(must(instant), own),
  lastModified: ignored(must(instant), own),
  alternateId: may(text),
  description: may(text),
  container: ignored(may(text), 'the storage of each account is its own'),
  storageAccountName: ignored(must(text), 'the storage of each account is its own'),
  storageEncryptionFormat: ignored(
    must(choice('None', 'MediaStorageClientEncryption')),
    'encrypted assets are refused before anything is compared',
  ),
})

export const filter = object({
  presentationTimeRange: may(
    object({
      startTimestamp: may(int64),
      endTimestamp: may(int64),
      presentationWindowDuration: may(int64),
      liveBackoffDuration: may(int64),
      timescale: may(int64),
      forceEndTimestamp: may(boolean),
    }),
  ),
  firstQuality: may(object({ bitrate: must(int32) })),
  tracks: may(
    list(
      object({
        trackSelections: must(
          list(
            object({
              property: must(choice('Unknown', 'Type', 'Name', 'Language', 'FourCC', 'Bitrate')),
              operation: must(choice('Equal', 'NotEqual')),
              value: must(text),
            }),
          ),
        ),
      }),
    ),
  ),
})

const tracks = list(
  object({
    trackSelections: may(
      list(
        object({
          property: must(choice('Unknown', 'FourCC')),
          operation: must(choice('Unknown', 'Equal')),
          value: may(text),
        }),
      ),
    ),
  }),
)

const keyType = choice('CommonEncryptionCenc', 'CommonEncryptionCbcs', 'EnvelopeEncryption')

export const locator = object({
  assetName: must(name),
  created: ignored(must(instant), own),
  startTime: may(instant),
  endTime: must(instant),
  streamingLocatorId: must(guid),
  streamingPolicyName: must(name),
  defaultContentKeyPolicyName: may(name),
  contentKeys: may(
    unordered(
      object({
        id: must(guid),
        type: ignored(may(keyType), follows),
        labelReferenceInStreamingPolicy: may(text),
        value: ignored(may(bytes), 'only listContentKeys has it'),
        policyName: ignored(may(name), 'only listContentKeys has it'),
        tracks: ignored(may(tracks), follows),
      }),
      'id',
    ),
  ),
  alternativeMediaId: may(text),
  filters: may(unordered(name)),
})

/** What listContentKeys says of a locator whose service tells the policies of keys. */
export const keys = object({
  contentKeys: may(
    unordered(
      object({
        id: must(guid),
        type: must(keyType),
        labelReferenceInStreamingPolicy: may(text),
        value: must(bytes),
        policyName: must(name),
        tracks: ignored(may(tracks), follows),
      }),
      'id',
    ),
  ),
})

const tokenKey = union({
  ContentKeyPolicySymmetricTokenKey: { keyValue: must(bytes) },
  ContentKeyPolicyRsaTokenKey: { exponent: must(bytes), modulus: must(bytes) },
  ContentKeyPolicyX509CertificateTokenKey: { rawBody: must(leaf('certificate')) },
})

const restriction = union(
  {
    ContentKeyPolicyOpenRestriction: {},
    ContentKeyPolicyTokenRestriction: {
      issuer: must(text),
      audience: must(text),
      primaryVerificationKey: must(tokenKey),
      alternateVerificationKeys: may(list(tokenKey)),
      requiredClaims: may(list(object({ claimType: may(text), claimValue: may(text) }))),
      restrictionTokenType: must(choice('Unknown', 'Swt', 'Jwt')),
      openIdConnectDiscoveryDocument: may(text),
    },
  },
  ['ContentKeyPolicyUnknownRestriction'],
)

const playRight = object({
  firstPlayExpiration: may(duration),
  scmsRestriction: may(int32),
  agcAndColorStripeRestriction: may(int32),
  explicitAnalogTelevisionOutputRestriction: may(object({ bestEffort: must(boolean), configurationData: must(int32) })),
  digitalVideoOnlyContentRestriction: must(boolean),
  imageConstraintForAnalogComponentVideoRestriction: must(boolean),
  imageConstraintForAnalogComputerMonitorRestriction: must(boolean),
  allowPassingVideoContentToUnknownOutput: must(
    choice('Unknown', 'NotAllowed', 'Allowed', 'AllowedWithVideoConstriction'),
  ),
  uncompressedDigitalVideoOpl: may(int32),
  compressedDigitalVideoOpl: may(int32),
  analogVideoOpl: may(int32),
  compressedDigitalAudioOpl: may(int32),
  uncompressedDigitalAudioOpl: may(int32),
})

const playReadyLicense = object({
  allowTestDevices: must(boolean),
  securityLevel: may(choice('Unknown', 'SL150', 'SL2000', 'SL3000')),
  beginDate: may(instant),
  expirationDate: may(instant),
  relativeBeginDate: may(duration),
  relativeExpirationDate: may(duration),
  gracePeriod: may(duration),
  playRight: may(playRight),
  licenseType: must(choice('Unknown', 'NonPersistent', 'Persistent')),
  contentKeyLocation: must(
    union({
      ContentKeyPolicyPlayReadyContentEncryptionKeyFromHeader: {},
      ContentKeyPolicyPlayReadyContentEncryptionKeyFromKeyIdentifier: { keyId: must(guid) },
    }),
  ),
  contentType: must(choice('Unknown', 'Unspecified', 'UltraVioletDownload', 'UltraVioletStreaming')),
})

const configuration = union(
  {
    ContentKeyPolicyClearKeyConfiguration: {},
    ContentKeyPolicyWidevineConfiguration: { widevineTemplate: must(text) },
    ContentKeyPolicyPlayReadyConfiguration: { licenses: must(list(playReadyLicense)), responseCustomData: may(text) },
    ContentKeyPolicyFairPlayConfiguration: {
      ask: must(bytes),
      fairPlayPfxPassword: must(leaf('password')),
      fairPlayPfx: must(bytes),
      rentalAndLeaseKeyType: must(
        choice('Unknown', 'Undefined', 'DualExpiry', 'PersistentUnlimited', 'PersistentLimited'),
      ),
      rentalDuration: must(int64),
      offlineRentalConfiguration: may(
        object({ playbackDurationSeconds: must(int64), storageDurationSeconds: must(int64) }),
      ),
    },
  },
  ['ContentKeyPolicyUnknownConfiguration'],
)

export const contentKeyPolicy = object({
  policyId: ignored(may(guid), own),
  created: ignored(may(instant), own),
  lastModified: ignored(may(instant), own),
  description: may(text),
  options: must(
    unordered(
      object({
        policyOptionId: ignored(may(guid), own),
        name: may(text),
        configuration: must(configuration),
        restriction: must(restriction),
      }),
    ),
  ),
})

const key = { label: may(text), policyName: may(name) }
const playReady = object({ customLicenseAcquisitionUrlTemplate: may(text), playReadyCustomAttributes: may(text) })
const widevine = object({ customLicenseAcquisitionUrlTemplate: may(text) })
const fairPlay = object({ customLicenseAcquisitionUrlTemplate: may(text), allowPersistentLicense: must(boolean) })

const enabledProtocols = may(
  object({ download: must(boolean), dash: must(boolean), hls: must(boolean), smoothStreaming: must(boolean) }),
)
const encryption = {
  enabledProtocols,
  clearTracks: may(tracks),
  contentKeys: may(
    object({
      defaultKey: may(object(key)),
      keyToTrackMappings: may(unordered(object({ ...key, tracks: may(tracks) }))),
    }),
  ),
}
const clearKeyEncryptionConfiguration = may(object({ customKeysAcquisitionUrlTemplate: may(text) }))

export const streamingPolicy = object({
  created: ignored(may(instant), own),
  defaultContentKeyPolicyName: may(name),
  noEncryption: may(object({ enabledProtocols })),
  envelopeEncryption: may(object({ ...encryption, customKeyAcquisitionUrlTemplate: may(text) })),
  commonEncryptionCenc: may(
    object({
      ...encryption,
      drm: may(object({ playReady: may(playReady), widevine: may(widevine) })),
      clearKeyEncryptionConfiguration,
    }),
  ),
  commonEncryptionCbcs: may(
    object({
      ...encryption,
      drm: may(object({ fairPlay: may(fairPlay), playReady: may(playReady), widevine: may(widevine) })),
      clearKeyEncryptionConfiguration,
    }),
  ),
})
