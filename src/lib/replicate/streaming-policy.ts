import { compareStreamingPolicy } from '../media/compare.ts'
import { finishing } from '../media/governor/finishing.ts'
import type { LocatorSummary, StreamingPolicy } from '../media/resources.ts'
import { isPredefined, policyNames, withRewrittenUrls } from '../media/streaming-policies.ts'
import type { Outcome, Unit } from '../model.ts'
import { digestOf } from './digest.ts'
import type { Pair } from './pair.ts'
import { inSync, missing, type PolicyInput, type PolicyResult, settle } from './policy.ts'
import { ofThis, owns } from './policy-owner.ts'
import { inTheWay, inUse, locatorsUsing, withoutUsers } from './policy-users.ts'
import { isRemade } from './rules.ts'
import { changedMeanwhile } from './trouble.ts'

/**
 * A streaming policy is immutable (contract section 6.6): one that differs is deleted and made again while nothing
 * uses it, and blocks otherwise, unless `replaceInUse` was asked for.
 */
export const syncStreamingPolicy = async (pair: Pair, unit: Unit, given: PolicyInput): Promise<PolicyResult> => {
  const [found, target] = await Promise.all([
    pair.source.streamingPolicy(unit.name),
    pair.target.streamingPolicy(unit.name),
  ])
  if (found === undefined) return missing(pair, unit)
  if (isPredefined(unit.name)) return predefined(unit, target)
  const source = withRewrittenUrls(found, pair.route.rewriteUrls)
  const input = ofThis(pair, unit, given, target && `${target.created}/`)
  const differs = target === undefined ? [] : compareStreamingPolicy(source, target)
  let users: readonly LocatorSummary[] = []
  if (target !== undefined && differs.length > 0 && owns(input, true)) {
    users = await locatorsUsing(pair, unit.name, input.permissions.replaceInUse ? Number.POSITIVE_INFINITY : undefined)
    const names = await inTheWay(input, users)
    if (names.length > 0) return { outcome: inUse(unit, names), facts: input.facts, changes: differs }
  }
  const changes = target === undefined ? ['it is missing'] : differs
  const waiting = await keyPolicies(pair, unit, input, policyNames(source), changes.length > 0)
  if (waiting !== undefined) return { outcome: waiting, facts: input.facts, changes }
  let created = target?.created
  const result = await settle(input, {
    unit,
    exists: target !== undefined,
    makesAnew: true,
    // The route gives it other addresses, too.
    sourceMark: digestOf(source.properties),
    targetMark: async () => (await pair.target.streamingPolicy(unit.name))?.created,
    before: target && `${target.created}/`,
    differs,
    write: async () => {
      await withoutUsers(pair, input, users, {
        isReplaced: () => isReplaced(pair, source, target),
        replace: () => write(pair, source, target),
      })
      return undefined
    },
    undo: async () => {
      await pair.target.deleteStreamingPolicy(unit.name)
      if (target === undefined) return undefined
      await pair.target.putStreamingPolicy(target.name, target.properties)
      const twin = await pair.target.streamingPolicy(unit.name)
      const isOld = twin === undefined || twin.created === target.created || twin.created === created
      return isOld || compareStreamingPolicy(target, twin).length > 0 ? undefined : `${twin.created}/`
    },
    readBack: async () => {
      const twin = await pair.target.streamingPolicy(unit.name)
      created = twin?.created
      if (twin === undefined || created === target?.created) return 'unseen'
      return compareStreamingPolicy(source, twin)
    },
  })
  // Only of one that was proven: the mark of somebody else's would make it ours at the next look.
  const proven = result.outcome.outcome === 'inSync' && created !== undefined
  return proven ? { ...result, facts: { ...result.facts, targetMark: `${created}/` } } : result
}

/** Nobody can write them; an account that lacks one is no such account. */
const predefined = (unit: Unit, target: StreamingPolicy | undefined): PolicyResult => {
  const detail = `${unit.name} is one of the service's own, and the target does not have it.`
  const outcome: Outcome = target === undefined ? { outcome: 'blocked', code: 'NotRepresentable', detail } : inSync
  return { outcome, facts: {}, changes: [] }
}

/**
 * What there is to wait for before locators can use the policy: every content key policy that it names must be in the
 * target (contract section 6.5), whatever the ledger believes.
 */
const keyPolicies = async (
  pair: Pair,
  { route }: Unit,
  input: PolicyInput,
  names: readonly string[],
  toBeWritten: boolean,
): Promise<Outcome | undefined> => {
  const units = names.map((name): Unit => ({ route, kind: 'contentKeyPolicy', name }))
  if (toBeWritten) {
    const waiting = await input.waitFor?.(units)
    if (waiting !== undefined) return waiting
  }
  const lost: Unit[] = []
  for (const unit of units) if (await isLost(pair, unit.name)) lost.push(unit)
  if (lost.length === 0 || input.doubt === undefined) return undefined
  await input.doubt(lost)
  const detail = lost.map(({ kind, name }) => `${kind} ${name}`).join(', ')
  return { outcome: 'waiting', code: 'PolicyPending', detail }
}

/** One that is gone from both plays in neither. */
const isLost = async (pair: Pair, name: string): Promise<boolean> =>
  (await pair.target.contentKeyPolicy(name)) === undefined && (await pair.source.contentKeyPolicy(name)) !== undefined

/** A step may run twice at once: whether another execution has made this policy in place of the old one. Throws Stop. */
const isReplaced = async (pair: Pair, source: StreamingPolicy, old: StreamingPolicy | undefined): Promise<boolean> => {
  if (old === undefined) return false
  const now = await pair.target.streamingPolicy(source.name)
  if (!isRemade(old, now)) return false
  if (compareStreamingPolicy(source, now).length > 0) throw changedMeanwhile(source.name)
  return true
}

const write = async (pair: Pair, source: StreamingPolicy, target: StreamingPolicy | undefined): Promise<void> => {
  if (target === undefined) {
    await pair.target.putStreamingPolicy(source.name, source.properties)
    return
  }
  if (await isReplaced(pair, source, target)) return
  await pair.target.deleteStreamingPolicy(target.name)
  await finishing(() => makeOrRestore(pair, source, target))
}

const makeOrRestore = async (pair: Pair, source: StreamingPolicy, target: StreamingPolicy): Promise<void> => {
  try {
    await pair.target.putStreamingPolicy(source.name, source.properties)
  } catch (error) {
    // The reply may have been lost, and the second try was refused: reading it back tells, unless it shows what was deleted.
    const now = await pair.target.streamingPolicy(source.name)
    if (now !== undefined && now.created !== target.created) return
    await pair.target.putStreamingPolicy(target.name, target.properties)
    throw error
  }
}
