import { type Facts, isOwned } from '../ledger/facts.ts'
import type { MediaReader } from '../media/ports.ts'
import type { Kind, Unit } from '../model.ts'
import { proveAccount } from './deletes.ts'
import { digestOf } from './digest.ts'
import type { Pair } from './pair.ts'
import { missing, type PolicyInput, type PolicyResult } from './policy.ts'
import { inUse } from './policy-users.ts'
import { Stop } from './trouble.ts'
import { searching, usersOf } from './user-search.ts'

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

const remove = ({ target }: Pair, { kind, name }: PolicyUnit): Promise<void> => {
  if (kind === 'contentKeyPolicy') return target.deleteContentKeyPolicy(name)
  return kind === 'streamingPolicy' ? target.deleteStreamingPolicy(name) : target.deleteAccountFilter(name)
}

/** What is left to know of a twin that is no more. */
const gone: Facts = { owner: 'gone', sourceMark: '', targetMark: '', usedBy: [], userSearch: null }

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
    if (unit.kind !== 'accountFilter') {
      const users = await usersOf(pair, unit, input.facts, input.mayWrite === undefined)
      if (users.found.length > 0) return { outcome: inUse(unit, users.found), facts: users.facts, changes: [] }
      if (users.goesOn) return { outcome: searching(pair, unit), facts: users.facts, changes: [], goesOn: true }
    }
    if (input.mayWrite === undefined)
      return {
        outcome: { outcome: 'inSync' },
        facts: {},
        changes: ['it was removed from the source; it goes unless a locator of the target uses it'],
      }
    await input.deletes.allow([`${unit.kind}/${unit.name.toLowerCase()}/${mark}`], kindOfDelete(unit))
    await input.mayWrite(input.facts)
    await remove(pair, unit)
  }
  return { outcome: { outcome: 'inSync' }, facts: gone, changes: [] }
}

const kindOfDelete = ({ kind }: PolicyUnit) => (kind === 'accountFilter' ? 'locators' : 'objects')
