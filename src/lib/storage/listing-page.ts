import type { BlobItem } from './ports.ts'
import { attributesOf, XmlError, type XmlHandler, XmlReader } from './xml.ts'

/** One page of List Blobs. */
export interface ListingPage {
  readonly items: readonly BlobItem[]
  /** Where the next page starts; absent on the last page. */
  readonly next?: string
}

/** A row while it is read; the last two are no part of it. */
interface Draft {
  readonly item: { -readonly [Key in keyof BlobItem]?: BlobItem[Key] }
  tier?: BlobItem['tier']
  inferred?: boolean
  entries?: [string, string][]
}

const nothing: Readonly<Record<string, string>> = Object.freeze({})
const blobTypes = ['BlockBlob', 'AppendBlob', 'PageBlob'] as const
const tiers = ['Hot', 'Cool', 'Cold', 'Archive'] as const

/** Listings write ETags without the quotes that conditions need. */
const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`)

const property: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  'Content-Length': (draft, value) => {
    draft.item.size = Number(value)
  },
  Etag: (draft, value) => {
    draft.item.etag = quoted(value)
  },
  'Last-Modified': (draft, value) => {
    draft.item.lastModified = Date.parse(value)
  },
  BlobType: (draft, value) => {
    const type = blobTypes.find(known => known === value)
    if (type !== undefined) draft.item.blobType = type
  },
  AccessTier: (draft, value) => {
    const tier = tiers.find(known => known === value)
    if (tier !== undefined) draft.tier = tier
  },
  AccessTierInferred: (draft, value) => {
    draft.inferred = value === 'true'
  },
  CopyStatus: (draft, value) => {
    if (value === 'pending') draft.item.copyPending = true
  },
  'Content-MD5': (draft, value) => {
    draft.item.md5 = value
  },
  'Content-Type': (draft, value) => {
    draft.item.contentType = value
  },
  'Content-Encoding': (draft, value) => {
    draft.item.contentEncoding = value
  },
  'Content-Language': (draft, value) => {
    draft.item.contentLanguage = value
  },
  'Content-Disposition': (draft, value) => {
    draft.item.contentDisposition = value
  },
  'Cache-Control': (draft, value) => {
    draft.item.cacheControl = value
  },
}

/** The row itself is handed on, not a copy: with thousands of rows a page, copies are most of the memory. */
const finish = ({ item, tier, inferred, entries }: Draft): BlobItem => {
  const { name, size, etag, lastModified, blobType } = item
  if (!name || !etag || !blobType || !Number.isSafeInteger(size) || !Number.isFinite(lastModified) || Number(size) < 0)
    throw new XmlError('A row of the listing lacks its name, size, ETag, type or time.')
  if (tier !== undefined && !inferred) item.tier = tier
  // fromEntries makes own properties of every name, `__proto__` included.
  item.metadata = entries ? Object.fromEntries(entries) : nothing
  return item as BlobItem
}

/** `EnumerationResults / Blobs / Blob / Name | Properties | Metadata / …` and `EnumerationResults / NextMarker`. */
class PageHandler implements XmlHandler {
  readonly items: BlobItem[] = []
  next = ''
  #depth = 0
  #section = ''
  #encoded: boolean = false
  #draft: Draft = { item: {} }
  #text = ''

  open(name: string, attributes: string): void {
    this.#depth++
    this.#text = ''
    if (this.#depth === 1 && name !== 'EnumerationResults') throw new XmlError('The answer is not a listing.')
    if (this.#depth === 2 || this.#depth === 4) this.#section = name
    if (this.#depth === 3) this.#draft = { item: {} }
    // Names with characters that XML cannot hold come percent-encoded and marked (service version 2021-02-12 and newer).
    if (this.#depth === 4 && name === 'Name')
      this.#encoded = attributes !== '' && attributesOf(attributes).get('Encoded') === 'true'
  }

  text(text: string): void {
    this.#text += text
  }

  close(name: string): void {
    const text = this.#text
    if (this.#depth === 5) this.#value(name, text)
    else if (this.#depth === 4 && name === 'Name') this.#draft.item.name = this.#encoded ? decode(text) : text
    else if (this.#depth === 3 && name === 'Blob') this.items.push(finish(this.#draft))
    else if (this.#depth === 2 && name === 'NextMarker') this.next = text
    this.#text = ''
    this.#depth--
  }

  #value(name: string, text: string): void {
    if (this.#section === 'Metadata') {
      this.#draft.entries ??= []
      this.#draft.entries.push([name, text])
    } else if (this.#section === 'Properties' && text !== '' && Object.hasOwn(property, name)) {
      property[name]?.(this.#draft, text)
    }
  }
}

const decode = (name: string): string => {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new XmlError('An encoded name of the listing is not valid.')
  }
}

/** Takes the body of one List Blobs answer in chunks; `end` answers the page, or throws XmlError if it is not whole. */
export class PageParser {
  readonly #handler = new PageHandler()
  readonly #reader = new XmlReader(this.#handler)

  write(chunk: Uint8Array): void {
    this.#reader.write(chunk)
  }

  end(): ListingPage {
    this.#reader.end()
    const { items, next } = this.#handler
    return next === '' ? { items } : { items, next }
  }
}
