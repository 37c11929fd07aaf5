import { type Facts, isOwned } from '../ledger/facts.ts'
import type { Outcome } from '../model.ts'
import { syncAccountFilter } from './account-filter.ts'
import { syncContentKeyPolicy } from './content-key-policy.ts'
import { accountToFollow } from './deletes.ts'
import type { Pair } from './pair.ts'
import type { PolicyInput, PolicyResult } from './policy.ts'
import { type PolicyUnit, policyMark } from './policy-unit.ts'
import { removePolicy } from './remove-policy.ts'
import { syncStreamingPolicy } from './streaming-policy.ts'
import { Stop } from './trouble.ts'

const syncs = {
  contentKeyPolicy: syncContentKeyPolicy,
  streamingPolicy: syncStreamingPolicy,
  accountFilter: syncAccountFilter,
} as const satisfies Record<PolicyUnit['kind'], unknown>

/** Reads, compares and, where the input allows it, writes one unit without files. */
export const syncPolicy = async (pair: Pair, unit: PolicyUnit, input: PolicyInput): Promise<PolicyResult> => {
  const { mayWrite } = input
  let account: string | undefined
  const guarded: PolicyInput =
    mayWrite === undefined
      ? input
      : {
          ...input,
          mayWrite: async facts => {
            if (account === undefined) {
              account = await accountToFollow(pair, input.facts, input.deletes)
              if (await isConflict(pair, unit, input)) throw new Stop(changed(unit))
            }
            await mayWrite({ ...facts, ...ofAccount(input, account) })
          },
        }
  const result = await syncs[unit.kind](pair, unit, guarded)
  const wouldWrite = mayWrite === undefined && result.outcome.outcome === 'inSync' && result.changes.length > 0
  if (wouldWrite && (await isConflict(pair, unit, input))) return { ...result, outcome: changed(unit) }
  if (result.outcome.outcome === 'blocked' && result.outcome.code === 'SourceMissing')
    return removePolicy(pair, unit, input)
  if (account === undefined) return remembered(pair, input, result)
  return remembered(pair, input, { ...result, facts: { ...result.facts, ...ofAccount(input, account) } })
}

/** Of another account than before, the mark in the target's storage is to tell as well. */
const ofAccount = ({ facts }: PolicyInput, sourceAccount: string): Facts =>
  sourceAccount === facts.sourceAccount ? {} : { sourceAccount, mark: '' }

/** After an outage: somebody changed or deleted the twin since we left it. */
const isConflict = async (pair: Pair, unit: PolicyUnit, { guarded, facts }: PolicyInput): Promise<boolean> =>
  guarded === true && Boolean(facts.targetMark) && (await policyMark(pair.target, unit)) !== facts.targetMark

const changed = ({ name }: PolicyUnit): Outcome => ({
  outcome: 'blocked',
  code: 'TargetChanged',
  detail: `${name} was changed or deleted in the target.`,
})

/** What a later delete is proven with, beside how the twin was left: the account that it was made from. */
const remembered = async (pair: Pair, input: PolicyInput, result: PolicyResult): Promise<PolicyResult> => {
  const { owner, sourceAccount } = result.facts
  const written = result.changes.length > 0
  if (result.outcome.outcome !== 'inSync' || !isOwned(owner) || (written && input.mayWrite === undefined)) return result
  const account = sourceAccount ?? (await pair.source.mediaServiceId())
  return { ...result, facts: { ...result.facts, sourceAccount: account } }
}
