/** Takes secrets out of bodies before they are kept in the traffic log. */
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

/** A copy without secrets; null stays null, so that masking can be seen. */
export const redact = (value: Json | undefined, parent = ''): Json | undefined => {
  if (typeof value === 'string') return sealUrl(value)
  if (Array.isArray(value)) return (value as readonly Json[]).map(member => redact(member, parent) ?? null)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name, parent) && typeof member === 'string' ? redacted : redact(member, name),
    ]),
  )
}

export const redactUrl = sealUrl
