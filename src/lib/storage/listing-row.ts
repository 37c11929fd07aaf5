import type { BlobItem } from './ports.ts'
import { scanXml, XmlError, type XmlHandler } from './xml.ts'
import { attributesOf, nameFinder, textOf } from './xml-text.ts'

/** A row while it is read. */
type Draft = { -readonly [Key in keyof BlobItem]?: BlobItem[Key] }

const blobTypeOf = nameFinder(['BlockBlob', 'AppendBlob', 'PageBlob'])
const tierOf = nameFinder(['Hot', 'Cool', 'Cold', 'Archive'])
const saysTrue = nameFinder(['true'])
const saysPending = nameFinder(['pending'])

/** Properties that are kept as they are written. */
const texts = {
  'Content-MD5': 'md5',
  'Content-Type': 'contentType',
  'Content-Encoding': 'contentEncoding',
  'Content-Language': 'contentLanguage',
  'Content-Disposition': 'contentDisposition',
  'Cache-Control': 'cacheControl',
} as const

const rowOf = nameFinder(['Blob'])
const sectionOf = nameFinder(['Name', 'Properties', 'Metadata', 'Tags'])
const propertyOf = nameFinder([
  'Content-Length',
  'Etag',
  'Last-Modified',
  'BlobType',
  'AccessTier',
  'AccessTierInferred',
  'CopyStatus',
  'TagCount',
  ...(Object.keys(texts) as (keyof typeof texts)[]),
])

const nothing: BlobItem['metadata'] = Object.freeze({})

/** Listings write ETags without the quotes that conditions need. */
const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`)

const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new XmlError('An encoded name of the listing is not valid.')
  }
}

/** Reads one `Blob` of a listing: `Name | Properties / … | Metadata / … | Tags / …`. One reader does for all rows of a page. */
export class RowReader implements XmlHandler {
  readonly #xml: Buffer
  #depth = 0
  #section: ReturnType<typeof sectionOf>
  /** Where the name of the innermost element is. */
  #nameFrom = 0
  #nameTo = 0
  #encoded: boolean = false
  #tier: BlobItem['tier']
  #inferred: boolean = false
  #item: Draft = {}
  #entries: [string, string][] = []
  /** Key of the tag that is read. */
  #key = ''
  #time = ['', Number.NaN] as [written: string, milliseconds: number]

  constructor(xml: Buffer) {
    this.#xml = xml
  }

  /**
   * The row whose element holds `from` to `to`.
   * @throws XmlError where something is missing.
   */
  read(from: number, to: number): BlobItem {
    // Every row has these, in this order: objects that grow alike are the cheapest.
    this.#item = { name: '', size: Number.NaN, etag: '', lastModified: Number.NaN, metadata: nothing }
    this.#tier = undefined
    this.#inferred = false
    scanXml(this.#xml, from, to, this)
    const { name, size, etag, lastModified, blobType } = this.#item
    if (!name || !etag || !blobType || !Number.isSafeInteger(size) || Number.isNaN(lastModified) || Number(size) < 0)
      throw new XmlError('A row of the listing lacks its name, size, ETag, type or time.')
    if (this.#tier !== undefined && !this.#inferred) this.#item.tier = this.#tier
    if (this.#item.tags !== undefined) delete this.#item.tagsUntold
    return this.#item as BlobItem
  }

  open(from: number, to: number, end: number): void {
    if (++this.#depth === 1 && rowOf(this.#xml, from, to) === undefined)
      throw new XmlError('There is something else between the rows of the listing.')
    if (this.#depth === 2) this.#section = sectionOf(this.#xml, from, to)
    this.#nameFrom = from
    this.#nameTo = to
    // Names with characters that XML cannot hold come percent-encoded and marked (service version 2021-02-12 and newer).
    if (this.#depth === 2 && this.#section === 'Name')
      this.#encoded = to < end && attributesOf(this.#text(to, end)).get('Encoded') === 'true'
  }

  close(from: number, to: number): void {
    const depth = this.#depth--
    if (depth === 2 && this.#section === 'Name') {
      const name = textOf(this.#text(from, to))
      this.#item.name = this.#encoded ? decoded(name) : name
    } else if (depth === 2 && this.#entries.length > 0) {
      // fromEntries makes own properties of every name, `__proto__` included.
      this.#item[this.#section === 'Tags' ? 'tags' : 'metadata'] = Object.fromEntries(this.#entries)
      this.#entries = []
    } else if (depth === 3 && this.#section === 'Properties' && from < to) this.#property(from, to)
    else if (depth === 3 && this.#section === 'Metadata')
      this.#entries.push([this.#text(this.#nameFrom, this.#nameTo), textOf(this.#text(from, to))])
    else if (depth === 5 && this.#section === 'Tags') this.#tag(textOf(this.#text(from, to)))
  }

  /** `Tags / TagSet / Tag / Key | Value` */
  #tag(text: string): void {
    if (this.#text(this.#nameFrom, this.#nameTo) === 'Key') this.#key = text
    else this.#entries.push([this.#key, text])
  }

  #text(from: number, to: number): string {
    return this.#xml.toString('utf8', from, to)
  }

  /** Rows that were written together often have the time of the row before. */
  #timeOf(text: string): number {
    if (this.#time[0] !== text) this.#time = [text, Date.parse(text)]
    return this.#time[1]
  }

  #property(from: number, to: number): void {
    const [item, xml] = [this.#item, this.#xml]
    const name = propertyOf(xml, this.#nameFrom, this.#nameTo)
    if (name === undefined) return
    switch (name) {
      case 'Content-Length':
        item.size = Number(this.#text(from, to))
        break
      case 'Etag':
        item.etag = quoted(textOf(this.#text(from, to)))
        break
      case 'Last-Modified':
        item.lastModified = this.#timeOf(this.#text(from, to))
        break
      case 'BlobType': {
        const type = blobTypeOf(xml, from, to)
        if (type !== undefined) item.blobType = type
        break
      }
      case 'AccessTier':
        this.#tier = tierOf(xml, from, to)
        break
      case 'AccessTierInferred':
        this.#inferred = saysTrue(xml, from, to) !== undefined
        break
      case 'CopyStatus':
        if (saysPending(xml, from, to) !== undefined) item.copyPending = true
        break
      case 'TagCount':
        if (this.#text(from, to) !== '0') item.tagsUntold = true
        break
      default:
        item[texts[name]] = textOf(this.#text(from, to))
    }
  }
}
