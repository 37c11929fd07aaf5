/**
 * What the rest of the app knows of a media account. A route's source is a MediaReader and its target a MediaWriter,
 * so that writing to a source does not compile (P5).
 *
 * Every method: names in any case; reads of something absent answer `undefined`; everything else that goes wrong is a
 * ServiceError.
 */
import type { AccountKey } from '../model.ts'
import type { Secret } from '../secret.ts'
import type {
  Asset,
  AssetWrite,
  ContentKey,
  ContentKeyPolicy,
  ContentKeyPolicyBody,
  Filter,
  FilterProperties,
  Locator,
  LocatorSummary,
  LocatorWrite,
  StreamingPolicy,
} from './resources.ts'

/** One page of a list; `next` is opaque, absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

export interface MediaReader {
  readonly account: AccountKey
  /** The id of the account itself; another id under the same name is another account. */
  mediaServiceId(): Promise<string>
  asset(name: string): Promise<Asset | undefined>
  /** @param createdSince milliseconds since 1970; all where it is left out. */
  assets(cursor?: string, createdSince?: number): Promise<Page<Asset>>
  assetFilter(asset: string, name: string): Promise<Filter | undefined>
  assetFilters(asset: string): Promise<readonly Filter[]>
  assetLocators(asset: string): Promise<readonly LocatorSummary[]>
  /** A SAS address of the asset's container with read and list permission, valid for some hours. Never a write to the account. */
  containerSas(asset: string): Promise<Secret<string>>
  accountFilter(name: string): Promise<Filter | undefined>
  accountFilters(cursor?: string): Promise<Page<Filter>>
  locator(name: string): Promise<Locator | undefined>
  locators(cursor?: string, createdSince?: number): Promise<Page<LocatorSummary>>
  /** Keys with values: the scarcest call of all (contract section 12), asked once per locator and cached nowhere. */
  contentKeys(locator: string): Promise<readonly ContentKey[]>
  contentKeyPolicy(name: string): Promise<ContentKeyPolicy | undefined>
  contentKeyPolicies(cursor?: string, modifiedSince?: number): Promise<Page<ContentKeyPolicy>>
  /**
   * The policy with its secrets, or undefined where there is none.
   *
   * @param shown as which the account has shown it before: an answer of an earlier state is no answer.
   * Throws ServiceError `unknownType` for parts that could not be written back whole, `changed` for an earlier state.
   */
  contentKeyPolicyBody(name: string, shown?: ContentKeyPolicy): Promise<ContentKeyPolicyBody | undefined>
  streamingPolicy(name: string): Promise<StreamingPolicy | undefined>
  streamingPolicies(cursor?: string): Promise<Page<StreamingPolicy>>
  /** Lower-cased names of all assets that a live output is writing to; asked of the account at most once a minute. */
  liveOutputAssets(): Promise<ReadonlySet<string>>
}

export interface MediaWriter extends MediaReader {
  /** Creates or updates; the answer may lack the container, so read the asset again. */
  putAsset(name: string, asset: AssetWrite): Promise<Asset>
  /** Its container goes with it. */
  deleteAsset(name: string): Promise<void>
  putAssetFilter(asset: string, name: string, properties: FilterProperties): Promise<void>
  deleteAssetFilter(asset: string, name: string): Promise<void>
  putAccountFilter(name: string, properties: FilterProperties): Promise<void>
  deleteAccountFilter(name: string): Promise<void>
  putContentKeyPolicy(name: string, body: ContentKeyPolicyBody): Promise<ContentKeyPolicy>
  deleteContentKeyPolicy(name: string): Promise<void>
  /** Create only; an existing policy is a `conflict`. */
  putStreamingPolicy(name: string, properties: StreamingPolicy['properties']): Promise<StreamingPolicy>
  deleteStreamingPolicy(name: string): Promise<void>
  /** Create only; an existing locator is a `conflict`. Accepts 200 as well as 201 from the service. */
  putLocator(name: string, locator: LocatorWrite): Promise<void>
  /** Deleting something absent succeeds, as do all deletes here. */
  deleteLocator(name: string): Promise<void>
}
