/** Takes secrets out of bodies and addresses before anybody is shown them. */
import { isObject, type Json } from './json.ts'

const redacted = 'REDACTED'

const secretMembers = new Set([
  'accessToken',
  'ask',
  'base64Key',
  'exponent',
  'fairPlayPfx',
  'fairPlayPfxPassword',
  'key',
  'keyValue',
  'modulus',
  'rawBody',
  'storageEncryptionKey',
])

const signature = /([?&]sig=)[^&"\s]+/gi
const sealUrl = (text: string) => text.replaceAll(signature, `$1${redacted}`)

/** Content keys carry theirs in `value`, which elsewhere is no secret. */
const isSecret = (name: string, parent: string) =>
  secretMembers.has(name) || (name === 'value' && parent === 'contentKeys')

/** A secret of any type is hidden; null and empty text stay, so that masking can be seen. */
const redactMember = (name: string, parent: string, value: Json | undefined): Json | undefined =>
  isSecret(name, parent) && value !== null && value !== undefined && value !== '' ? redacted : redact(value, name)

/**
 * A copy without secrets.
 *
 * @param parent name of the member that holds the value; of items of a list, the list's.
 */
export const redact = (value: Json | undefined, parent = ''): Json | undefined => {
  if (typeof value === 'string') return sealUrl(value)
  if (Array.isArray(value)) return (value as readonly Json[]).map(item => redact(item, parent) ?? null)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redactMember(name, parent, member)]))
}

/** A copy of the value at a path such as `body.properties.contentKeys.0.value`, without secrets. */
export const redactAt = (path: string, value: Json | undefined): Json | undefined => {
  const [name = '', parent = ''] = path
    .split('.')
    .filter(part => !/^\d+$/.test(part))
    .toReversed()
  return redactMember(name, parent, value)
}

/** An address without the signature of its SAS. */
export const redactUrl = sealUrl
