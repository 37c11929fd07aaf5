import { isUtf8 } from 'node:buffer'
import { Body } from './body.ts'
import { RowReader } from './listing-row.ts'
import type { BlobItem } from './ports.ts'
import { readXml, XmlError, type XmlHandler } from './xml.ts'
import { nameFinder, textOf } from './xml-text.ts'

/** One page of List Blobs. */
export interface ListingPage {
  /** Made as they are asked for, and to be asked for before its bytes are used for another page. */
  readonly items: Iterable<BlobItem>
  /** Where the next page starts; absent on the last page. */
  readonly next?: string
}

const nameOf = nameFinder(['EnumerationResults', 'Blobs', 'NextMarker'])
const [blobs, blobsEnd, rowEnd] = ['<Blobs>', '</Blobs>', '</Blob>'].map(tag => Buffer.from(tag)) as [
  Buffer,
  Buffer,
  Buffer,
]

/** Reads `EnumerationResults / Blobs` and `EnumerationResults / NextMarker`. */
class FrameHandler implements XmlHandler {
  next = ''
  /** Whether `Blobs` is where it belongs. */
  complete: boolean = false
  readonly #xml: Buffer
  #depth = 0
  #section: ReturnType<typeof nameOf>

  constructor(xml: Buffer) {
    this.#xml = xml
  }

  open(from: number, to: number): void {
    const name = nameOf(this.#xml, from, to)
    if (++this.#depth === 1 && name !== 'EnumerationResults') throw new XmlError('The answer is not a listing.')
    if (this.#depth === 2) this.#section = name
  }

  close(from: number, to: number): void {
    if (this.#depth-- !== 2) return
    if (this.#section === 'Blobs') this.complete = true
    else if (this.#section === 'NextMarker') this.next = textOf(this.#xml.toString('utf8', from, to))
  }
}

/** Rows are found by their end tags, which nothing else can hold: `<` in a text is written as a reference. */
function* rowsOf(xml: Buffer, from: number, to: number): Generator<BlobItem> {
  const reader = new RowReader(xml)
  let at = from
  for (let end = xml.indexOf(rowEnd, at); end !== -1 && end < to; end = xml.indexOf(rowEnd, at)) {
    const next = end + rowEnd.length
    yield reader.read(at, next)
    at = next
  }
  if (xml.toString('latin1', at, to).trim() !== '')
    throw new XmlError('There is something else between the rows of the listing.')
}

/**
 * Takes the body of one List Blobs answer in chunks; `end` answers the page, or throws XmlError if it is not whole: all
 * around the rows is read at once. A row that makes no sense throws when it is asked for.
 */
export class PageParser {
  readonly #body: Body

  /** @param body where the page stays; what it held before is gone. */
  constructor(body = new Body()) {
    this.#body = body
    body.clear()
  }

  write(chunk: Uint8Array): void {
    this.#body.append(chunk)
  }

  end(): ListingPage {
    const xml = this.#body.take()
    if (!isUtf8(xml)) throw new XmlError('The document is not valid UTF-8.')
    const begin = xml.indexOf(blobs)
    const [from, to] = begin === -1 ? [0, 0] : [begin + blobs.length, xml.lastIndexOf(blobsEnd)]
    if (to < from) throw new XmlError('The document ends too early.')
    const frame = Buffer.concat([xml.subarray(0, from), xml.subarray(to)])
    const handler = new FrameHandler(frame)
    readXml(frame, handler)
    if (!handler.complete) throw new XmlError('The answer is not a listing.')
    const items = { [Symbol.iterator]: () => rowsOf(xml, from, to) }
    return handler.next === '' ? { items } : { items, next: handler.next }
  }
}
