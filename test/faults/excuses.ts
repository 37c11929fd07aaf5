/** What B need not have, because A itself does not hold together or an operator has said so. Pure but for the listing of A. */

import type { Account, Resource } from '../../local/simulator/state.ts'
import { isForeign } from './foreign.ts'
import type { Scene } from './scene.ts'
import { filesOf } from './witness.ts'

const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

/** Whether everything that a locator of A names is in A: what is missing there can be in no twin. */
const holdsTogether = (east: Account, { properties }: Resource): boolean => {
  const asset = east.assets.get(String(properties.assetName))
  const streaming = east.streamingPolicies.get(String(properties.streamingPolicyName))
  const keyPolicies = [properties.defaultContentKeyPolicyName, streaming?.properties.defaultContentKeyPolicyName]
  return (
    asset !== undefined &&
    keyPolicies.every(name => typeof name !== 'string' || east.contentKeyPolicies.get(name) !== undefined) &&
    names(properties.filters).every(name => (east.accountFilters.get(name) ?? asset.filters.get(name)) !== undefined)
  )
}

/**
 * Differences that nothing excuses.
 * @param differences sentences of the comparer. @param withdrawn locators that an operator has withdrawn.
 */
export const withoutExcused = async (
  scene: Scene,
  east: Account,
  differences: readonly string[],
  withdrawn: ReadonlySet<string>,
): Promise<readonly string[]> => {
  const empty = new Set<string>()
  for (const asset of east.assets.values())
    if (((await filesOf(scene, 'east', asset))?.size ?? 0) === 0) empty.add(asset.name)
  const excusedLocators = [...east.streamingLocators.values()]
    .filter(
      locator =>
        withdrawn.has(locator.name) || empty.has(String(locator.properties.assetName)) || !holdsTogether(east, locator),
    )
    .map(({ name }) => name)
  // What names a key policy that A has lost can be made nowhere.
  const brokenPolicies = [...east.streamingPolicies.values()].filter(({ properties }) => {
    const name = properties.defaultContentKeyPolicyName
    return typeof name === 'string' && east.contentKeyPolicies.get(name) === undefined
  })
  const begins = [
    ...[...empty].map(name => `asset ${name}`),
    ...excusedLocators.map(name => `locator ${name}`),
    ...brokenPolicies.map(({ name }) => `streaming policy ${name}`),
  ]
  return differences.filter(
    text =>
      !isForeign(text) &&
      !begins.some(begin => text === begin || (/^[: ]/.test(text.slice(begin.length)) && text.startsWith(begin))),
  )
}
