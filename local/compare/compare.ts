/**
 * Reads both accounts whole, with secrets, and both storages, and says whether what plays from A plays from B by the
 * same address and the same keys, or where not. It asks the accounts and the storage themselves and takes nothing from
 * the app, neither data nor code.
 */
import type { ArmClient } from '../stack/arm.ts'
import { type AssetResult, compareAssets } from './assets.ts'
import { type CompareOptions, Context } from './context.ts'
import { compareLocators, type LocatorResult } from './locators.ts'
import { compareAccountFilters, compareKeyPolicies, compareStreamingPolicies, type NamedResult } from './policies.ts'

export interface Comparison {
  readonly assets: readonly AssetResult[]
  readonly locators: readonly LocatorResult[]
  readonly accountFilters: readonly NamedResult[]
  readonly contentKeyPolicies: readonly NamedResult[]
  readonly streamingPolicies: readonly NamedResult[]
  /** One sentence each, none where B is the twin of A; names and places, never values. */
  readonly differences: readonly string[]
  /** What only B has: it keeps nothing from playing. */
  readonly extras: readonly string[]
}

/** @param a the account that was published to. @param b the one that is to be its twin. */
export const compareAccounts = async (
  a: ArmClient,
  b: ArmClient,
  options: CompareOptions = {},
): Promise<Comparison> => {
  const context = new Context(a, b, options)
  return {
    contentKeyPolicies: await compareKeyPolicies(context),
    streamingPolicies: await compareStreamingPolicies(context),
    accountFilters: await compareAccountFilters(context),
    locators: await compareLocators(context),
    assets: await compareAssets(context),
    differences: context.differences,
    extras: context.extras,
  }
}
