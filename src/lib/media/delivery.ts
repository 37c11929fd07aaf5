/**
 * What an account hands out to players, and on what terms: nothing of it is replicated, all of it decides whether a
 * failover works. Errors are as those of `MediaReader`.
 */
import type { AccountKey } from '../model.ts'
import type { Page } from './ports.ts'

export interface StreamingEndpoint {
  readonly name: string
  /** `Running`, `Stopped`, …, as the service says. */
  readonly state: string
  readonly scaleUnits: number
  readonly host: string
  readonly customHosts: readonly string[]
  readonly cdn: boolean
}

/** Who gets keys and licences: everybody, or listed addresses. */
export interface KeyDeliveryAccess {
  readonly restricted: boolean
  readonly allowed: readonly string[]
}

/** Manifests of a locator in one format; paths begin with a slash and are the same in every account. */
export interface StreamingPath {
  readonly protocol: string
  readonly encryption: string
  readonly paths: readonly string[]
}

/** Where the keys are found that tokens are checked with. */
export interface DiscoveryUrls {
  readonly policy: string
  readonly urls: readonly string[]
}

export interface DeliveryReader {
  readonly account: AccountKey
  endpoints(): Promise<readonly StreamingEndpoint[]>
  keyDelivery(): Promise<KeyDeliveryAccess>
  /** Manifests of a locator. Throws ServiceError `notFound` where there is none. */
  paths(locator: string): Promise<readonly StreamingPath[]>
  /** Names of the assets that were made last, newest first. */
  newestAssets(most: number): Promise<readonly string[]>
  /** Of content key policies, page by page. */
  discoveryUrls(cursor?: string): Promise<Page<DiscoveryUrls>>
}
