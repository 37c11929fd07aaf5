import { Body } from './body.ts'
import { RowReader } from './listing-row.ts'
import type { BlobItem } from './ports.ts'
import { nameFinder, readXml, textOf, XmlError, type XmlHandler } from './xml.ts'

/** One page of List Blobs. */
export interface ListingPage {
  /** Made as they are asked for, and to be asked for before its bytes are used for another page. */
  readonly items: Iterable<BlobItem>
  /** Where the next page starts; absent on the last page. */
  readonly next?: string
}

const nameOf = nameFinder(['EnumerationResults', 'Blobs', 'Blob', 'NextMarker'])

/** Finds the rows of `EnumerationResults / Blobs / Blob` and `EnumerationResults / NextMarker`. */
class PageHandler implements XmlHandler {
  /** Where the content of every row starts and ends. */
  readonly rows: number[] = []
  next = ''
  readonly #xml: Buffer
  #depth = 0
  #section: ReturnType<typeof nameOf>
  #row: ReturnType<typeof nameOf>

  constructor(xml: Buffer) {
    this.#xml = xml
  }

  open(from: number, to: number): void {
    if (++this.#depth > 3) return
    const name = nameOf(this.#xml, from, to)
    if (this.#depth === 1 && name !== 'EnumerationResults') throw new XmlError('The answer is not a listing.')
    if (this.#depth === 2) this.#section = name
    this.#row = name
  }

  close(from: number, to: number): void {
    const depth = this.#depth--
    if (depth === 3 && this.#section === 'Blobs' && this.#row === 'Blob') this.rows.push(from, to)
    else if (depth === 2 && this.#section === 'NextMarker') this.next = textOf(this.#xml.toString('utf8', from, to))
  }
}

function* rowsOf(xml: Buffer, rows: readonly number[]): Generator<BlobItem> {
  const reader = new RowReader(xml)
  for (let index = 0; index < rows.length; index += 2) yield reader.read(rows[index] ?? 0, rows[index + 1] ?? 0)
}

/** Takes the body of one List Blobs answer in chunks; `end` answers the page, or throws XmlError if it is not whole. */
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
    const handler = new PageHandler(xml)
    readXml(xml, handler)
    const items = { [Symbol.iterator]: () => rowsOf(xml, handler.rows) }
    return handler.next === '' ? { items } : { items, next: handler.next }
  }
}
