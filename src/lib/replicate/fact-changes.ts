/**
 * A step reads its row, works for a while, and records what the row is to say then. It may run twice at once: recorded is
 * therefore what it has changed, on what the row has by then, and not what it believes the row to have.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Facts, isOwned, type Recording } from '../ledger/facts.ts'
import { joinPrints, printsOf } from '../storage/own-files.ts'

const lists = ['locators', 'filters', 'withdrawn'] as const
const maps = ['locatorMarks', 'twinLocators', 'refusals'] as const

/** What `after` adds to `before` is added to `now`, and what it lacks of it is taken away. */
const listOf = (now: Iterable<string>, before: Iterable<string>, after: Iterable<string>): readonly string[] => {
  const [was, is] = [new Set(before), new Set(after)]
  const kept = [...now].filter(one => is.has(one) || !was.has(one))
  return [...new Set([...kept, ...[...is].filter(one => !was.has(one))])]
}

type Entries = Readonly<Record<string, unknown>>

/** The same by keys; an entry that somebody has changed meanwhile is not taken away. */
const mapOf = (now: Entries = {}, before: Entries = {}, after: Entries = {}): Entries => {
  const kept = Object.entries(now).filter(([key, value]) => key in after || !isDeepStrictEqual(value, before[key]))
  const set = Object.entries(after).filter(([key, value]) => !isDeepStrictEqual(value, before[key]))
  return { ...Object.fromEntries(kept), ...Object.fromEntries(set) }
}

/**
 * @param before what the row was known to say.
 * @param after what it is to say; what is absent stays.
 * @returns what is to be recorded: of lists and maps the difference only.
 */
export const changeOf =
  (before: Facts, after: Facts): Recording =>
  (now: Facts): Facts => {
    const merged: Record<string, unknown> = { ...after }
    for (const key of lists)
      if (after[key] !== undefined) merged[key] = listOf(now[key] ?? [], before[key] ?? [], after[key])
    for (const key of maps) if (after[key] !== undefined) merged[key] = mapOf(now[key], before[key], after[key])
    if (after.filesBegun !== undefined) {
      const prints = ({ filesBegun = '' }: Facts) => printsOf(filesBegun)
      merged.filesBegun = joinPrints(listOf(prints(now), prints(before), prints(after)))
    }
    return merged
  }

/**
 * Of a policy: one that was there unexpectedly, and equal, is somebody else's, unless another execution has made it since.
 * That one had said so on the row before it wrote.
 *
 * @param before what the row was known to say. @param after what it is to say.
 */
export const policyChangeOf =
  (before: Facts, after: Facts): Recording =>
  (now: Facts): Facts => {
    const isMadeSince = isOwned(now.owner) && (now.owner !== before.owner || now.targetMark !== before.targetMark)
    return after.owner === 'matched' && isMadeSince ? { ...after, owner: now.owner } : after
  }
