/** A unit without files, and how its object is told from another one of its name. */
import type { MediaReader } from '../media/ports.ts'
import type { Kind, Unit } from '../model.ts'
import { digestOf } from './digest.ts'

export type PolicyUnit = Unit & { readonly kind: Exclude<Kind, 'asset' | 'streamingLocator'> }

export const isPolicyUnit = (unit: Unit): unit is PolicyUnit =>
  unit.kind !== 'asset' && unit.kind !== 'streamingLocator'

/**
 * How a policy or filter of the target was left, by which a change of somebody else is known: its identity and when it
 * was last changed. Undefined where there is none.
 */
export const policyMark = async (reader: MediaReader, { kind, name }: PolicyUnit): Promise<string | undefined> => {
  if (kind === 'contentKeyPolicy') {
    const policy = await reader.contentKeyPolicy(name)
    return policy === undefined ? undefined : `${policy.policyId}/${policy.lastModified}`
  }
  if (kind === 'streamingPolicy') {
    const policy = await reader.streamingPolicy(name)
    return policy === undefined ? undefined : `${policy.created}/`
  }
  const filter = await reader.accountFilter(name)
  // A filter has neither identity nor times.
  return filter === undefined ? undefined : `${digestOf(filter.properties)}/`
}
