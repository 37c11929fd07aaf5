import type { Json, StreamingPolicy } from './resources.ts'

type JsonObject = { readonly [name: string]: Json }

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Every account has these six and nobody can write them (contract section 6.7). */
const predefinedClear: ReadonlySet<string> = new Set([
  'predefined_downloadonly',
  'predefined_clearstreamingonly',
  'predefined_downloadandclearstreaming',
])

export const isPredefined = (name: string): boolean => /^predefined_/i.test(name)

/** Whether a locator with this predefined policy needs a content key policy. One of an unknown name is taken to. */
export const predefinedNeedsKeyPolicy = (name: string): boolean =>
  isPredefined(name) && !predefinedClear.has(name.toLowerCase())

/**
 * Whether locators with this policy have content keys; of a predefined policy its name is enough. A scheme this release
 * does not know is taken to encrypt: asking for keys that are not there costs a call, missing some costs the twin.
 */
export const encrypts = (policy: Pick<StreamingPolicy, 'name' | 'properties'> | string): boolean => {
  if (typeof policy === 'string') return predefinedNeedsKeyPolicy(policy)
  if (isPredefined(policy.name)) return predefinedNeedsKeyPolicy(policy.name)
  return Object.entries(policy.properties).some(([scheme, value]) => scheme !== 'noEncryption' && isObject(value))
}

const namesIn = (contentKeys: JsonObject): readonly Json[] => {
  const { defaultKey, keyToTrackMappings } = contentKeys
  const keys = [defaultKey, ...(Array.isArray(keyToTrackMappings) ? keyToTrackMappings : [])]
  return keys.filter(isObject).flatMap(key => key.policyName ?? [])
}

/**
 * Names of the content key policies that a streaming policy refers to: as its default, for a scheme's default key, and
 * for keys of single tracks (contract section 6.5). Each once, without regard to case, as first spelt.
 */
export const policyNames = (policy: Pick<StreamingPolicy, 'properties'>): readonly string[] => {
  const schemes = Object.values(policy.properties).filter(isObject)
  const found = [
    policy.properties.defaultContentKeyPolicyName ?? [],
    ...schemes.flatMap(scheme => (isObject(scheme.contentKeys) ? namesIn(scheme.contentKeys) : [])),
  ]
  const names = new Map<string, string>()
  for (const name of found) {
    if (typeof name === 'string' && name && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  }
  return [...names.values()]
}
