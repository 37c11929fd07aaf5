/** Guesses about the service that nothing recorded settles. Each is told apart by a switch; FIDELITY.md has the list. */
import { isRecord } from './json.ts'
import { type Bucket, hourlyCalls } from './limits.ts'

export interface Switches {
  /** A container that the PUT of an asset does not name is left out of its answer: as on the day, always or never. */
  readonly defaultedContainer: 'asOnTheDay' | 'omitted' | 'shown'
  /** Where a locator id and a content key id must be unique. */
  readonly uniqueIds: 'account' | 'region'
  /** What deleting an asset does to its locators. */
  readonly assetDelete: 'deleteLocators' | 'refuse' | 'keepLocators'
  /** What deleting a policy does that a locator or another policy names. */
  readonly policyInUse: 'refuse' | 'delete'
  /** Answer to deleting something that is not there. */
  readonly deleteMissing: 204 | 404
  /** What a PUT or PATCH with another container or storage account does to an asset. */
  readonly assetContainerChange: 'refuse' | 'ignore'
  /** When an asset's blob container comes into being. */
  readonly createContainer: 'onPut' | 'onFirstUse'
  /** Whether a locator must name existing filters. */
  readonly checkLocatorFilters: boolean
  /** Answer to a locator or streaming policy that names an asset, policy or filter which is not there. */
  readonly unknownReference: 400 | 404
  /** What becomes of a locator that ends before it starts. */
  readonly locatorEnd: 'refuse' | 'accept'
  /** Whether content keys that a client does not supply are made beside those it does; labels without use are dropped. */
  readonly locatorKeys: 'allOrNone' | 'completed'
  /** What null does in a PATCH of an asset. */
  readonly nullInPatch: 'clears' | 'ignored'
  /** What a policy becomes whose secrets are null, as reads show them. */
  readonly nullSecrets: 'refuse' | 'store'
  /** What a list is ordered by where nothing is asked for; lists that cannot be ordered by creation stay in that of names. */
  readonly listOrder: 'name' | 'created'
  /** Whether listPaths also shows CMAF formats. */
  readonly cmafPaths: boolean
  /** Words of the refusal of a container that another asset has. */
  readonly containerClash: 'used' | 'duplicateKey'
  /** Whether writes of accounts are done at once or are operations to be polled, from the version on that shows their state. */
  readonly accountWrites: 'atOnce' | 'longRunning'
  /**
   * Keeps unknown `@odata.type`s of policies as they came instead of refusing them, and members of unknown names instead
   * of dropping them, to play a newer service.
   */
  readonly acceptUnknownTypes: boolean
  /** Whether writes, deletes and actions on media resources raise events of Resource Manager. */
  readonly armEvents: boolean
  /** Throttling counts calls and answers 429 when they are used up. */
  readonly throttling: boolean
  /** Whether such a 429 carries Retry-After. */
  readonly retryAfterWhenThrottled: boolean
  /** Jobs whose name begins with one of these end in error. */
  readonly failJobs: readonly string[]
  /** Calls an hour by bucket. */
  readonly hourlyCalls: Readonly<Record<Bucket, number>>
}

export const defaultSwitches: Switches = {
  defaultedContainer: 'asOnTheDay',
  uniqueIds: 'region',
  assetDelete: 'deleteLocators',
  policyInUse: 'refuse',
  deleteMissing: 204,
  assetContainerChange: 'refuse',
  createContainer: 'onPut',
  checkLocatorFilters: true,
  unknownReference: 400,
  locatorEnd: 'refuse',
  locatorKeys: 'allOrNone',
  nullInPatch: 'clears',
  nullSecrets: 'refuse',
  listOrder: 'name',
  cmafPaths: false,
  containerClash: 'used',
  accountWrites: 'atOnce',
  acceptUnknownTypes: false,
  armEvents: false,
  throttling: true,
  retryAfterWhenThrottled: true,
  failJobs: [],
  hourlyCalls,
}

const choices: Readonly<Record<string, readonly unknown[]>> = {
  defaultedContainer: ['asOnTheDay', 'omitted', 'shown'],
  uniqueIds: ['account', 'region'],
  assetDelete: ['deleteLocators', 'refuse', 'keepLocators'],
  policyInUse: ['refuse', 'delete'],
  deleteMissing: [204, 404],
  assetContainerChange: ['refuse', 'ignore'],
  createContainer: ['onPut', 'onFirstUse'],
  unknownReference: [400, 404],
  locatorEnd: ['refuse', 'accept'],
  locatorKeys: ['allOrNone', 'completed'],
  nullInPatch: ['clears', 'ignored'],
  nullSecrets: ['refuse', 'store'],
  listOrder: ['name', 'created'],
  accountWrites: ['atOnce', 'longRunning'],
  containerClash: ['used', 'duplicateKey'],
}

const problemOf = (name: string, value: unknown): string | undefined => {
  if (!Object.hasOwn(defaultSwitches, name))
    return `${name} is not known; known are ${Object.keys(defaultSwitches).join(', ')}`
  const allowed = choices[name]
  if (allowed !== undefined) return allowed.includes(value) ? undefined : `${name} must be one of ${allowed.join(', ')}`
  if (name === 'failJobs')
    return Array.isArray(value) && value.every(prefix => typeof prefix === 'string')
      ? undefined
      : 'failJobs must be an array of beginnings of job names'
  if (name === 'hourlyCalls')
    return isRecord(value) &&
      Object.entries(value).every(
        ([bucket, calls]) => Object.hasOwn(hourlyCalls, bucket) && typeof calls === 'number' && calls >= 0,
      )
      ? undefined
      : `hourlyCalls must be an object of numbers under ${Object.keys(hourlyCalls).join(', ')}`
  return typeof value === 'boolean' ? undefined : `${name} must be true or false`
}

/** Applies a partial change. Answers the problems instead when there is any; then nothing is changed. */
export const changeSwitches = (switches: Switches, change: unknown): Switches | { readonly problems: string[] } => {
  if (!isRecord(change)) return { problems: ['a JSON object is expected'] }
  const problems = Object.entries(change).flatMap(([name, value]) => problemOf(name, value) ?? [])
  if (problems.length > 0) return { problems }
  const calls = isRecord(change.hourlyCalls) ? change.hourlyCalls : {}
  return { ...switches, ...change, hourlyCalls: { ...switches.hourlyCalls, ...calls } } as Switches
}
