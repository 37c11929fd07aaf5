/** The content keys of a new locator (contract section 6.8). */
import { badRequest } from '../arm-errors.ts'
import type { JsonObject } from '../json.ts'
import type { StoredKey } from './locator-index.ts'
import { keysOfPolicy, type PolicyKey } from './policy-keys.ts'

/** A key as the caller supplies it. */
export interface SuppliedKey {
  readonly id: string
  readonly label?: string
  /** base64 */
  readonly value?: string
}

export interface KeySource {
  readonly uuid: () => string
  readonly randomBytes: (length: number) => Uint8Array
}

const keyLength = 16

const policyOf = (key: PolicyKey, locatorPolicy: string | undefined, defaultPolicy: string | undefined) =>
  key.policyName ?? locatorPolicy ?? defaultPolicy

const generated = (source: KeySource): SuppliedKey & { readonly value: string } => ({
  id: source.uuid(),
  value: Buffer.from(source.randomBytes(keyLength)).toString('base64'),
})

/**
 * One key for each that the streaming policy describes. Supplied keys are matched by label: all of them or none.
 * Throws a 400 when they do not fit, or when a key would have no content key policy to deliver it.
 * @param completes makes the keys that are missing, and drops those without use, instead of refusing both.
 * @param policies names: the locator's own default and the streaming policy's default.
 */
export const keysFor = (
  streamingPolicy: JsonObject,
  policies: { readonly ofLocator: string | undefined; readonly ofPolicy: string | undefined },
  supplied: readonly SuppliedKey[],
  source: KeySource,
  completes = false,
): StoredKey[] => {
  const described = keysOfPolicy(streamingPolicy)
  const left = [...supplied]
  const keys = described.map((key): StoredKey => {
    const index = left.findIndex(({ label }) => label === key.label)
    const [match] = index < 0 ? [] : left.splice(index, 1)
    if (supplied.length > 0 && match === undefined && !completes)
      throw badRequest(`A content key with the label '${key.label ?? ''}' of the streaming policy is missing.`)
    const policyName = policyOf(key, policies.ofLocator, policies.ofPolicy)
    if (policyName === undefined && key.deliveredByService)
      throw badRequest(`The content key '${key.label ?? ''}' has no content key policy.`)
    const { id, value } = { ...generated(source), ...match }
    return {
      id: id.toLowerCase(),
      type: key.type,
      ...(key.label === undefined ? {} : { labelReferenceInStreamingPolicy: key.label }),
      value,
      ...(policyName === undefined ? {} : { policyName }),
      tracks: key.tracks,
    }
  })
  const surplus = left[0]
  if (surplus !== undefined && !completes)
    throw badRequest(`The content key label '${surplus.label ?? ''}' is not in the streaming policy.`)
  return keys
}
