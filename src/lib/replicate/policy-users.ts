import { finishing } from '../media/governor/finishing.ts'
import type { LocatorSummary } from '../media/resources.ts'
import type { Outcome, Unit } from '../model.ts'
import type { Pair } from './pair.ts'
import type { PolicyInput } from './policy.ts'

/** Names shown of the locators that keep a policy from being replaced. */
const namesShown = 10

/** The way to replace a streaming policy that locators of the target use. */
export interface Release {
  /** Names of those among these locators that the app did not make, and may not take off. */
  foreign(locators: readonly LocatorSummary[]): Promise<readonly string[]>
  /** Asks for a look at assets whose locators are taken off, which makes them again. */
  lookAgain(assets: readonly string[]): Promise<void>
}

/**
 * Locators of the target, anybody's, that use a streaming policy.
 *
 * @param most ends the walk once so many are known.
 */
export const locatorsUsing = async (
  { target }: Pair,
  policy: string,
  most: number = namesShown,
): Promise<readonly LocatorSummary[]> => {
  const users: LocatorSummary[] = []
  let cursor: string | undefined
  do {
    const page = await target.locators(cursor)
    users.push(...page.items.filter(one => one.streamingPolicyName.toLowerCase() === policy.toLowerCase()))
    cursor = page.next
  } while (cursor !== undefined && users.length < most)
  return users
}

/** Names of the locators because of which a policy cannot be replaced; where that was asked for, those that are not ours. */
export const inTheWay = async (
  { permissions, release }: PolicyInput,
  users: readonly LocatorSummary[],
): Promise<readonly string[]> => {
  if (permissions.replaceInUse !== true) return users.map(({ name }) => name)
  return release === undefined ? [] : release.foreign(users)
}

export const inUse = (unit: Unit, names: readonly string[]): Outcome => ({
  outcome: 'blocked',
  code: 'PolicyInUse',
  detail: `${unit.name} is used by ${names.slice(0, namesShown).join(', ')}`,
})

const assetsOf = (users: readonly LocatorSummary[]): readonly string[] => [
  ...new Map(users.map(({ assetName }) => [assetName.toLowerCase(), assetName])).values(),
]

interface Replacing {
  /** Whether another execution of the step has done it by now, and the locators may be made again on the new one. */
  isReplaced(): Promise<boolean>
  replace(): Promise<void>
}

/**
 * Replaces a policy under its locators: they are taken off, and their assets make them again once the policy is in sync.
 * The assets are asked for before, too, in case this process does not live to do it afterwards.
 */
export const withoutUsers = async (
  pair: Pair,
  { release }: PolicyInput,
  users: readonly LocatorSummary[],
  { isReplaced, replace }: Replacing,
): Promise<void> => {
  const [first, ...others] = users
  if (first === undefined) return replace()
  const assets = assetsOf(users)
  await release?.lookAgain(assets)
  if (await isReplaced()) return
  try {
    await pair.target.deleteLocator(first.name)
    await finishing(async () => {
      for (const { name } of others) await pair.target.deleteLocator(name)
      await replace()
    })
  } finally {
    await release?.lookAgain(assets)
  }
}
