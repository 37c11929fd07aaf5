import { comparePolicyBody } from '../media/compare.ts'
import type { ContentKeyPolicy, ContentKeyPolicyBody } from '../media/resources.ts'
import type { Unit } from '../model.ts'
import { Secret } from '../secret.ts'
import { isServiceError } from '../service-error.ts'
import type { Pair } from './pair.ts'
import { inSync, missing, type PolicyInput, type PolicyResult, settle } from './policy.ts'
import { ofThis } from './policy-owner.ts'
import { Stop } from './trouble.ts'

/** Reads, compares, writes and reads back, in one memory: the secrets go nowhere else (P6). */
export const syncContentKeyPolicy = async (pair: Pair, unit: Unit, given: PolicyInput): Promise<PolicyResult> => {
  const { name } = unit
  const [source, target] = await Promise.all([pair.source.contentKeyPolicy(name), pair.target.contentKeyPolicy(name)])
  if (source === undefined) return missing(pair, unit)
  const input = ofThis(pair, unit, given, markOf(target))
  const { sourceMark, targetMark } = input.facts
  if (target !== undefined && sourceMark === markOf(source) && targetMark === markOf(target)) {
    return { outcome: inSync, facts: input.facts, changes: [] }
  }
  const body = await pair.source.contentKeyPolicyBody(name, source)
  // It has been shown: one of the two answers is old, and only the account's own word is that it is gone.
  if (body === undefined)
    throw new Stop({ outcome: 'waiting', code: 'SourceChanged', detail: `${name} has no secrets.` })
  const old = target === undefined ? undefined : await twinBody(pair, target)
  let mark = markOf(target)
  const result = await settle(input, {
    unit,
    exists: target !== undefined,
    makesAnew: target === undefined,
    sourceMark: markOf(source),
    targetMark: async () => markOf(await pair.target.contentKeyPolicy(name)),
    before: target && markOf(target),
    differs: target === undefined ? [] : differing(body, old),
    write: async () => {
      const written = await pair.target.putContentKeyPolicy(name, complete(body, Boolean(target?.description)))
      return target === undefined ? undefined : markOf(written)
    },
    readBack: async () => {
      // Before its body: an edit in between must not be covered by the mark.
      const now = await pair.target.contentKeyPolicy(name)
      mark = markOf(now)
      if (now === undefined || mark === markOf(target)) return 'unseen'
      const twin = await unlessEarlier(twinBody(pair, now))
      if (twin === undefined) return 'unseen'
      return old instanceof Secret && differing(old, twin).length === 0 ? 'old' : differing(body, twin)
    },
    undo: async () => {
      if (target === undefined) await pair.target.deleteContentKeyPolicy(name)
      if (target === undefined || !(old instanceof Secret)) return undefined
      return markOf(await pair.target.putContentKeyPolicy(name, complete(old, Boolean(body.reveal().description))))
    },
  })
  if (result.outcome.outcome !== 'inSync' || (result.changes.length > 0 && input.mayWrite === undefined)) return result
  return { ...result, facts: { ...result.facts, sourceMark: markOf(source), targetMark: mark } }
}

/** The secrets are read only when one side has left the state in which both were last proven equal. */
const markOf = (policy: ContentKeyPolicy | undefined) =>
  policy === undefined ? '' : `${policy.policyId}/${policy.lastModified}`

type Twin = ContentKeyPolicyBody | 'unreadable' | undefined

/** What the target has instead may be of any kind; it only matters that it is not the source's. */
const twinBody = async (pair: Pair, shown: ContentKeyPolicy): Promise<Twin> => {
  try {
    return await pair.target.contentKeyPolicyBody(shown.name, shown)
  } catch (error) {
    if (isServiceError(error) && error.kind === 'unknownType') return 'unreadable'
    throw error
  }
}

/** Undefined where the answer is older than what was shown. */
const unlessEarlier = async (twin: Promise<Twin>): Promise<Twin> => {
  try {
    return await twin
  } catch (error) {
    if (isServiceError(error) && error.kind === 'changed') return undefined
    throw error
  }
}

const differing = (body: ContentKeyPolicyBody, twin: Twin): readonly string[] => {
  if (twin === undefined) return ['it is not there']
  return twin === 'unreadable' ? ['a part that cannot be read'] : comparePolicyBody(body, twin)
}

/** @param described what it replaces has a description: leaving it out may keep that. */
const complete = (body: ContentKeyPolicyBody, described: boolean): ContentKeyPolicyBody =>
  described ? new Secret({ description: '', ...body.reveal() }) : body
