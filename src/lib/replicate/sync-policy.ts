import type { Kind, Unit } from '../model.ts'
import { syncAccountFilter } from './account-filter.ts'
import { syncContentKeyPolicy } from './content-key-policy.ts'
import type { Pair } from './pair.ts'
import type { PolicyInput, PolicyResult } from './policy.ts'
import { syncStreamingPolicy } from './streaming-policy.ts'

type PolicyKind = Exclude<Kind, 'asset' | 'streamingLocator'>

const syncs = {
  contentKeyPolicy: syncContentKeyPolicy,
  streamingPolicy: syncStreamingPolicy,
  accountFilter: syncAccountFilter,
} as const satisfies Record<PolicyKind, unknown>

/** Reads, compares and, where the input allows it, writes one unit without files. */
export const syncPolicy = (
  pair: Pair,
  unit: Unit & { readonly kind: PolicyKind },
  input: PolicyInput,
): Promise<PolicyResult> => syncs[unit.kind](pair, unit, input)
