import type { UrlRule } from '../model.ts'
import type { Json, StreamingPolicy } from './resources.ts'

type JsonObject = { readonly [name: string]: Json }

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Every account has the same six and nobody can write them (contract section 6.7). */
export const isPredefined = (name: string): boolean => /^predefined_/i.test(name)

const namesIn = (contentKeys: JsonObject): readonly Json[] => {
  const { defaultKey, keyToTrackMappings } = contentKeys
  const keys = [defaultKey, ...(Array.isArray(keyToTrackMappings) ? keyToTrackMappings : [])]
  return keys.filter(isObject).flatMap(key => key.policyName ?? [])
}

/** Everything but the host is kept letter by letter, since the templates hold tokens that are no part of a URL. */
const withHost = (url: string, rules: readonly UrlRule[]): string => {
  const [, before = '', host = ''] = /^((?:[a-z][a-z0-9+.-]*:)?(?:\/\/)?)([^/:?#]*)/i.exec(url) ?? []
  const rule = rules.find(({ from }) => from.toLowerCase() === host.toLowerCase())
  return rule === undefined ? url : `${before}${rule.to}${url.slice(before.length + host.length)}`
}

export const urlFields: ReadonlySet<string> = new Set([
  'customKeyAcquisitionUrlTemplate',
  'customKeysAcquisitionUrlTemplate',
  'customLicenseAcquisitionUrlTemplate',
])

const rewritten = (json: Json, field: string, rules: readonly UrlRule[]): Json => {
  if (typeof json === 'string') return urlFields.has(field) ? withHost(json, rules) : json
  if (Array.isArray(json)) return json.map(item => rewritten(item, field, rules))
  if (!isObject(json)) return json
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, rewritten(value, name, rules)]))
}

/** A streaming policy as its twin is to be: licence and key URLs may name servers of one region (contract section 14). */
export const withRewrittenUrls = (policy: StreamingPolicy, rules: readonly UrlRule[]): StreamingPolicy =>
  rules.length === 0 ? policy : { ...policy, properties: rewritten(policy.properties, '', rules) as JsonObject }

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
