/** Whose a policy or account filter of the target is, as far as its row knows. */
import { type Facts, isOwned } from '../ledger/facts.ts'
import { isEarlier } from '../media/canonical.ts'
import type { Unit } from '../model.ts'
import type { Pair } from './pair.ts'
import type { PolicyInput } from './policy.ts'
import { notShownYet, Stop } from './trouble.ts'

/** Identity and time of an object, of a text as in `Facts.targetMark`; where the identity is a time, nothing else moves. */
const partsOf = (mark: string): { readonly identity: string; readonly time: string } => {
  const [identity = '', time] = mark.split('/')
  return { identity, time: time || identity }
}

/**
 * An object of the target that is older than how we have left it a moment ago is not somebody else's: the answer is old.
 *
 * @param shown as in `Facts.targetMark`. Throws Stop.
 */
export const assertNotOlder = (pair: Pair, { name }: Unit, { targetMark = '' }: Facts, shown: string): void => {
  const [found, left] = [partsOf(shown).time, partsOf(targetMark).time]
  const isNew = pair.clock() - Date.parse(left) < pair.timing.changesOverlap
  if (isNew && isEarlier(found, left)) throw new Stop(notShownYet(name))
}

/**
 * What the row says of whose the target's object is holds for that very object: one that was deleted and made again by
 * somebody else has another identity, and is theirs.
 *
 * @param shown the target's object in the words of `Facts.targetMark`, which is empty while we are making one whose
 *   identity is not known yet; undefined where there is none. Throws Stop where the answer is old.
 */
export const ofThis = (pair: Pair, unit: Unit, input: PolicyInput, shown: string | undefined): PolicyInput => {
  const { owner, ...facts } = input.facts
  if (owner === undefined || !shown || !facts.targetMark) return input
  assertNotOlder(pair, unit, facts, shown)
  return partsOf(shown).identity === partsOf(facts.targetMark).identity ? input : { ...input, facts }
}

/** Whether the target's object may be changed; an equal one that is not ours is left alone. */
export const owns = (input: PolicyInput, exists: boolean) =>
  !exists || isOwned(input.facts.owner) || input.permissions.adopt === true

/** Whose the target's object is once it is equal. */
export const ownership = (input: PolicyInput, existed: boolean): NonNullable<Facts['owner']> => {
  if (isOwned(input.facts.owner)) return input.facts.owner
  if (!existed) return 'made'
  return input.permissions.adopt === true ? 'adopted' : 'matched'
}
