/** When two resources of two accounts count as the same, in the words of a viewer rather than of the app. Pure. */
import type { JsonObject } from '../stack/arm.ts'

type Value = JsonObject[string]

const isObject = (value: Value): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Set by the account, so they differ by nature. */
const ownByNature = new Set(['created', 'lastModified', 'policyId', 'policyOptionId', 'provisioningState'])

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** The service keeps 1/300 s (contract section 4), so times are compared in steps of 10 ms. */
const roundedInstant = (text: string) => Math.round(Date.parse(text) / 10)

/** A form in which equal resources are equal texts: sorted names, absent and empty alike, times as the service keeps them. */
const canonical = (value: Value): string => {
  const plain = (part: Value): unknown => {
    if (Array.isArray(part)) return part.map(plain)
    if (isObject(part))
      return Object.fromEntries(
        Object.entries(part)
          .filter(([name, inner]) => !ownByNature.has(name) && !isEmpty(inner))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, inner]) => [name, plain(inner)]),
      )
    return typeof part === 'string' && instant.test(part) ? roundedInstant(part) : part
  }
  return JSON.stringify(plain(value))
}

const isEmpty = (value: Value): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

export const same = (a: Value, b: Value): boolean => canonical(a) === canonical(b)

export interface Key {
  readonly id: string
  readonly label: string
  readonly value: string
}

/** From the answer of listContentKeys; in order of id, since the service gives them in any. */
export const keysOf = (answer: JsonObject): readonly Key[] => {
  const keys = Array.isArray(answer.contentKeys) ? answer.contentKeys.filter(isObject) : []
  return keys
    .map(key => ({
      id: String(key.id).toLowerCase(),
      label: String(key.labelReferenceInStreamingPolicy ?? ''),
      value: String(key.value ?? ''),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
