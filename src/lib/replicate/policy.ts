import { type Facts, type Permissions, retries } from '../ledger/facts.ts'
import { finishing } from '../media/governor/finishing.ts'
import type { Outcome, Unit } from '../model.ts'
import { isServiceError } from '../service-error.ts'
import type { Deletes } from './deletes.ts'
import type { Pair } from './pair.ts'
import { ownership, owns } from './policy-owner.ts'
import type { Release } from './policy-users.ts'
import { notShownYet, otherThanWritten } from './trouble.ts'

/** What is known and allowed, and how to write. */
export interface PolicyInput {
  readonly facts: Facts
  readonly permissions: Permissions
  /** Called before anything is written: throws where the pass has lost its row; absent when only reporting. */
  readonly mayWrite?: (facts: Facts) => Promise<void>
  /** A change of the target by somebody else waits for a decision. */
  readonly guarded?: boolean
  /** Absent where nothing may be deleted. */
  readonly deletes?: Deletes
  /** Asks for what must be in sync first; answers what there is to wait for. */
  readonly waitFor?: (units: readonly Unit[]) => Promise<Outcome | undefined>
  /** Asks again for units that the ledger may call in sync, and that the target lacks. */
  readonly doubt?: (units: readonly Unit[]) => Promise<void>
  /** Absent when only reporting. */
  readonly release?: Release
}

export interface PolicyResult {
  readonly outcome: Outcome
  readonly facts: Facts
  /** What differs, or differed. */
  readonly changes: readonly string[]
  /** Nothing was decided yet: the next step goes on with these facts. */
  readonly goesOn?: true
}

export const inSync: Outcome = { outcome: 'inSync' }
/** The source has none; the twin, where there is one, stays. */
export const missing = (pair: Pair, unit: Unit): PolicyResult => ({
  outcome: { outcome: 'blocked', code: 'SourceMissing', detail: `No ${unit.kind} ${unit.name} in ${pair.route.from}.` },
  facts: {},
  changes: [],
})

export interface Sync {
  readonly unit: Unit
  readonly exists: boolean
  readonly differs: readonly string[]
  /** Whether writing gives the object an identity of its own, another one than it may have had. */
  readonly makesAnew: boolean
  /** State of the source's object, which changes whenever somebody changes it; never made of secrets. */
  readonly sourceMark: string
  /** State of the target's object as it is now; empty or undefined where there is none. */
  targetMark(): Promise<string | undefined>
  /** How the target's object was found, in the words of `Facts.targetMark`; absent where there was none. */
  readonly before?: string | undefined
  /** @returns how it was written, in the same words, where its identity stays and the answer tells. */
  write(): Promise<string | undefined>
  /**
   * Fields that still differ; `unseen` where the answer is older than what was written, `old` where it may be: all is as
   * it was before.
   */
  readBack(): Promise<readonly string[] | 'unseen' | 'old'>
  /** Brings back what was there before. @returns how it is there again, where the answer tells. */
  undo(): Promise<string | undefined>
}

/** Of what was not made after all: one that somebody makes under the name later is theirs. */
const asBefore = ({ facts: { owner = 'gone', targetMark = '' } }: PolicyInput): Facts => ({ owner, targetMark })

/** Writes; where a new one was refused, and nothing is there, the row no longer says that we are making it. */
const firstWrite = async ({ mayWrite, ...input }: PolicyInput, sync: Sync): Promise<string | undefined> => {
  try {
    return await sync.write()
  } catch (error) {
    // Without an answer it may have been made, or may still be.
    const isAnswer = isServiceError(error) && error.kind !== 'unavailable'
    if (isAnswer && !sync.exists && !(await sync.targetMark())) await mayWrite?.(asBefore(input))
    throw error
  }
}

/** The target did not keep all of what was written. */
export const notRepresentable = (detail: string): Outcome => ({ outcome: 'blocked', code: 'NotRepresentable', detail })

/**
 * The road that all policies share once both sides are read. What was written is read back: where the target did not
 * keep all of it, what was there before comes back, since a policy without one of its parts lets in, or locks out, the
 * wrong people. Only what two passes have found so is a refusal: one answer may be older than what was written.
 */
export const settle = async (input: PolicyInput, sync: Sync): Promise<PolicyResult> => {
  const changes = sync.exists ? sync.differs : ['it is missing']
  const facts: Facts = { ...input.facts, owner: ownership(input, sync.exists) }
  if (sync.exists && sync.differs.length === 0) return { outcome: inSync, facts, changes: [] }
  if (!owns(input, sync.exists)) {
    return {
      outcome: { outcome: 'blocked', code: 'TargetNotOurs', detail: sync.differs.join(', ') },
      facts: input.facts,
      changes,
    }
  }
  const key = sync.unit.name.toLowerCase()
  const refusal = input.facts.refusals?.[key]
  if (
    !retries(input.permissions) &&
    refusal?.source === sync.sourceMark &&
    refusal.target === ((await sync.targetMark()) ?? '')
  )
    return { outcome: notRepresentable(refusal.detail), facts: input.facts, changes }
  if (input.mayWrite === undefined) return { outcome: inSync, facts, changes }
  // Its mark is written anew: a removal that ended late may have taken away the one that the row knows of.
  const begun: Facts = sync.makesAnew ? { ...facts, targetMark: '', mark: '' } : facts
  await input.mayWrite(begun)
  const written = await firstWrite(input, sync)
  return finishing(async () => {
    const lost = await sync.readBack()
    if (lost.length === 0) return { outcome: inSync, facts: begun, changes }
    const detail = `${sync.unit.name}: ${(typeof lost === 'string' ? changes : lost).join(', ')}`
    const refused = (target: string): Facts => ({ refusals: { [key]: { source: sync.sourceMark, target, detail } } })
    const isSeenTwice = refusal?.source === sync.sourceMark
    if (lost === 'unseen' || (lost === 'old' && !isSeenTwice)) {
      // With the old mark on the row, what we have just written would be somebody else's once it shows.
      const left: Facts = { ...begun, ...(written === undefined ? {} : { sourceMark: '', targetMark: written }) }
      const facts = lost === 'old' ? { ...left, ...refused(lost) } : left
      return { outcome: notShownYet(sync.unit.name), facts, changes }
    }
    const again = await sync.undo()
    // What was as we had left it is so again, under another identity or time; equal to the source it was long ago.
    const asLeft = again !== undefined && sync.before !== undefined && sync.before === input.facts.targetMark
    const made: Facts = { sourceMark: '', ...(asLeft ? { targetMark: again } : {}) }
    const now = await sync.targetMark()
    const facts = { ...made, ...(sync.exists || now ? {} : asBefore(input)) }
    if (!isSeenTwice) return { outcome: otherThanWritten(detail), facts: { ...facts, ...refused('old') }, changes }
    return { outcome: notRepresentable(detail), facts: { ...facts, ...refused(now ?? '') }, changes }
  })
}
