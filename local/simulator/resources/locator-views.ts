/** What each read shows of a locator (contract sections 4 and 6.8). */
import { roundInstant } from '../instants.ts'
import { type JsonObject, textAt } from '../json.ts'
import type { Resource } from '../state.ts'
import { type StoredKey, storedKeys } from './locator-index.ts'

const times = ['created', 'startTime', 'endTime'] as const

/** Times as they come back from the data base; the answer to the PUT is not rounded. */
const rounded = (properties: JsonObject): JsonObject => {
  const changed: Record<string, string> = {}
  for (const name of times) {
    const time = textAt(properties, name)
    if (time !== undefined) changed[name] = roundInstant(time)
  }
  return { ...properties, ...changed }
}

const withoutValue = ({ value: _value, policyName: _policyName, ...shown }: StoredKey): JsonObject => shown

export const locatorAsCreated = (locator: Resource): JsonObject => ({
  ...locator.properties,
  contentKeys: storedKeys(locator).map(withoutValue),
})

export const locatorAsRead = (locator: Resource): JsonObject => rounded(locatorAsCreated(locator))

/** Lists never show keys. */
export const locatorAsListed = (locator: Resource): JsonObject => ({ ...rounded(locator.properties), contentKeys: [] })

/** As listStreamingLocators of an asset shows it. */
export const locatorSummary = (locator: Resource): JsonObject => {
  const {
    assetName,
    created,
    startTime,
    endTime,
    streamingLocatorId,
    streamingPolicyName,
    defaultContentKeyPolicyName,
  } = rounded(locator.properties)
  return {
    name: locator.name,
    assetName,
    created,
    startTime,
    endTime,
    streamingLocatorId,
    streamingPolicyName,
    defaultContentKeyPolicyName,
  }
}
