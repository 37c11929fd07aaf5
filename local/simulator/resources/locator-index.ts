/** Bookkeeping that keeps locators findable by asset and their ids unique (contract sections 6.8 and 17). */
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'
import { type Account, type Resource, regionOf, type State } from '../state.ts'

/** A content key as it is stored: with its value and the policy that delivers it. */
export interface StoredKey extends JsonObject {
  readonly id: string
  readonly type: string
  readonly labelReferenceInStreamingPolicy?: string
  readonly value: string
  readonly policyName?: string
  readonly tracks: readonly Json[]
}

export const storedKeys = (locator: Resource): readonly StoredKey[] => {
  const keys = locator.properties.contentKeys
  return Array.isArray(keys) ? (keys as readonly Json[]).filter((key): key is StoredKey => isObject(key)) : []
}

export const locatorsOf = (account: Account, asset: string): Resource[] =>
  [...(account.locatorsOfAsset.get(asset.toLowerCase()) ?? [])].flatMap(
    name => account.streamingLocators.get(name) ?? [],
  )

export type IdScope = 'account' | 'region'

const scopeOf = (account: Account, scope: IdScope) =>
  scope === 'region' ? `region ${regionOf(account.location)}` : `account ${account.subscriptionId}/${account.name}`

/** Ids are taken in both scopes, so that the switch between them works at any time. */
const keysOf = (account: Account, kind: 'locator' | 'key', id: string) =>
  (['account', 'region'] as const).map(scope => `${scopeOf(account, scope)} ${kind} ${id}`)

export const isTaken = (state: State, account: Account, scope: IdScope, kind: 'locator' | 'key', id: string): boolean =>
  state.takenIds.has(`${scopeOf(account, scope)} ${kind} ${id}`)

const idsOf = (account: Account, locator: Resource): string[] => [
  ...keysOf(account, 'locator', textAt(locator.properties, 'streamingLocatorId') ?? ''),
  ...storedKeys(locator).flatMap(key => keysOf(account, 'key', key.id)),
]

const assetOf = (locator: Resource) => (textAt(locator.properties, 'assetName') ?? '').toLowerCase()

export const locatorsByAsset = (locators: Iterable<Resource>): Map<string, Set<string>> => {
  const index = new Map<string, Set<string>>()
  for (const locator of locators) {
    const siblings = index.get(assetOf(locator)) ?? new Set<string>()
    index.set(assetOf(locator), siblings.add(locator.name.toLowerCase()))
  }
  return index
}

export const takeIds = (state: State, account: Account, locator: Resource): void => {
  for (const id of idsOf(account, locator)) state.takenIds.set(id, locator.name)
}

export const addLocator = (state: State, account: Account, locator: Resource): void => {
  account.streamingLocators.set(locator)
  const siblings = account.locatorsOfAsset.get(assetOf(locator)) ?? new Set<string>()
  account.locatorsOfAsset.set(assetOf(locator), siblings.add(locator.name.toLowerCase()))
  takeIds(state, account, locator)
}

/** Frees the ids, so that delete and create with the same ids is how a locator is changed. */
export const removeLocator = (state: State, account: Account, locator: Resource): void => {
  account.streamingLocators.delete(locator.name)
  const siblings = account.locatorsOfAsset.get(assetOf(locator))
  siblings?.delete(locator.name.toLowerCase())
  if (siblings?.size === 0) account.locatorsOfAsset.delete(assetOf(locator))
  for (const id of idsOf(account, locator)) state.takenIds.delete(id)
}
