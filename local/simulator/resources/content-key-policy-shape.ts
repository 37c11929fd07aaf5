/** Content key policies with all their configurations and restrictions (contract section 6.5). */
import { badRequest } from '../arm-errors.ts'
import {
  arrayOf,
  base64,
  bool,
  defaulted,
  duration,
  guid,
  instant,
  int32,
  int64,
  type Members,
  nullable,
  object,
  oneOf,
  optional,
  type Shape,
  secret,
  text,
  union,
} from '../shape.ts'

/** base64 of a certificate; PEM text inside is stored as the DER it stands for, as the service does. */
const certificate: Shape = {
  ...base64,
  read(value, path, options) {
    const encoded = String(base64.read(value, path, options))
    const pem = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(
      Buffer.from(encoded, 'base64').toString('latin1'),
    )
    return pem === null ? encoded : (pem[1] ?? '').replaceAll(/\s/g, '')
  },
}

const askLength = 16
const applicationSecretKey: Shape = {
  ...base64,
  read(value, path, options) {
    const encoded = String(base64.read(value, path, options))
    if (Buffer.from(encoded, 'base64').length !== askLength)
      throw badRequest(`The value of '${path}' is not valid: the application secret key has ${askLength} bytes.`)
    return encoded
  },
}

const playRight = object({
  firstPlayExpiration: optional(duration),
  scmsRestriction: optional(int32(0, 3)),
  agcAndColorStripeRestriction: optional(int32(0, 3)),
  explicitAnalogTelevisionOutputRestriction: optional(object({ bestEffort: bool, configurationData: int32(0, 3) })),
  digitalVideoOnlyContentRestriction: bool,
  imageConstraintForAnalogComponentVideoRestriction: bool,
  imageConstraintForAnalogComputerMonitorRestriction: bool,
  allowPassingVideoContentToUnknownOutput: oneOf('Unknown', 'NotAllowed', 'Allowed', 'AllowedWithVideoConstriction'),
  uncompressedDigitalVideoOpl: optional(int32()),
  compressedDigitalVideoOpl: optional(int32()),
  analogVideoOpl: optional(int32()),
  compressedDigitalAudioOpl: optional(int32()),
  uncompressedDigitalAudioOpl: optional(int32()),
})

const license = object({
  allowTestDevices: bool,
  securityLevel: optional(oneOf('Unknown', 'SL150', 'SL2000', 'SL3000')),
  beginDate: optional(instant),
  expirationDate: optional(instant),
  relativeBeginDate: optional(duration),
  relativeExpirationDate: optional(duration),
  gracePeriod: optional(duration),
  playRight: optional(playRight),
  licenseType: oneOf('Unknown', 'NonPersistent', 'Persistent'),
  contentKeyLocation: union('ContentKeyPolicyPlayReadyContentEncryptionKeyFrom', {
    Header: {},
    KeyIdentifier: { keyId: guid },
  }),
  contentType: oneOf('Unknown', 'Unspecified', 'UltraVioletDownload', 'UltraVioletStreaming'),
})

const fairPlay: Members = {
  ask: secret(applicationSecretKey),
  fairPlayPfxPassword: secret(text),
  fairPlayPfx: secret(text),
  rentalAndLeaseKeyType: oneOf('Unknown', 'Undefined', 'DualExpiry', 'PersistentUnlimited', 'PersistentLimited'),
  rentalDuration: int64(0n),
  offlineRentalConfiguration: optional(
    object({ playbackDurationSeconds: int64(0n), storageDurationSeconds: int64(0n) }),
  ),
}

const configuration = union('ContentKeyPolicy', {
  ClearKeyConfiguration: {},
  UnknownConfiguration: {},
  WidevineConfiguration: { widevineTemplate: text },
  PlayReadyConfiguration: { licenses: arrayOf(license), responseCustomData: optional(text) },
  FairPlayConfiguration: fairPlay,
})

const verificationKey = union('ContentKeyPolicy', {
  SymmetricTokenKey: { keyValue: secret(base64) },
  RsaTokenKey: { exponent: secret(base64), modulus: secret(base64) },
  X509CertificateTokenKey: { rawBody: secret(certificate) },
})

const restriction = union('ContentKeyPolicy', {
  OpenRestriction: {},
  UnknownRestriction: {},
  TokenRestriction: {
    issuer: text,
    audience: text,
    // With an OpenID Connect document the service takes its keys from there.
    primaryVerificationKey: optional(nullable(verificationKey)),
    alternateVerificationKeys: defaulted(arrayOf(verificationKey), []),
    requiredClaims: defaulted(arrayOf(object({ claimType: optional(text), claimValue: optional(text) })), []),
    restrictionTokenType: oneOf('Unknown', 'Swt', 'Jwt'),
    openIdConnectDiscoveryDocument: optional(text),
  },
})

const option = object({ policyOptionId: optional(guid), name: optional(text), configuration, restriction })

/** As a client sends it. */
export const policyRequestShape = object({
  description: optional(text),
  options: arrayOf(object({ name: optional(text), configuration, restriction })),
})

/** As it is stored; used to mask the secrets. */
export const policyShape = object({
  policyId: guid,
  created: text,
  lastModified: text,
  description: optional(text),
  options: arrayOf(option),
})
