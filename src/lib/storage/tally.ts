import { createHash } from 'node:crypto'
import type { BlobItem, Difference, Listing, ListingSummary } from './ports.ts'

const namesKept = 10
/** Characters that are digested at once: a call for every row would cost more than the digest. */
const digestedAtOnce = 16_384

function* rows(page: Iterable<BlobItem>, see: (item: BlobItem) => void): Generator<BlobItem> {
  for (const item of page) {
    see(item)
    yield item
  }
}

/** The same listing; `see` is told of every blob as it is taken. */
export async function* watched(listing: Listing, see: (item: BlobItem) => void): AsyncGenerator<Iterable<BlobItem>> {
  for await (const page of listing) yield rows(page, see)
}

/** Counts a comparison while it streams by. */
export class Tally {
  readonly #hash = createHash('sha256')
  readonly #archived: string[] = []
  #pending = ''
  #blobs = 0
  #bytes = 0
  #newest = 0
  #tagsUntold = 0
  #missing = 0
  #changed = 0
  #extra = 0
  #bytesToCopy = 0

  /** Hands the blobs of a listing on, counted. */
  watch(listing: Listing): Listing {
    return watched(listing, item => this.add(item))
  }

  add(item: BlobItem): void {
    this.#blobs++
    this.#bytes += item.size
    this.#newest = Math.max(this.#newest, item.lastModified)
    if (item.tagsUntold) this.#tagsUntold++
    // JSON keeps the parts apart whatever characters a name is made of.
    this.#pending += JSON.stringify([item.name, item.size, item.md5, item.etag])
    if (this.#pending.length < digestedAtOnce) return
    this.#hash.update(this.#pending)
    this.#pending = ''
  }

  count(difference: Difference): void {
    if (difference.kind === 'missing') this.#missing++
    else if (difference.kind === 'changed') this.#changed++
    else this.#extra++
    if (difference.kind !== 'extra') this.#bytesToCopy += difference.source.size
    if (difference.kind !== 'extra' && difference.source.tier === 'Archive' && this.#archived.length < namesKept)
      this.#archived.push(difference.source.name)
  }

  /** Once, at the end. */
  summary(): Omit<ListingSummary, 'targetDigest' | 'targetNewest' | 'surplus' | 'begun'> {
    return {
      blobs: this.#blobs,
      bytes: this.#bytes,
      missing: this.#missing,
      changed: this.#changed,
      extra: this.#extra,
      bytesToCopy: this.#bytesToCopy,
      newest: this.#newest,
      tagsUntold: this.#tagsUntold,
      digest: this.#hash.update(this.#pending).digest('hex'),
      archived: this.#archived,
    }
  }
}
