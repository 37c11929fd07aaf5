/**
 * Which parts of a policy this release can write back whole. The service marks what the api-version cannot show as
 * `…Unknown…`, and newer kinds come with a discriminator that is not in this list; both must not be written, since the
 * twin would lack that part (contract sections 6.5 and 13).
 */
import { ServiceError } from '../../service-error.ts'
import type { Json } from '../resources.ts'
import { isObject, type JsonObject } from './wire.ts'

const prefix = '#Microsoft.Media.ContentKeyPolicy'

const configurations = ['ClearKey', 'Widevine', 'PlayReady', 'FairPlay'].map(kind => `${prefix}${kind}Configuration`)
const restrictions = ['Open', 'Token'].map(kind => `${prefix}${kind}Restriction`)
const tokenKeys = ['SymmetricTokenKey', 'RsaTokenKey', 'X509CertificateTokenKey'].map(kind => `${prefix}${kind}`)
const keyLocations = ['FromHeader', 'FromKeyIdentifier'].map(kind => `${prefix}PlayReadyContentEncryptionKey${kind}`)

/** What may stand in a member that is told apart by `@odata.type`. */
const discriminated = new Map([
  ['configuration', configurations],
  ['restriction', restrictions],
  ['primaryVerificationKey', tokenKeys],
  ['alternateVerificationKeys', tokenKeys],
  ['contentKeyLocation', keyLocations],
])
const policyTypes: ReadonlySet<string> = new Set([...discriminated.values()].flat())

/** Members whose value `Unknown` says that the api-version cannot show the real one. */
const enumerations: ReadonlySet<string> = new Set([
  'restrictionTokenType',
  'rentalAndLeaseKeyType',
  'licenseType',
  'contentType',
  'securityLevel',
  'allowPassingVideoContentToUnknownOutput',
])

/** Members that are null where the caller may not see them; writing the null would destroy the twin's secret. */
export const secretFields: ReadonlySet<string> = new Set([
  'keyValue',
  'exponent',
  'modulus',
  'rawBody',
  'ask',
  'fairPlayPfx',
  'fairPlayPfxPassword',
])

/** 64-bit integers of a content key policy. */
export const int64Fields: ReadonlySet<string> = new Set([
  'rentalDuration',
  'playbackDurationSeconds',
  'storageDurationSeconds',
])

const refused = (path: string, why: string) => new ServiceError('unknownType', `${path} ${why}`)

const shown = (type: string) => (/^#?[\w.]{1,120}$/.test(type) ? type : 'an unreadable type')

const assertType = (json: JsonObject, path: string, known: ReadonlySet<string> | readonly string[]) => {
  const type = json['@odata.type']
  if (typeof type !== 'string' || !new Set(known).has(type)) {
    throw refused(path, `is of ${typeof type === 'string' ? shown(type) : 'no type'}, which this release cannot write`)
  }
}

/**
 * Throws ServiceError `unknownType` for any discriminator that is not known, anywhere in the body.
 * @param known discriminators that may occur.
 */
export const assertWritable = (json: Json, known: ReadonlySet<string>, path = ''): void => {
  if (Array.isArray(json)) for (const [index, item] of json.entries()) assertWritable(item, known, `${path}[${index}]`)
  if (!isObject(json)) return
  if (Object.hasOwn(json, '@odata.type')) assertType(json, path, known)
  for (const [name, value] of Object.entries(json)) assertWritable(value, known, path ? `${path}.${name}` : name)
}

/** Null in this api-version, empty in some examples of it; only a password may be meant to be empty. */
const isMasked = (name: string, value: Json): boolean =>
  typeof value !== 'string' || (value === '' && name !== 'fairPlayPfxPassword')

const assertMembers = (json: Json, path: string): void => {
  if (Array.isArray(json)) for (const [index, item] of json.entries()) assertMembers(item, `${path}[${index}]`)
  if (!isObject(json)) return
  for (const [name, value] of Object.entries(json)) {
    const at = path ? `${path}.${name}` : name
    const kinds = discriminated.get(name)
    for (const part of Array.isArray(value) ? value : [value]) if (kinds && isObject(part)) assertType(part, at, kinds)
    if (enumerations.has(name) && value === 'Unknown') throw refused(at, 'has a value that this release cannot write')
    if (secretFields.has(name) && isMasked(name, value)) throw refused(at, 'is masked, so that it cannot be written')
    assertMembers(value, at)
  }
}

/**
 * Throws ServiceError `unknownType`, naming the part and never a value, where the body of a content key policy could
 * not be written back whole.
 */
export const assertWritablePolicy = (body: JsonObject): void => {
  assertWritable(body, policyTypes)
  assertMembers(body, '')
  const options = body.options
  for (const [index, option] of (Array.isArray(options) ? options : []).entries()) {
    for (const part of ['configuration', 'restriction']) {
      if (!isObject(option) || !isObject(option[part])) throw refused(`options[${index}].${part}`, 'is missing')
    }
  }
}
