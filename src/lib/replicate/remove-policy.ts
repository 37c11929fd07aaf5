import { isOwned } from '../ledger/facts.ts'
import type { MediaReader, Page } from '../media/ports.ts'
import { policyNames } from '../media/streaming-policies.ts'
import type { Kind, Unit } from '../model.ts'
import { proveAccount } from './deletes.ts'
import { digestOf } from './digest.ts'
import type { Pair } from './pair.ts'
import { missing, type PolicyInput, type PolicyResult } from './policy.ts'
import { Stop } from './trouble.ts'

export type PolicyUnit = Unit & { readonly kind: Exclude<Kind, 'asset' | 'streamingLocator'> }

export const isPolicyUnit = (unit: Unit): unit is PolicyUnit =>
  unit.kind !== 'asset' && unit.kind !== 'streamingLocator'

/** Names shown of what keeps a policy from being deleted. */
const namesShown = 10

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

const find = async <T>(
  list: (cursor?: string) => Promise<Page<T>>,
  matches: (item: T) => boolean,
): Promise<readonly T[]> => {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const page = await list(cursor)
    found.push(...page.items.filter(matches))
    cursor = page.next
  } while (cursor !== undefined && found.length < namesShown)
  return found
}

/** Locators and streaming policies of the target that name a policy, the first few; anybody's. */
const usersOf = async ({ target }: Pair, { kind, name }: PolicyUnit): Promise<readonly string[]> => {
  const isThis = (other: string | undefined) => other?.toLowerCase() === name.toLowerCase()
  if (kind === 'accountFilter') return []
  const locators = await find(
    cursor => target.locators(cursor),
    locator => isThis(kind === 'streamingPolicy' ? locator.streamingPolicyName : locator.defaultContentKeyPolicyName),
  )
  const policies =
    kind === 'streamingPolicy'
      ? []
      : await find(
          cursor => target.streamingPolicies(cursor),
          policy => policyNames(policy).some(isThis),
        )
  return [...locators.map(one => `locator ${one.name}`), ...policies.map(one => `streaming policy ${one.name}`)]
}

const remove = ({ target }: Pair, { kind, name }: PolicyUnit): Promise<void> => {
  if (kind === 'contentKeyPolicy') return target.deleteContentKeyPolicy(name)
  return kind === 'streamingPolicy' ? target.deleteStreamingPolicy(name) : target.deleteAccountFilter(name)
}

/**
 * A policy or account filter that is gone from the source, as its own GET has just said: its twin goes too when it is
 * ours, as we left it, and nothing in the target uses it. Filters follow the source at once, used or not.
 */
export const removePolicy = async (pair: Pair, unit: PolicyUnit, input: PolicyInput): Promise<PolicyResult> => {
  const { owner, sourceAccount, targetMark } = input.facts
  if (owner === 'gone') return { outcome: { outcome: 'inSync' }, facts: {}, changes: [] }
  if (!isOwned(owner) || sourceAccount === undefined || input.deletes === undefined) return missing(pair, unit)
  await proveAccount(pair, input.facts, input.deletes)
  const mark = await policyMark(pair.target, unit)
  if (mark !== undefined) {
    if (mark !== targetMark)
      throw new Stop({ outcome: 'blocked', code: 'TargetChanged', detail: `${unit.name} was changed in the target.` })
    const users = await usersOf(pair, unit)
    if (users.length > 0) {
      const detail = `${unit.name} is used by ${users.slice(0, namesShown).join(', ')}`
      throw new Stop({ outcome: 'blocked', code: 'PolicyInUse', detail })
    }
    if (input.mayWrite === undefined)
      return { outcome: { outcome: 'inSync' }, facts: {}, changes: ['it was removed from the source'] }
    await input.deletes.allow(1, kindOfDelete(unit))
    await input.mayWrite(input.facts)
    await remove(pair, unit)
  }
  return { outcome: { outcome: 'inSync' }, facts: { owner: 'gone', sourceMark: '', targetMark: '' }, changes: [] }
}

const kindOfDelete = ({ kind }: PolicyUnit) => (kind === 'accountFilter' ? 'locators' : 'objects')
