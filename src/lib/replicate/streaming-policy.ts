import { compareStreamingPolicy } from '../media/compare.ts'
import type { StreamingPolicy } from '../media/resources.ts'
import { policyNames } from '../media/streaming-policies.ts'
import type { Outcome, Unit } from '../model.ts'
import type { Pair } from './pair.ts'
import { missing, ofThis, owns, type PolicyInput, type PolicyResult, settle } from './policy.ts'

/** Names shown of the locators that keep a policy from being replaced. */
const namesShown = 10

/**
 * A streaming policy is immutable (contract section 6.6): one that differs is deleted and made again while nothing
 * uses it, and blocks otherwise.
 */
export const syncStreamingPolicy = async (pair: Pair, unit: Unit, given: PolicyInput): Promise<PolicyResult> => {
  const [source, target] = await Promise.all([
    pair.source.streamingPolicy(unit.name),
    pair.target.streamingPolicy(unit.name),
  ])
  if (source === undefined) return missing(pair, unit)
  const input = ofThis(given, target?.created)
  const differs = target === undefined ? [] : compareStreamingPolicy(source, target)
  if (target !== undefined && differs.length > 0 && owns(input, true)) {
    const users = await locatorsUsing(pair, unit.name)
    if (users.length > 0) return { outcome: inUse(unit, users), facts: input.facts, changes: differs }
  }
  if (target === undefined || differs.length > 0) {
    const named = policyNames(source).map((name): Unit => ({ route: unit.route, kind: 'contentKeyPolicy', name }))
    const waiting = await input.waitFor?.(named)
    if (waiting !== undefined) return { outcome: waiting, facts: input.facts, changes: ['it is missing'] }
  }
  let created = target?.created
  const result = await settle(input, {
    unit,
    exists: target !== undefined,
    differs,
    write: () => write(pair, source, target),
    readBack: async () => {
      const twin = await pair.target.streamingPolicy(unit.name)
      created = twin?.created
      return twin === undefined ? ['it is not there'] : compareStreamingPolicy(source, twin)
    },
  })
  return created === undefined ? result : { ...result, facts: { ...result.facts, targetMark: `${created}/` } }
}

const write = async (pair: Pair, source: StreamingPolicy, target: StreamingPolicy | undefined): Promise<void> => {
  if (target === undefined) {
    await pair.target.putStreamingPolicy(source.name, source.properties)
    return
  }
  await pair.target.deleteStreamingPolicy(target.name)
  try {
    await pair.target.putStreamingPolicy(source.name, source.properties)
  } catch (error) {
    // The reply may have been lost, and the second try was refused: reading it back tells.
    if ((await pair.target.streamingPolicy(source.name)) !== undefined) return
    await pair.target.putStreamingPolicy(target.name, target.properties)
    throw error
  }
}

const locatorsUsing = async (pair: Pair, policy: string): Promise<readonly string[]> => {
  const names: string[] = []
  let cursor: string | undefined
  do {
    const page = await pair.target.locators(cursor)
    names.push(
      ...page.items
        .filter(locator => locator.streamingPolicyName.toLowerCase() === policy.toLowerCase())
        .map(locator => locator.name),
    )
    cursor = page.next
  } while (cursor !== undefined && names.length < namesShown)
  return names
}

const inUse = (unit: Unit, users: readonly string[]): Outcome => ({
  outcome: 'blocked',
  code: 'PolicyInUse',
  detail: `${unit.name} is used by ${users.slice(0, namesShown).join(', ')}`,
})
