import type { Json, StreamingPolicy } from './resources.ts'

type JsonObject = { readonly [name: string]: Json }

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Every account has the same six and nobody can write them (contract section 6.7). */
export const isPredefined = (name: string): boolean => /^predefined_/i.test(name)

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
