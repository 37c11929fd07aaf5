/**
 * JSON as it goes over the wire. 64-bit integers don't fit a number, and the SDK would send them back changed
 * (contract section 13), so integers beyond 2^53 are read as decimal text and written digit by digit.
 */
import { ServiceError } from '../../service-error.ts'
import type { Int64, Json } from '../resources.ts'

export type JsonObject = { readonly [name: string]: Json }

// Of the language since V8 11.4, but not yet in TypeScript's libraries.
type Reviver = (this: unknown, name: string, value: unknown, context: { readonly source?: string }) => unknown
const { parse, rawJSON } = JSON as unknown as {
  parse(text: string, reviver: Reviver): Json
  rawJSON(text: string): Json
}

/** Integers beyond 2^53 become decimal text; everything else is as in JSON.parse. Throws SyntaxError. */
export const parseWire = (text: string): Json =>
  parse(text, (_name, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? source
      : value,
  )

/** A number that JSON.stringify writes with exactly these digits. */
export const exactInteger = (digits: Int64, field: string): Json => {
  if (!/^-?\d+$/.test(digits)) throw new ServiceError('refused', `${field} is not a whole number`)
  return rawJSON(digits.replace(/^(-?)0+(?=\d)/, '$1'))
}

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const lacking = (field: string) => new ServiceError('refused', `The answer of the service lacks a usable ${field}`)

export const objectIn = (json: Json | undefined, field: string): JsonObject => {
  if (!isObject(json)) throw lacking(field)
  return json
}

/** The items of a list of objects; absent and null are empty. */
export const listIn = (json: JsonObject, field: string): readonly JsonObject[] => {
  const list = json[field] ?? []
  if (!Array.isArray(list)) throw lacking(field)
  return list.map(item => objectIn(item, field))
}

/** The items of a list of strings; absent and null are empty. */
export const textsIn = (json: JsonObject, field: string): readonly string[] => {
  const list = json[field] ?? []
  if (!Array.isArray(list)) throw lacking(field)
  return list.map(item => {
    if (typeof item !== 'string') throw lacking(field)
    return item
  })
}

export const optionalText = (json: JsonObject, field: string): string | undefined => {
  const value = json[field] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw lacking(field)
  return value
}

export const textIn = (json: JsonObject, field: string): string => {
  const value = optionalText(json, field)
  if (value === undefined) throw lacking(field)
  return value
}

/** Decimal text of an integer, whether it came as a number or, beyond 2^53, as text. */
export const optionalInteger = (json: JsonObject, field: string): Int64 | undefined => {
  const value = json[field] ?? undefined
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return value
  throw lacking(field)
}

/** The object without its undefined members, as exactOptionalPropertyTypes wants it. */
export const given = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
