import type { Kind, Unit } from '../model.ts'
import { syncAccountFilter } from './account-filter.ts'
import { syncContentKeyPolicy } from './content-key-policy.ts'
import type { Pair } from './pair.ts'
import type { PolicyInput, PolicyResult } from './policy.ts'
import { policyMark, removePolicy } from './remove-policy.ts'
import { syncStreamingPolicy } from './streaming-policy.ts'

type PolicyUnit = Unit & { readonly kind: Exclude<Kind, 'asset' | 'streamingLocator'> }

const syncs = {
  contentKeyPolicy: syncContentKeyPolicy,
  streamingPolicy: syncStreamingPolicy,
  accountFilter: syncAccountFilter,
} as const satisfies Record<PolicyUnit['kind'], unknown>

/** Reads, compares and, where the input allows it, writes one unit without files. */
export const syncPolicy = async (pair: Pair, unit: PolicyUnit, input: PolicyInput): Promise<PolicyResult> => {
  const result = await syncs[unit.kind](pair, unit, input)
  if (result.outcome.outcome === 'blocked' && result.outcome.code === 'SourceMissing')
    return removePolicy(pair, unit, input)
  return remembered(pair, unit, input, result)
}

/** What a later delete is proven with: the account that a twin was made from, and how it was left. */
const remembered = async (
  pair: Pair,
  unit: PolicyUnit,
  input: PolicyInput,
  result: PolicyResult,
): Promise<PolicyResult> => {
  const { owner, sourceAccount, targetMark } = result.facts
  const written = result.changes.length > 0
  const ours = owner === 'made' || owner === 'adopted'
  if (result.outcome.outcome !== 'inSync' || !ours || (written && input.mayWrite === undefined)) return result
  const account = sourceAccount ?? (await pair.source.mediaServiceId())
  const unmarked = unit.kind === 'accountFilter' && (written || !targetMark)
  const mark = unmarked ? await policyMark(pair.target, unit) : targetMark
  return { ...result, facts: { ...result.facts, sourceAccount: account, ...(mark ? { targetMark: mark } : {}) } }
}
