import type { BlobItem } from './ports.ts'
import { attributesOf, XmlError, type XmlHandler, XmlReader } from './xml.ts'

/** One page of List Blobs. */
export interface ListingPage {
  readonly items: readonly BlobItem[]
  /** Where the next page starts; absent on the last page. */
  readonly next?: string
}

type Draft = { -readonly [Key in keyof BlobItem]?: BlobItem[Key] } & {
  inferred?: boolean
  entries: [string, string][] | undefined
}

const nothing: Readonly<Record<string, string>> = Object.freeze({})
const blobTypes = ['BlockBlob', 'AppendBlob', 'PageBlob'] as const
const tiers = ['Hot', 'Cool', 'Cold', 'Archive'] as const

/** Listings write ETags without the quotes that conditions need. */
const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`)

const property: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  'Content-Length': (draft, value) => {
    draft.size = Number(value)
  },
  Etag: (draft, value) => {
    draft.etag = quoted(value)
  },
  'Last-Modified': (draft, value) => {
    draft.lastModified = Date.parse(value)
  },
  BlobType: (draft, value) => {
    const type = blobTypes.find(known => known === value)
    if (type !== undefined) draft.blobType = type
  },
  AccessTier: (draft, value) => {
    const tier = tiers.find(known => known === value)
    if (tier !== undefined) draft.tier = tier
  },
  AccessTierInferred: (draft, value) => {
    draft.inferred = value === 'true'
  },
  CopyStatus: (draft, value) => {
    if (value === 'pending') draft.copyPending = true
  },
  'Content-MD5': (draft, value) => {
    draft.md5 = value
  },
  'Content-Type': (draft, value) => {
    draft.contentType = value
  },
  'Content-Encoding': (draft, value) => {
    draft.contentEncoding = value
  },
  'Content-Language': (draft, value) => {
    draft.contentLanguage = value
  },
  'Content-Disposition': (draft, value) => {
    draft.contentDisposition = value
  },
  'Cache-Control': (draft, value) => {
    draft.cacheControl = value
  },
}

const finish = ({ inferred, entries, ...draft }: Draft): BlobItem => {
  if (inferred) delete draft.tier
  const { name, size, etag, lastModified, blobType } = draft
  if (!name || !etag || !blobType || !Number.isSafeInteger(size) || !Number.isFinite(lastModified) || Number(size) < 0)
    throw new XmlError('A row of the listing lacks its name, size, ETag, type or time.')
  // fromEntries makes own properties of every name, `__proto__` included.
  return { ...draft, metadata: entries ? Object.fromEntries(entries) : nothing } as BlobItem
}

/** `EnumerationResults / Blobs / Blob / Name | Properties | Metadata / …` and `EnumerationResults / NextMarker`. */
class PageHandler implements XmlHandler {
  readonly items: BlobItem[] = []
  next = ''
  #depth = 0
  #section = ''
  #encoded: boolean = false
  #draft: Draft = { entries: undefined }
  #text = ''

  open(name: string, attributes: string): void {
    this.#depth++
    this.#text = ''
    if (this.#depth === 1 && name !== 'EnumerationResults') throw new XmlError('The answer is not a listing.')
    if (this.#depth === 2 || this.#depth === 4) this.#section = name
    if (this.#depth === 3) this.#draft = { entries: undefined }
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
    else if (this.#depth === 4 && name === 'Name') this.#draft.name = this.#encoded ? decode(text) : text
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
