/**
 * When two values of a media account mean the same (contract sections 4, 6.5 and 14 point 5). Pure; each function
 * answers for one kind of field.
 */
import { X509Certificate } from 'node:crypto'
import type { Json } from './resources.ts'

/** Half the last digit of SQL's datetime and the gap between `.999Z` and `.997Z` both fit in here. */
const tolerance = 40_000n

const ticks = (instant: string): bigint | undefined => {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/i.exec(instant)
  if (!match) return undefined
  const [, seconds = '', fraction = '', zone = ''] = match
  const milliseconds = Date.parse(`${seconds}${zone.toUpperCase()}`)
  if (Number.isNaN(milliseconds)) return undefined
  return BigInt(milliseconds) * 10_000n + BigInt(fraction.padEnd(7, '0').slice(0, 7))
}

/** Within 4 ms, whatever the number of fraction digits. */
export const sameInstant = (a: string, b: string): boolean => {
  const [ta, tb] = [ticks(a), ticks(b)]
  if (ta === undefined || tb === undefined) return a === b
  const gap = ta > tb ? ta - tb : tb - ta
  return gap <= tolerance
}

const second = 10_000_000n

/**
 * Whether an instant is before another. One without a fraction may be told in whole seconds only; fewer digits say nothing,
 * since the service leaves out zeros at the end (contract section 4).
 */
export const isEarlier = (a: string, b: string): boolean => {
  const [ta, tb] = [ticks(a), ticks(b)]
  if (ta === undefined || tb === undefined) return false
  const unit = a.includes('.') ? 1n : second
  return tb - ta > tolerance && ta / unit < tb / unit
}

/** Of names and GUIDs. */
export const sameWithoutCase = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const integer = (value: Json): bigint | undefined => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined
}

/** Exact, whether given as a number or as decimal text. */
export const sameInteger = (a: Json, b: Json): boolean => {
  const [na, nb] = [integer(a), integer(b)]
  return na === undefined || nb === undefined ? a === b : na === nb
}

const bytes = (base64: string): Buffer | undefined => {
  const compact = base64.replace(/\s/g, '')
  return /^[A-Za-z0-9+/]*={0,2}$/.test(compact) ? Buffer.from(compact, 'base64') : undefined
}

/** The same bytes; text that is no base64 is compared as it is. */
export const sameBytes = (a: string, b: string): boolean => {
  const [ba, bb] = [bytes(a), bytes(b)]
  return ba === undefined || bb === undefined ? a === b : ba.equals(bb)
}

const pemStart = '-----BEGIN CERTIFICATE-----'

/** DER is compared as it is: whatever reads a certificate out of it would overlook what follows. */
const certificate = (base64: string): Buffer | undefined => {
  const raw = bytes(base64)
  if (!raw?.includes(pemStart)) return raw
  try {
    return new X509Certificate(raw).raw
  } catch {
    return raw
  }
}

/** The service takes base64 of PEM and gives base64 of DER. */
export const sameCertificate = (a: string, b: string): boolean => {
  const [ca, cb] = [certificate(a), certificate(b)]
  return ca === undefined || cb === undefined ? a === b : ca.equals(cb)
}

/**
 * Null, absent and the empty text are the same, as is the empty list to whoever compares lists: the service fills in
 * defaults. An empty object is not: `widevine: {}` means "with the service's own licences" (contract section 6.6).
 */
export const isAbsent = (value: Json | undefined): value is undefined | null | '' =>
  value === undefined || value === null || value === ''
