/**
 * Descriptions of request bodies: what may be in them, what is filled in, what is normalised, what is secret. Reading a
 * body drops what is not described, as the service does.
 */
import { badRequest } from './arm-errors.ts'
import { formatInstant, parseInstant } from './instants.ts'
import { isObject, isRawNumber, type Json, type JsonObject } from './json.ts'

export interface ReadOptions {
  /** Keeps objects of unknown `@odata.type`, and members that are not described, as they came. */
  readonly acceptUnknownTypes?: boolean
  /** Stores null where a secret is required. */
  readonly acceptNullSecrets?: boolean
}

export interface Shape {
  /** The value as it is stored. Throws a 400 that names `path`. */
  read(value: Json, path: string, options: ReadOptions): Json
  /** The value as reads show it: secrets become `hidden`; undefined leaves them out. */
  mask(value: Json, hidden: null | undefined): Json | undefined
  readonly required: boolean
  readonly nullable: boolean
  readonly secret?: true
  /** Stored when the member is left out. */
  readonly fallback?: Json
}

const shape = (read: Shape['read'], mask: Shape['mask'] = value => value): Shape => ({
  read,
  mask,
  required: true,
  nullable: false,
})

const wrong = (path: string, expected: string) =>
  badRequest(`The value of '${path}' is not valid: expected ${expected}.`)

/** May be left out; null counts as left out. */
export const optional = (inner: Shape): Shape => ({ ...inner, required: false })
/** Shown with `fallback` when left out. */
export const defaulted = (inner: Shape, fallback: Json): Shape => ({ ...inner, required: false, fallback })
export const nullable = (inner: Shape): Shape => ({ ...inner, nullable: true })
/** Reads hide it. */
export const secret = (inner: Shape): Shape => ({ ...inner, secret: true, mask: (_value, hidden) => hidden })

const textThat = (matches: (value: string) => boolean, expected: string, normalise = (value: string) => value): Shape =>
  shape((value, path) => {
    if (typeof value !== 'string' || !matches(value)) throw wrong(path, expected)
    return normalise(value)
  })

export const text = textThat(() => true, 'text')
export const oneOf = (...values: string[]): Shape =>
  textThat(value => values.includes(value), `one of ${values.join(', ')}`)
export const guid = textThat(
  value => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
  'a GUID',
  value => value.toLowerCase(),
)
export const duration = textThat(
  value => /^-?P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/.test(value),
  'an ISO 8601 duration',
)
export const base64 = textThat(value => value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value), 'base64 text')
export const instant = textThat(
  value => parseInstant(value) !== undefined,
  'an ISO 8601 date and time',
  value => formatInstant(parseInstant(value) ?? 0n),
)

export const bool = shape((value, path) => {
  if (typeof value !== 'boolean') throw wrong(path, 'true or false')
  return value
})

export const number = shape((value, path) => {
  if (typeof value !== 'number') throw wrong(path, 'a number')
  return value
})

/** A whole number from `least` to `most`, both within int32. */
export const int32 = (least = -(2 ** 31), most = 2 ** 31 - 1): Shape =>
  shape((value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw wrong(path, `a whole number from ${least} to ${most}`)
    return value
  })

/** Keeps all digits of a number that a double cannot hold. */
export const int64 = (least = -(2n ** 63n)): Shape =>
  shape((value, path) => {
    const digits = isRawNumber(value) ? value.rawJSON : Number.isSafeInteger(value) ? String(value) : undefined
    const number = digits === undefined ? undefined : BigInt(digits)
    if (number === undefined || number < least || number > 2n ** 63n - 1n)
      throw wrong(path, 'a whole number of 64 bits')
    return value
  })

export const arrayOf = (item: Shape): Shape =>
  shape(
    (value, path, options) => {
      if (!Array.isArray(value)) throw wrong(path, 'an array')
      return (value as readonly Json[]).map((member, index) => item.read(member, `${path}[${index}]`, options))
    },
    (value, hidden) =>
      Array.isArray(value) ? (value as readonly Json[]).map(member => item.mask(member, hidden) ?? null) : value,
  )

/** An object whose members are all described by `item`. */
export const mapOf = (item: Shape): Shape =>
  shape((value, path, options) => {
    if (!isObject(value)) throw wrong(path, 'an object')
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, item.read(member ?? null, `${path}.${name}`, options)]),
    )
  })

export type Members = Readonly<Record<string, Shape>>

const readMember = (member: Shape, value: Json | undefined, path: string, options: ReadOptions): Json | undefined => {
  if (value !== undefined && value !== null) return member.read(value, path, options)
  if (value === null && (member.nullable || (member.secret === true && options.acceptNullSecrets === true))) return null
  if (member.fallback !== undefined) return member.fallback
  if (member.required) throw badRequest(`The required property '${path}' is missing or null.`)
  return undefined
}

const maskMembers = (members: Members, value: Json, hidden: null | undefined): Json => {
  if (!isObject(value)) return value
  const masked: Record<string, Json | undefined> = {}
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue
    const described = members[name]
    masked[name] = described === undefined ? member : described.mask(member, hidden)
  }
  return masked
}

/** Members come out in the order of the description. */
export const object = (members: Members): Shape =>
  shape(
    (value, path, options) => {
      if (!isObject(value)) throw wrong(path, 'an object')
      const read: Record<string, Json> = {}
      for (const [name, member] of Object.entries(members)) {
        const found = readMember(member, value[name], path === '' ? name : `${path}.${name}`, options)
        if (found !== undefined) read[name] = found
      }
      return options.acceptUnknownTypes === true ? { ...value, ...read } : read
    },
    (value, hidden) => maskMembers(members, value, hidden),
  )

/** An object as it came. */
export const anyObject = shape((value, path) => {
  if (!isObject(value)) throw wrong(path, 'an object')
  return value
})

const typePrefix = '#Microsoft.Media.'

/** One of several kinds of object, told apart by `@odata.type`. */
export const union = (prefix: string, kinds: Readonly<Record<string, Members>>): Shape => {
  const shapes = new Map(
    Object.entries(kinds).map(([kind, members]) => [
      `${typePrefix}${prefix}${kind}`,
      object({ '@odata.type': text, ...members }),
    ]),
  )
  const shapeOf = (value: Json) => {
    const type = isObject(value) ? value['@odata.type'] : undefined
    return typeof type === 'string' ? shapes.get(type) : undefined
  }
  return shape(
    (value, path, options) => {
      const known = shapeOf(value)
      if (known !== undefined) return known.read(value, path, options)
      if (options.acceptUnknownTypes === true && isObject(value)) return value
      throw wrong(`${path}['@odata.type']`, `one of ${[...shapes.keys()].join(', ')}`)
    },
    (value, hidden) => shapeOf(value)?.mask(value, hidden) ?? value,
  )
}

/** Reads an object body with a shape made by `object`. */
export const readObject = (described: Shape, value: Json, options: ReadOptions = {}): JsonObject =>
  described.read(value, '', options) as JsonObject

/** @param hidden stands for each secret; undefined leaves them out. */
export const maskObject = (described: Shape, value: JsonObject, hidden: null | undefined): JsonObject =>
  described.mask(value, hidden) as JsonObject
