import { comparePolicyBody } from '../media/compare.ts'
import type { ContentKeyPolicy } from '../media/resources.ts'
import type { Unit } from '../model.ts'
import type { Pair } from './pair.ts'
import { inSync, missing, ofThis, type PolicyInput, type PolicyResult, settle } from './policy.ts'

/** Reads, compares, writes and reads back, in one memory: the secrets go nowhere else (P6). */
export const syncContentKeyPolicy = async (pair: Pair, unit: Unit, given: PolicyInput): Promise<PolicyResult> => {
  const [source, target] = await Promise.all([
    pair.source.contentKeyPolicy(unit.name),
    pair.target.contentKeyPolicy(unit.name),
  ])
  if (source === undefined) return missing(pair, unit)
  const input = ofThis(given, target?.policyId)
  const marks = { sourceMark: markOf(source), targetMark: markOf(target) }
  const { sourceMark, targetMark } = input.facts
  if (target !== undefined && sourceMark === marks.sourceMark && targetMark === marks.targetMark) {
    return { outcome: inSync, facts: input.facts, changes: [] }
  }
  const body = await pair.source.contentKeyPolicyBody(unit.name)
  if (body === undefined) return missing(pair, unit)
  const differs = async () => {
    const twin = await pair.target.contentKeyPolicyBody(unit.name)
    return twin === undefined ? ['it is not there'] : comparePolicyBody(body, twin)
  }
  const result = await settle(input, {
    unit,
    exists: target !== undefined,
    differs: target === undefined ? [] : await differs(),
    write: async () => {
      await pair.target.putContentKeyPolicy(unit.name, body)
    },
    readBack: differs,
  })
  if (result.outcome.outcome !== 'inSync' || (result.changes.length > 0 && input.mayWrite === undefined)) return result
  const twin = result.changes.length > 0 ? await pair.target.contentKeyPolicy(unit.name) : target
  return { ...result, facts: { ...result.facts, sourceMark: marks.sourceMark, targetMark: markOf(twin) } }
}

/** The secrets are read only when one side has left the state in which both were last proven equal. */
const markOf = (policy: ContentKeyPolicy | undefined) =>
  policy === undefined ? '' : `${policy.policyId}/${policy.lastModified}`
