/**
 * What differs between two objects that should be each other's twins, by the tolerances of contract section 14 point 5.
 * Each function answers with the paths of the fields that differ, none when equal, and never with a value (P6). What
 * every account makes for itself (ids of assets, policies and options, times of creation) is no difference.
 */
import { sameBytes, sameCertificate, sameInstant, sameWithoutCase } from './canonical.ts'
import { differences, type Rules } from './differences.ts'
import type {
  Asset,
  AssetWrite,
  ContentKey,
  ContentKeyPolicyBody,
  Filter,
  Json,
  Locator,
  StreamingPolicy,
} from './resources.ts'

type Differences = readonly string[]

const member = (item: Json, name: string): string => {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return ''
  const value = (item as { readonly [name: string]: Json })[name]
  return typeof value === 'string' ? value.toLowerCase() : ''
}

/** Only what a user may set; container and storage belong to each account. */
export const compareAsset = (
  a: Pick<Asset | AssetWrite, 'alternateId' | 'description'>,
  b: Pick<Asset | AssetWrite, 'alternateId' | 'description'>,
): Differences => [
  ...differences(a.alternateId, b.alternateId, {}, 'alternateId'),
  ...differences(a.description, b.description, {}, 'description'),
]

/** 64-bit times are decimal text, so that they are compared to the last digit. */
export const compareFilter = (
  a: Pick<Filter, 'properties' | 'unknown'>,
  b: Pick<Filter, 'properties' | 'unknown'>,
): Differences => differences({ ...a.properties, ...a.unknown }, { ...b.properties, ...b.unknown }, {})

const locatorRules: Rules = {
  ignored: new Set(['created']),
  same: {
    name: sameWithoutCase,
    assetName: sameWithoutCase,
    streamingLocatorId: sameWithoutCase,
    streamingPolicyName: sameWithoutCase,
    defaultContentKeyPolicyName: sameWithoutCase,
    filters: sameWithoutCase,
    id: sameWithoutCase,
    startTime: sameInstant,
    endTime: sameInstant,
  },
  unordered: { filters: String, contentKeys: key => member(key, 'id') },
}

/** Keys by id and label; their values are compared by compareKeys. */
export const compareLocator = (a: Locator, b: Locator): Differences => differences({ ...a }, { ...b }, locatorRules)

const keyRules: Rules = {
  same: { id: sameWithoutCase, policyName: sameWithoutCase, value: sameBytes },
  unordered: { contentKeys: key => member(key, 'id') },
}

/**
 * The keys of one locator in two accounts, as a set by id; values are compared as bytes. The policy name follows from
 * the locator and its policies and is compared only where both services tell it.
 */
export const compareKeys = (a: readonly ContentKey[], b: readonly ContentKey[]): Differences => {
  const told = [...a, ...b].every(key => key.policyName)
  const shown = (keys: readonly ContentKey[]): Json => ({
    contentKeys: keys.map(({ value, policyName, ...key }) => ({
      ...key,
      value: value.reveal(),
      ...(policyName && told ? { policyName } : {}),
    })),
  })
  return differences(shown(a), shown(b), keyRules)
}

const policyRules: Rules = {
  ignored: new Set(['policyId', 'created', 'lastModified', 'policyOptionId']),
  integers: new Set(['rentalDuration', 'playbackDurationSeconds', 'storageDurationSeconds']),
  same: {
    beginDate: sameInstant,
    expirationDate: sameInstant,
    keyId: sameWithoutCase,
    keyValue: sameBytes,
    exponent: sameBytes,
    modulus: sameBytes,
    ask: sameBytes,
    fairPlayPfx: sameBytes,
    rawBody: sameCertificate,
  },
  unordered: { options: option => member(option, 'name') },
}

/** Two content key policies with their secrets. Options are paired by name, whatever their order. */
export const comparePolicyBody = (a: ContentKeyPolicyBody, b: ContentKeyPolicyBody): Differences =>
  differences(a.reveal(), b.reveal(), policyRules)

const streamingPolicyRules: Rules = {
  ignored: new Set(['created']),
  same: { defaultContentKeyPolicyName: sameWithoutCase, policyName: sameWithoutCase },
  unordered: { keyToTrackMappings: mapping => member(mapping, 'label') },
}

/** Paths of the properties that differ; mappings of keys have no order. */
export const compareStreamingPolicy = (
  a: Pick<StreamingPolicy, 'properties'>,
  b: Pick<StreamingPolicy, 'properties'>,
): Differences => differences(a.properties, b.properties, streamingPolicyRules)
