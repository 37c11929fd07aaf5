/**
 * From the resources of this app to the bodies of PUT requests. They are made here and not by the SDK, whose
 * serialiser trims times to milliseconds, damages 64-bit numbers and strips unknown types (contract section 13).
 */
import type {
  AssetWrite,
  ContentKeyPolicyBody,
  FilterProperties,
  Json,
  LocatorWrite,
  StreamingPolicy,
} from '../resources.ts'
import { assertWritable, assertWritablePolicy, int64Fields, secretFields } from './known-types.ts'
import { exactInteger, given, isObject, type JsonObject } from './wire.ts'

export interface Body {
  readonly properties: JsonObject
  /** Values of the body that no error message may repeat. */
  readonly secrets: readonly string[]
}

export const assetBody = (asset: AssetWrite): Body => ({
  properties: {
    container: asset.container,
    storageAccountName: asset.storageAccountName,
    ...given({ alternateId: asset.alternateId, description: asset.description }),
  },
  secrets: [],
})

export const filterBody = (filter: FilterProperties): Body => {
  const { forceEndTimestamp, ...times } = filter.presentationTimeRange ?? {}
  const range = {
    ...Object.fromEntries(Object.entries(times).map(([field, value]) => [field, exactInteger(value, field)])),
    ...given({ forceEndTimestamp }),
  }
  return {
    properties: {
      ...given({
        presentationTimeRange: filter.presentationTimeRange && range,
        firstQuality: filter.firstQuality && { bitrate: filter.firstQuality.bitrate },
      }),
      tracks: filter.tracks.map(({ trackSelections }) => ({
        trackSelections: trackSelections.map(({ property, operation, value }) => ({ property, operation, value })),
      })),
    },
    secrets: [],
  }
}

export const locatorBody = (locator: LocatorWrite): Body => {
  const contentKeys = locator.contentKeys.map(({ id, label, value }) => ({
    id,
    ...given({ labelReferenceInStreamingPolicy: label }),
    value: value.reveal(),
  }))
  return {
    properties: {
      assetName: locator.assetName,
      streamingLocatorId: locator.streamingLocatorId,
      streamingPolicyName: locator.streamingPolicyName,
      endTime: locator.endTime,
      filters: locator.filters,
      ...given({
        startTime: locator.startTime,
        defaultContentKeyPolicyName: locator.defaultContentKeyPolicyName,
        alternativeMediaId: locator.alternativeMediaId,
        // An empty list is not the same as none: "supply all or none" (contract section 6.8).
        contentKeys: contentKeys.length > 0 ? contentKeys : undefined,
      }),
    },
    secrets: contentKeys.map(key => key.value),
  }
}

const withExactIntegers = (json: Json, field: string): Json => {
  if (Array.isArray(json)) return json.map(item => withExactIntegers(item, field))
  if (isObject(json)) {
    return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, withExactIntegers(value, name)]))
  }
  return typeof json === 'string' && int64Fields.has(field) ? exactInteger(json, field) : json
}

const secretsOf = (json: Json, field: string): readonly string[] => {
  if (typeof json === 'string') return secretFields.has(field) ? [json] : []
  if (Array.isArray(json)) return json.flatMap(item => secretsOf(item, field))
  return isObject(json) ? Object.entries(json).flatMap(([name, value]) => secretsOf(value, name)) : []
}

/** Throws ServiceError `unknownType` before anything is sent. */
export const policyBody = (body: ContentKeyPolicyBody): Body => {
  const properties = body.reveal()
  assertWritablePolicy(properties)
  return {
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, withExactIntegers(value, name)]),
    ),
    secrets: secretsOf(properties, ''),
  }
}

/** Throws ServiceError `unknownType` before anything is sent. */
export const streamingPolicyBody = (properties: StreamingPolicy['properties']): Body => {
  assertWritable(properties, new Set())
  const { created: _, ...writable } = properties
  return { properties: writable, secrets: [] }
}
