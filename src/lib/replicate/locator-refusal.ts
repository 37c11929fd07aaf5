/** What a locator rests on in the target, and what is remembered of one that the target refused. */

import type { Locator } from '../media/resources.ts'
import { policyNames } from '../media/streaming-policies.ts'
import type { Unit } from '../model.ts'
import type { Pair } from './pair.ts'
import { isPolicyUnit, policyMark } from './policy-unit.ts'
import type { Publishing } from './publish.ts'
import type { Known } from './publish-locator.ts'
import { Stop } from './trouble.ts'

/** A streaming policy that names a key policy of its own rests on that. */
const withKeyPolicies = async (pair: Pair, units: readonly Unit[]): Promise<readonly Unit[]> => {
  const policies = await Promise.all(
    units.filter(({ kind }) => kind === 'streamingPolicy').map(({ name }) => pair.target.streamingPolicy(name)),
  )
  const names = policies.flatMap(policy => (policy === undefined ? [] : policyNames(policy)))
  return [...units, ...names.map((name): Unit => ({ route: pair.route.key, kind: 'contentKeyPolicy', name }))]
}

const marksOf = (pair: Pair, units: readonly Unit[]) =>
  Promise.all(units.filter(isPolicyUnit).map(async unit => ({ unit, mark: await policyMark(pair.target, unit) })))

/**
 * A locator is immutable, so that its creation says all of it; the policies and filters that it rests on may be edited.
 *
 * @param units that the source's locator needs.
 */
export const stateInTarget = async (pair: Pair, twin: Locator, units: readonly Unit[]): Promise<string> => {
  const marks = await marksOf(pair, await withKeyPolicies(pair, units))
  return [twin.created, ...marks.map(({ mark = '' }) => mark)].join(' ')
}

/** Made again it would be refused again, and its players meanwhile. */
export const assertNotRefused = async (
  pair: Pair,
  source: Locator,
  twin: Locator | undefined,
  units: readonly Unit[],
  { refusal, retries }: Known,
): Promise<void> => {
  if (refusal === undefined || retries || twin === undefined || refusal.source !== source.created) return
  if (refusal.target !== (await stateInTarget(pair, twin, units))) return
  throw new Stop({ outcome: 'blocked', code: refusal.code ?? 'NotRepresentable', detail: refusal.detail })
}

/** Without a policy that the new one names it would be refused for sure: the old one stays until the policy is back. */
export const assertPoliciesThere = async (
  pair: Pair,
  units: readonly Unit[],
  { doubt }: Pick<Publishing, 'doubt'>,
): Promise<void> => {
  const marks = await marksOf(pair, await withKeyPolicies(pair, units))
  const lost = marks.filter(({ mark }) => mark === undefined).map(({ unit }) => unit)
  if (lost.length === 0) return
  await doubt(lost)
  const detail = lost.map(({ kind, name }) => `${kind} ${name}`).join(', ')
  throw new Stop({ outcome: 'waiting', code: 'PolicyPending', detail })
}
