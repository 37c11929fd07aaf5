/** What B need not have, because A itself does not hold together or an operator has said so, and what it may keep. */

import type { Account, Resource } from '../../local/simulator/state.ts'
import type { Scene } from './scene.ts'
import { isForeign, type Strangers, takenNames } from './strangers.ts'
import { filesOf, look } from './witness.ts'

/** Words of the comparer. */
const kindNames = {
  asset: 'asset',
  locator: 'locator',
  keyPolicy: 'content key policy',
  accountFilter: 'account filter',
} as const

const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

/** Whether everything that a locator of A names is in A: what is missing there can be in no twin. */
const holdsTogether = (east: Account, { properties }: Resource): boolean => {
  const asset = east.assets.get(String(properties.assetName))
  const policy = String(properties.streamingPolicyName)
  const streaming = east.streamingPolicies.get(policy)
  const keyPolicies = [properties.defaultContentKeyPolicyName, streaming?.properties.defaultContentKeyPolicyName]
  return (
    asset !== undefined &&
    (streaming !== undefined || policy.startsWith('Predefined_')) &&
    keyPolicies.every(name => typeof name !== 'string' || east.contentKeyPolicies.get(name) !== undefined) &&
    names(properties.filters).every(name => (east.accountFilters.get(name) ?? asset.filters.get(name)) !== undefined)
  )
}

/** Whether a locator of A needs something whose name strangers have taken in B, or its own name. */
const needsTaken = (east: Account, { name, properties }: Resource, taken: Strangers['taken']): boolean => {
  const streaming = east.streamingPolicies.get(String(properties.streamingPolicyName))
  const keyPolicies = [properties.defaultContentKeyPolicyName, streaming?.properties.defaultContentKeyPolicyName]
  return (
    (taken.has('asset') && properties.assetName === takenNames.asset) ||
    (taken.has('locator') && name === takenNames.locator) ||
    (taken.has('keyPolicy') && keyPolicies.includes(takenNames.keyPolicy)) ||
    (taken.has('accountFilter') && names(properties.filters).includes(takenNames.accountFilter))
  )
}

/** Policies that something in B names, whoever made it: they stay as long (docs/decisions/0015). */
const policiesInUse = ({ streamingLocators, streamingPolicies }: Account): readonly string[] => {
  const locators = [...streamingLocators.values()]
  return [
    ...locators.map(({ properties }) => `streaming policy ${String(properties.streamingPolicyName)}`),
    ...[...locators, ...streamingPolicies.values()].map(
      ({ properties }) => `content key policy ${String(properties.defaultContentKeyPolicyName)}`,
    ),
  ]
}

/**
 * Differences that nothing excuses.
 * @param differences sentences of the comparer. @param withdrawn locators that an operator has withdrawn.
 * @param strangers kinds of names that they have taken in B, and assets whose twins hold something of theirs.
 */
export const withoutExcused = async (
  scene: Scene,
  differences: readonly string[],
  withdrawn: ReadonlySet<string>,
  { taken, heldTwins }: Pick<Strangers, 'taken' | 'heldTwins'>,
): Promise<readonly string[]> => {
  const [east, west] = [look(scene, 'east'), look(scene, 'west')]
  const empty = new Set<string>()
  for (const asset of east.assets.values())
    if (((await filesOf(scene, 'east', asset))?.size ?? 0) === 0) empty.add(asset.name)
  const locators = [...east.streamingLocators.values()]
  const stuck = locators.filter(locator => !holdsTogether(east, locator) || needsTaken(east, locator, taken))
  // What A has dropped goes last, when all that replaces it plays.
  const kept = stuck.map(({ properties }) => `asset ${String(properties.assetName)}: `)
  const isKept = (text: string) => text.endsWith(' is only in B') && kept.some(begin => text.startsWith(begin))
  // A title goes with all that lies on its twin: not with something of a stranger's, nor while A has a locator of it.
  const held = [...heldTwins, ...locators.map(({ properties }) => String(properties.assetName))]
  const used = policiesInUse(west)
  const isHeld = (text: string) =>
    [...held.map(name => `asset ${name}`), ...used].some(what => text === `${what} is only in B`)
  const excusedLocators = [
    ...stuck,
    ...locators.filter(({ name, properties }) => withdrawn.has(name) || empty.has(String(properties.assetName))),
  ]
  // What names a key policy that A has lost can be made nowhere.
  const brokenPolicies = [...east.streamingPolicies.values()].filter(({ properties }) => {
    const name = properties.defaultContentKeyPolicyName
    const isTaken = taken.has('keyPolicy') && name === takenNames.keyPolicy
    return typeof name === 'string' && (isTaken || east.contentKeyPolicies.get(name) === undefined)
  })
  const begins = [
    ...[...taken].map(kind => `${kindNames[kind]} ${takenNames[kind]}`),
    ...[...empty].map(name => `asset ${name}`),
    ...excusedLocators.map(({ name }) => `locator ${name}`),
    ...brokenPolicies.map(({ name }) => `streaming policy ${name}`),
  ]
  return differences.filter(
    text =>
      !isForeign(text) &&
      !isKept(text) &&
      !isHeld(text) &&
      !begins.some(begin => text === begin || (/^[: ]/.test(text.slice(begin.length)) && text.startsWith(begin))),
  )
}
