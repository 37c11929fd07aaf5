/** What a streaming policy says about content keys: which ones there are and who delivers them (contract section 6.8). */
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'

export const schemes = {
  noEncryption: 'NoEncryption',
  envelopeEncryption: 'EnvelopeEncryption',
  commonEncryptionCenc: 'CommonEncryptionCenc',
  commonEncryptionCbcs: 'CommonEncryptionCbcs',
} as const
export type SchemeName = keyof typeof schemes

/** A key that each locator of the policy has. */
export interface PolicyKey {
  readonly type: string
  readonly label?: string
  readonly policyName?: string
  readonly tracks: readonly Json[]
  /** No license or key URL of one's own is given, so that the service must deliver by a content key policy. */
  readonly deliveredByService: boolean
}

const listAt = (value: JsonObject, name: string): readonly Json[] => {
  const found = value[name]
  return Array.isArray(found) ? (found as readonly Json[]) : []
}

const objectAt = (value: JsonObject, name: string): JsonObject | undefined => {
  const found = value[name]
  return isObject(found) ? found : undefined
}

const deliversByItself = (scheme: JsonObject): boolean => {
  if (textAt(scheme, 'customKeyAcquisitionUrlTemplate') !== undefined) return true
  const ways = [
    ...Object.values(objectAt(scheme, 'drm') ?? {}),
    objectAt(scheme, 'clearKeyEncryptionConfiguration'),
  ].filter(isObject)
  return (
    ways.length > 0 &&
    ways.every(
      way =>
        textAt(way, 'customLicenseAcquisitionUrlTemplate') !== undefined ||
        textAt(way, 'customKeysAcquisitionUrlTemplate') !== undefined,
    )
  )
}

const keyOf = (type: string, described: JsonObject, deliveredByService: boolean): PolicyKey => {
  const label = textAt(described, 'label')
  const policyName = textAt(described, 'policyName')
  return {
    type,
    ...(label === undefined ? {} : { label }),
    ...(policyName === undefined ? {} : { policyName }),
    tracks: listAt(described, 'tracks'),
    deliveredByService,
  }
}

/** One key for the default key and one for each mapping, scheme by scheme. */
export const keysOfPolicy = (policy: JsonObject): PolicyKey[] =>
  Object.entries(schemes).flatMap(([name, type]) => {
    const scheme = objectAt(policy, name)
    const keys = scheme === undefined ? undefined : objectAt(scheme, 'contentKeys')
    if (scheme === undefined || keys === undefined) return []
    const described = [objectAt(keys, 'defaultKey'), ...listAt(keys, 'keyToTrackMappings')].filter(isObject)
    const byService = !deliversByItself(scheme)
    return described.map(key => keyOf(type, key, byService))
  })

/** The content key policies that a streaming policy names. */
export const policyNamesOf = (policy: JsonObject): string[] => {
  const byDefault = textAt(policy, 'defaultContentKeyPolicyName')
  return [...(byDefault === undefined ? [] : [byDefault]), ...keysOfPolicy(policy).flatMap(key => key.policyName ?? [])]
}
