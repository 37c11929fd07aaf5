/** Bodies of every kind of protection, with every field that they have. */
import type { JsonObject } from '../../../local/stack/arm.ts'
import { certificate } from '../../unit/media/certificate.ts'
import { random, type } from './shapes.ts'

/** base64 of PEM, as publishers send certificates; the service keeps DER. */
export const pem = Buffer.from(`-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`).toString(
  'base64',
)
export const x509 = (rawBody: string): JsonObject => ({ ...type('ContentKeyPolicyX509CertificateTokenKey'), rawBody })

export const widevine: JsonObject = {
  ...type('ContentKeyPolicyWidevineConfiguration'),
  widevineTemplate: '{ "allowed_track_types":"SD_HD",  "content_key_specs":[{"track_type":"SD"}] }\n',
}

/** With every field that a licence has. */
const license = (more: JsonObject = {}): JsonObject => ({
  allowTestDevices: true,
  securityLevel: 'SL2000',
  beginDate: '2024-02-29T10:53:00.000Z',
  expirationDate: '2031-10-16T18:22:53.46Z',
  gracePeriod: 'PT12H',
  licenseType: 'Persistent',
  contentKeyLocation: type('ContentKeyPolicyPlayReadyContentEncryptionKeyFromHeader'),
  contentType: 'UltraVioletStreaming',
  playRight: {
    firstPlayExpiration: 'PT48H',
    scmsRestriction: 2,
    agcAndColorStripeRestriction: 1,
    explicitAnalogTelevisionOutputRestriction: { bestEffort: true, configurationData: 3 },
    digitalVideoOnlyContentRestriction: false,
    imageConstraintForAnalogComponentVideoRestriction: true,
    imageConstraintForAnalogComputerMonitorRestriction: false,
    allowPassingVideoContentToUnknownOutput: 'AllowedWithVideoConstriction',
    uncompressedDigitalVideoOpl: 300,
    compressedDigitalVideoOpl: 400,
    analogVideoOpl: 150,
    compressedDigitalAudioOpl: 250,
    uncompressedDigitalAudioOpl: 0,
  },
  ...more,
})
export const playReady: JsonObject = {
  ...type('ContentKeyPolicyPlayReadyConfiguration'),
  responseCustomData: 'from the source',
  licenses: [
    license(),
    {
      allowTestDevices: false,
      licenseType: 'NonPersistent',
      relativeBeginDate: 'PT1M',
      relativeExpirationDate: 'P2DT12H',
      contentKeyLocation: {
        ...type('ContentKeyPolicyPlayReadyContentEncryptionKeyFromKeyIdentifier'),
        keyId: 'C4A5B6C7-0D1E-4F20-8A3B-4C5D6E7F8091',
      },
      contentType: 'Unspecified',
    },
  ],
}

export const fairPlay = (more: JsonObject = {}): JsonObject => ({
  ...type('ContentKeyPolicyFairPlayConfiguration'),
  ask: random(16),
  fairPlayPfxPassword: 'pass word',
  fairPlayPfx: random(200),
  rentalAndLeaseKeyType: 'PersistentUnlimited',
  rentalDuration: 2249,
  ...more,
})
