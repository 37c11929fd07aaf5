/** What the rest of the app knows of blob storage. Everything that goes wrong is a ServiceError. */
import type { Secret } from '../secret.ts'

/** How a request is let in; asked for before every request and renewed by its owner. */
export type Access =
  /** A SAS without its question mark. */
  | { readonly kind: 'sas'; readonly query: Secret<string> }
  /** An Entra token for storage. */
  | { readonly kind: 'bearer'; readonly token: Secret<string> }

/** A blob container. */
export interface Container {
  /** Address without query and trailing slash, e.g. `https://store.blob.core.windows.net/asset-1`. */
  readonly url: string
  /** Whether listings tell index tags, which takes a right of its own. Both sides of a comparison tell them, or none. */
  readonly tags?: boolean
  access(): Promise<Access>
}

/** One row of a listing. Absent text properties are absent, not empty. */
export interface BlobItem {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** In quotes, as conditions want it. */
  readonly etag: string
  /** Milliseconds since 1970. */
  readonly lastModified: number
  readonly blobType: 'BlockBlob' | 'AppendBlob' | 'PageBlob'
  /** base64 of the MD5 that the service keeps; large or foreign uploads may lack it. */
  readonly md5?: string
  readonly contentType?: string
  readonly contentEncoding?: string
  readonly contentLanguage?: string
  readonly contentDisposition?: string
  readonly cacheControl?: string
  /** Set explicitly, not inferred from the account. */
  readonly tier?: 'Hot' | 'Cool' | 'Cold' | 'Archive'
  readonly metadata: Readonly<Record<string, string>>
  /** Index tags, where the listing tells them and there are any. */
  readonly tags?: Readonly<Record<string, string>>
  /** There are index tags, but the listing does not tell them. */
  readonly tagsUntold?: true
  /** An asynchronous copy is still filling it: its bytes are not there yet. */
  readonly copyPending?: true
}

/**
 * Blobs of a container in the order of the service, page by page: waiting for thousands of rows one by one would cost
 * more than reading them. The rows of a page are to be taken before the next page is asked for.
 */
export type Listing = AsyncIterable<Iterable<BlobItem>>

/** What tells two listings apart, in name order. */
export type Difference =
  | { readonly kind: 'missing'; readonly source: BlobItem }
  | { readonly kind: 'changed'; readonly source: BlobItem; readonly target: BlobItem; readonly why: readonly string[] }
  | { readonly kind: 'extra'; readonly target: BlobItem }

/** What two containers look like side by side. */
export interface ListingSummary {
  /** Blobs and bytes of the source. */
  readonly blobs: number
  readonly bytes: number
  readonly missing: number
  readonly changed: number
  /** Bytes of the source's blobs that are missing or changed. */
  readonly bytesToCopy: number
  readonly extra: number
  /** Those of them that we once copied, as far as the comparison was told how to know them. */
  readonly surplus: number
  /** Files of the target that are ours and that time alone does not tell, as `Found` notes them. */
  readonly begun: string
  /** Newest Last-Modified of the source in milliseconds since 1970, 0 without blobs. */
  readonly newest: number
  /** sha256 over names, sizes, MD5s and ETags of the source, hex; equal digests mean nothing changed. */
  readonly digest: string
  /** The same of the target. */
  readonly targetDigest: string
  /** Newest Last-Modified of the target in milliseconds since 1970, 0 without blobs. */
  readonly targetNewest: number
  /** Blobs of the source with index tags that nobody reads or copies. */
  readonly tagsUntold: number
  /** When the target's listing began, by the clock of its storage in whole seconds; absent where the service did not say. */
  readonly targetAsOf?: number
  /** Archived source blobs that the target lacks or has otherwise, the first few by name: they cannot be read. */
  readonly archived: readonly string[]
}

/** How far a copy is. */
export interface Copied {
  readonly blobs: number
  /** Of these blobs, and of blocks that are staged. */
  readonly bytes: number
}

export interface CopyResult {
  readonly copied: number
  readonly copiedBytes: number
  /** Blobs still to be copied when the slice ended, 0 when all is done. Archived ones do not count. */
  readonly left: number
  /** Name of the first blob that is left. */
  readonly leftAt?: string
  /** Source blobs found changed, or still being written, while they were copied. What could not be made up counts in `left`. */
  readonly changed: number
  /** Archived source blobs that were skipped, the first few by name. */
  readonly archived: readonly string[]
  readonly milliseconds: number
  /**
   * How long files under a live locator were a mix of old and new: from before the first commit until after the last,
   * looks in between included. With something left the mix has lasted so long and goes on.
   */
  readonly burstMilliseconds?: number
}
