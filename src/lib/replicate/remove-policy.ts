import { type Facts, isOwned } from '../ledger/facts.ts'
import type { Unit } from '../model.ts'
import { proveAccount } from './deletes.ts'
import type { Pair } from './pair.ts'
import { missing, type PolicyInput, type PolicyResult } from './policy.ts'
import { unmark } from './policy-mark.ts'
import { assertNotOlder } from './policy-owner.ts'
import { type PolicyUnit, policyMark } from './policy-unit.ts'
import { inUse } from './policy-users.ts'
import { Stop } from './trouble.ts'
import { searching, usersOf } from './user-search.ts'

const remove = ({ target }: Pair, { kind, name }: PolicyUnit): Promise<void> => {
  if (kind === 'contentKeyPolicy') return target.deleteContentKeyPolicy(name)
  return kind === 'streamingPolicy' ? target.deleteStreamingPolicy(name) : target.deleteAccountFilter(name)
}

/**
 * Noted of a twin that the target does not show, or that is about to be deleted: when it is not there at the next look, it
 * is gone. A single answer may be an old one, and would leave it there with nobody to know it.
 */
const noted = ({ name }: Unit, source: string, detail: string): Facts => ({
  refusals: { [name.toLowerCase()]: { source, target: 'old', detail } },
})

const isNoted = ({ name }: Unit, { refusals, targetMark }: Facts): boolean => {
  const { source, target } = refusals?.[name.toLowerCase()] ?? {}
  return target === 'old' && source === targetMark
}

const notShown = (unit: Unit, targetMark: string): PolicyResult => {
  const detail = `${unit.name} was left in the target, which does not show it. It is looked for once more.`
  return {
    outcome: { outcome: 'failed', code: 'Unexpected', detail },
    facts: noted(unit, targetMark, detail),
    changes: [],
  }
}

/** Whether it equals what was written could only be told while the source had it. */
const changed = ({ name }: Unit, targetMark: string | undefined): Stop => {
  const how = targetMark
    ? 'was changed in the target.'
    : 'is in the target, and whether we made it is not known: the source lost it before that was seen.'
  return new Stop({ outcome: 'blocked', code: 'TargetChanged', detail: `${name} ${how}` })
}

/**
 * Directly before the delete: the search for users and the ledger take their time, and a policy is often deleted only to be
 * made anew, or edited in the target. Locators have just been walked through.
 *
 * Throws Stop `SourceChanged`, `PolicyInUse` or `TargetChanged`.
 */
const demandStillGone = async (pair: Pair, unit: PolicyUnit, facts: Facts): Promise<void> => {
  const [inSource, inTarget, users] = await Promise.all([
    policyMark(pair.source, unit),
    policyMark(pair.target, unit),
    unit.kind === 'accountFilter' ? undefined : usersOf(pair, unit, facts, true),
  ])
  if (inSource !== undefined)
    throw new Stop({ outcome: 'waiting', code: 'SourceChanged', detail: `${unit.name} is back.` })
  if (users !== undefined && users.found.length > 0) throw new Stop(inUse(unit, users.found))
  if (inTarget !== undefined && inTarget !== facts.targetMark) throw changed(unit, facts.targetMark)
}

/** What is left to know of a twin that is no more. */
const gone: Facts = {
  owner: 'gone',
  sourceMark: '',
  targetMark: '',
  mark: '',
  usedBy: [],
  userSearch: null,
  refusals: {},
}

/**
 * A policy or account filter that is gone from the source, as its own GET has just said: its twin goes too when it is
 * ours, as we left it, and nothing in the target uses it. Filters follow the source at once, used or not. Its mark goes
 * before it, so that another one of its name is not taken for ours once nobody remembers it.
 */
export const removePolicy = async (pair: Pair, unit: PolicyUnit, input: PolicyInput): Promise<PolicyResult> => {
  const { owner, sourceAccount, targetMark } = input.facts
  if (owner === 'gone') return { outcome: { outcome: 'inSync' }, facts: {}, changes: [] }
  if (!isOwned(owner) || sourceAccount === undefined || input.deletes === undefined) return missing(pair, unit)
  await proveAccount(pair, input.facts, input.deletes)
  const mark = await policyMark(pair.target, unit)
  if (mark !== undefined) {
    assertNotOlder(pair, unit, input.facts, mark)
    if (mark !== targetMark) throw changed(unit, targetMark)
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
  }
  if (input.mayWrite !== undefined) {
    if (mark === undefined && targetMark && !isNoted(unit, input.facts)) return notShown(unit, targetMark)
    // While the row is still ours: after the delete, the mark may be that of one that another pass has made since.
    await input.mayWrite({ ...input.facts, ...noted(unit, targetMark ?? '', 'It was to be deleted.'), mark: '' })
    if (mark !== undefined) await demandStillGone(pair, unit, input.facts)
    await unmark(pair, unit)
    if (mark !== undefined) await remove(pair, unit)
  }
  return { outcome: { outcome: 'inSync' }, facts: gone, changes: [] }
}

const kindOfDelete = ({ kind }: PolicyUnit) => (kind === 'accountFilter' ? 'locators' : 'objects')
