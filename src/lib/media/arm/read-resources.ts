/** From the bodies of the REST API to the resources of this app. Null and absent members are left out. */
import { Secret } from '../../secret.ts'
import { isEarlier } from '../canonical.ts'
import type {
  Asset,
  ContentKey,
  ContentKeyPolicy,
  Json,
  Locator,
  LocatorSummary,
  StreamingPolicy,
} from '../resources.ts'
import { given, isObject, type JsonObject, listIn, objectIn, optionalText, textIn, textsIn } from './wire.ts'

export const propertiesOf = (body: JsonObject) => objectIn(body.properties, 'properties')

export const readAsset = (body: JsonObject): Asset => {
  const properties = propertiesOf(body)
  return {
    name: textIn(body, 'name'),
    assetId: textIn(properties, 'assetId'),
    created: textIn(properties, 'created'),
    lastModified: textIn(properties, 'lastModified'),
    storageAccountName: textIn(properties, 'storageAccountName'),
    storageEncryptionFormat: optionalText(properties, 'storageEncryptionFormat') ?? 'None',
    ...given({
      alternateId: optionalText(properties, 'alternateId'),
      description: optionalText(properties, 'description'),
      container: optionalText(properties, 'container'),
    }),
  }
}

/** @param at where the members are: `properties` of a locator, or an item of listStreamingLocators. */
export const readLocatorSummary = (name: string, at: JsonObject): LocatorSummary => ({
  name,
  assetName: textIn(at, 'assetName'),
  streamingLocatorId: textIn(at, 'streamingLocatorId'),
  streamingPolicyName: textIn(at, 'streamingPolicyName'),
  created: textIn(at, 'created'),
  endTime: textIn(at, 'endTime'),
  ...given({ defaultContentKeyPolicyName: optionalText(at, 'defaultContentKeyPolicyName') }),
})

export const readListedLocator = (body: JsonObject): LocatorSummary =>
  readLocatorSummary(textIn(body, 'name'), propertiesOf(body))

export const readLocator = (body: JsonObject): Locator => {
  const properties = propertiesOf(body)
  return {
    ...readLocatorSummary(textIn(body, 'name'), properties),
    filters: textsIn(properties, 'filters'),
    contentKeys: listIn(properties, 'contentKeys').map(key => ({
      id: textIn(key, 'id'),
      ...given({ label: optionalText(key, 'labelReferenceInStreamingPolicy') }),
    })),
    ...given({
      startTime: optionalText(properties, 'startTime'),
      alternativeMediaId: optionalText(properties, 'alternativeMediaId'),
    }),
  }
}

export const readContentKey = (key: JsonObject): ContentKey => ({
  id: textIn(key, 'id'),
  type: textIn(key, 'type'),
  value: new Secret(textIn(key, 'value')),
  ...given({
    label: optionalText(key, 'labelReferenceInStreamingPolicy'),
    policyName: optionalText(key, 'policyName'),
  }),
})

export const readContentKeyPolicy = (body: JsonObject): ContentKeyPolicy => {
  const properties = propertiesOf(body)
  return {
    name: textIn(body, 'name'),
    policyId: textIn(properties, 'policyId'),
    created: textIn(properties, 'created'),
    lastModified: textIn(properties, 'lastModified'),
    ...given({ description: optionalText(properties, 'description') }),
  }
}

const without = (json: JsonObject, ...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)))

/** Answers are some seconds old. One that is still earlier so many milliseconds after a change is not old: it tells other times. */
const oldestAnswer = 10 * 60_000

/**
 * Whether an answer with secrets, which tells its times like any other (contract section 6.5), is older than what was shown.
 * Whether every service tells them is not known: one that does not, or tells other times, is taken at its word.
 *
 * @param now in milliseconds since 1970.
 */
export const isEarlierPolicy = (body: JsonObject, { lastModified }: ContentKeyPolicy, now: number): boolean => {
  const properties = isObject(body.properties) ? body.properties : body
  return now - Date.parse(lastModified) < oldestAnswer && isEarlier(String(properties.lastModified), lastModified)
}

/**
 * What may be written of a content key policy: without policyId, times and option ids, which every account makes for
 * itself (contract section 6.5). Takes the bare properties of AMS as well as an answer that wraps them.
 */
export const readPolicyBody = (body: JsonObject): JsonObject => {
  const properties = isObject(body.properties) ? body.properties : body
  const options: Json = listIn(properties, 'options').map(option => without(option, 'policyOptionId'))
  return { ...without(properties, 'policyId', 'created', 'lastModified'), options }
}

export const readStreamingPolicy = (body: JsonObject): StreamingPolicy => {
  const properties = propertiesOf(body)
  return {
    name: textIn(body, 'name'),
    created: textIn(properties, 'created'),
    properties: without(properties, 'created'),
  }
}
