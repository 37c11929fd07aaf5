/**
 * What the app reads from and writes to a media account, in the shape of the REST API but without its envelope.
 * Times are kept as the text the service sent (100 ns ticks do not fit a Date), 64-bit numbers as decimal text
 * (they do not fit a number).
 */
import type { Secret } from '../secret.ts'

/** ISO 8601 UTC as sent by the service, up to 7 fraction digits. */
export type Instant = string
/** Decimal text of a signed 64-bit integer. */
export type Int64 = string
/** Any JSON value; how parts that are only copied and compared are kept. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export interface Asset {
  readonly name: string
  readonly assetId: string
  readonly created: Instant
  readonly lastModified: Instant
  readonly alternateId?: string
  readonly description?: string
  /** May be missing in the answer to a PUT; a GET always has it. */
  readonly container?: string
  readonly storageAccountName: string
  readonly storageEncryptionFormat: string
}

export interface AssetWrite {
  readonly alternateId?: string
  readonly description?: string
  readonly container: string
  readonly storageAccountName: string
}

/** An asset or account filter. `properties` is the REST body with 64-bit numbers as decimal text. */
export interface Filter {
  readonly name: string
  readonly properties: FilterProperties
  /** Members that this release does not know, by their path: they can be compared, and not written. */
  readonly unknown?: { readonly [path: string]: Json }
}

export interface FilterProperties {
  readonly presentationTimeRange?: {
    readonly startTimestamp?: Int64
    readonly endTimestamp?: Int64
    readonly presentationWindowDuration?: Int64
    readonly liveBackoffDuration?: Int64
    readonly timescale?: Int64
    readonly forceEndTimestamp?: boolean
  }
  readonly firstQuality?: { readonly bitrate: number }
  readonly tracks: readonly {
    readonly trackSelections: readonly {
      readonly property: string
      readonly operation: string
      readonly value: string
    }[]
  }[]
}

/** What lists of locators show: no keys, filters or alternative media id. */
export interface LocatorSummary {
  readonly name: string
  readonly assetName: string
  readonly streamingLocatorId: string
  readonly streamingPolicyName: string
  readonly created: Instant
  readonly endTime: Instant
  readonly defaultContentKeyPolicyName?: string
}

export interface Locator extends LocatorSummary {
  readonly startTime?: Instant
  readonly alternativeMediaId?: string
  readonly filters: readonly string[]
  /** Ids and labels without values; empty for policies that do not encrypt. */
  readonly contentKeys: readonly { readonly id: string; readonly label?: string }[]
}

export interface ContentKey {
  readonly id: string
  readonly type: string
  readonly label?: string
  /** base64, as the service gives it. */
  readonly value: Secret<string>
  readonly policyName?: string
}

export interface LocatorWrite {
  readonly assetName: string
  readonly streamingLocatorId: string
  readonly streamingPolicyName: string
  readonly startTime?: Instant
  readonly endTime: Instant
  readonly defaultContentKeyPolicyName?: string
  readonly alternativeMediaId?: string
  readonly filters: readonly string[]
  readonly contentKeys: readonly { readonly id: string; readonly label?: string; readonly value: Secret<string> }[]
}

/** A content key policy as GET and lists show it: secrets are masked, so it must never be written back. */
export interface ContentKeyPolicy {
  readonly name: string
  readonly policyId: string
  readonly created: Instant
  readonly lastModified: Instant
  readonly description?: string
}

/** The writable properties of a content key policy with its secrets, as REST JSON. */
export type ContentKeyPolicyBody = Secret<{ readonly [name: string]: Json }>

/** A streaming policy; `properties` is the REST body without `created`. */
export interface StreamingPolicy {
  readonly name: string
  readonly created: Instant
  readonly properties: { readonly [name: string]: Json }
}
