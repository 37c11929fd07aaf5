/** Reading the body of a locator PUT. */
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'
import { arrayOf, base64, defaulted, guid, instant, object, optional, text } from '../shape.ts'
import type { SuppliedKey } from './locator-keys.ts'

export const locatorShape = object({
  assetName: text,
  startTime: optional(instant),
  endTime: optional(instant),
  streamingLocatorId: optional(guid),
  streamingPolicyName: text,
  defaultContentKeyPolicyName: optional(text),
  contentKeys: defaulted(
    arrayOf(object({ id: guid, labelReferenceInStreamingPolicy: optional(text), value: optional(base64) })),
    [],
  ),
  alternativeMediaId: optional(text),
  filters: defaulted(arrayOf(text), []),
})

const listAt = (wanted: JsonObject, name: string): readonly Json[] => {
  const found = wanted[name]
  return Array.isArray(found) ? (found as readonly Json[]) : []
}

export const suppliedKeys = (wanted: JsonObject): SuppliedKey[] =>
  listAt(wanted, 'contentKeys')
    .filter(isObject)
    .map(key => {
      const label = textAt(key, 'labelReferenceInStreamingPolicy')
      const value = textAt(key, 'value')
      return {
        id: textAt(key, 'id') ?? '',
        ...(label === undefined ? {} : { label }),
        ...(value === undefined ? {} : { value }),
      }
    })

export const filtersOf = (wanted: JsonObject): string[] =>
  listAt(wanted, 'filters').filter(filter => typeof filter === 'string')
