/** Everything the simulated service remembers. Property objects are never changed in place, only replaced. */
import { Collection } from './collection.ts'
import type { JsonObject } from './json.ts'

export interface SystemData {
  readonly createdBy: string
  readonly createdAt: bigint
  readonly lastModifiedBy: string
  readonly lastModifiedAt: bigint
}

export interface Resource {
  readonly name: string
  readonly properties: JsonObject
  /** Predefined things have none. */
  readonly systemData?: SystemData
}

export interface TrackedResource extends Resource {
  readonly location: string
  readonly tags?: JsonObject
  /** The change under way: the state shown until it is done. */
  readonly change?: { readonly during: string; readonly until: bigint }
}

export interface Asset extends Resource {
  readonly filters: Collection<Resource>
  /** What getEncryptionKey shows of an asset with storage encryption, which only the old v2 API could make. */
  readonly storageEncryption?: JsonObject
}

export interface Job extends Resource {
  /** Tells a job from a later one of the same name. */
  readonly run: string
}

export interface Transform extends Resource {
  readonly jobs: Collection<Job>
}

export interface LiveEvent extends TrackedResource {
  readonly outputs: Collection<Resource>
}

/** A long-running operation; done when `until` has come. */
export interface LongOperation {
  readonly id: string
  /** Path below the account. */
  readonly resource: string
  readonly target: string
  readonly until: bigint
  readonly deletes: boolean
  /** Shown by operations on tracks; others have none. */
  readonly started?: bigint
  /** What it ends with, unless it succeeds. */
  readonly error?: { readonly code: string; readonly message: string }
}

export interface Account {
  /** Key in the topology; for accounts made by PUT their name. */
  readonly key: string
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly name: string
  /** As shown: `East US 2`. */
  location: string
  tags?: JsonObject
  identity?: JsonObject
  properties: JsonObject
  systemData: SystemData
  /** Names of the attached storage accounts, the primary one first. */
  storageAccounts: readonly string[]
  readonly accountFilters: Collection<Resource>
  readonly assets: Collection<Asset>
  readonly contentKeyPolicies: Collection<Resource>
  readonly streamingPolicies: Collection<Resource>
  readonly streamingLocators: Collection<Resource>
  readonly streamingEndpoints: Collection<TrackedResource>
  readonly transforms: Collection<Transform>
  readonly liveEvents: Collection<LiveEvent>
  readonly operations: Map<string, LongOperation>
  /** Lower-cased names of locators by lower-cased name of their asset. */
  readonly locatorsOfAsset: Map<string, Set<string>>
}

export const regionOf = (location: string): string => location.toLowerCase().replaceAll(' ', '')

const accountKey = (subscriptionId: string, resourceGroup: string, name: string) =>
  `${subscriptionId}/${resourceGroup}/${name}`.toLowerCase()

export class State {
  readonly #accounts = new Map<string, Account>()
  /** Asset by storage account and container: one container belongs to one asset. */
  readonly containers = new Map<string, { readonly account: Account; readonly asset: string }>()
  /** Locator and content key ids in use, each with the scope in which it must be unique. */
  readonly takenIds = new Map<string, string>()

  account(subscriptionId: string, resourceGroup: string, name: string): Account | undefined {
    return this.#accounts.get(accountKey(subscriptionId, resourceGroup, name))
  }

  accountByKey(key: string): Account | undefined {
    return this.accounts().find(account => account.key === key)
  }

  accounts(): Account[] {
    return [...this.#accounts.values()]
  }

  addAccount(account: Account): void {
    this.#accounts.set(accountKey(account.subscriptionId, account.resourceGroup, account.name), account)
  }

  /** Of everything. */
  clear(): void {
    this.#accounts.clear()
    this.containers.clear()
    this.takenIds.clear()
  }

  removeAccount(account: Account): void {
    this.#accounts.delete(accountKey(account.subscriptionId, account.resourceGroup, account.name))
    for (const [key, { account: owner }] of this.containers) if (owner === account) this.containers.delete(key)
  }
}

/** @param now ticks, for what the collections remember. */
export const emptyCollections = (now: () => bigint) => ({
  accountFilters: new Collection<Resource>(now),
  assets: new Collection<Asset>(now),
  contentKeyPolicies: new Collection<Resource>(now),
  streamingPolicies: new Collection<Resource>(now),
  streamingLocators: new Collection<Resource>(now),
  streamingEndpoints: new Collection<TrackedResource>(now),
  transforms: new Collection<Transform>(now),
  liveEvents: new Collection<LiveEvent>(now),
  operations: new Map<string, LongOperation>(),
  locatorsOfAsset: new Map<string, Set<string>>(),
})
