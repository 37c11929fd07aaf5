import { isUtf8 } from 'node:buffer'
import { RowReader } from './listing-row.ts'
import type { BlobItem } from './ports.ts'
import { readXml, XmlError, type XmlHandler } from './xml.ts'
import { nameFinder, textOf } from './xml-text.ts'

/** One page of List Blobs. */
export interface ListingPage {
  /** Made as they are asked for. */
  readonly items: Iterable<BlobItem>
  /** Where the next page starts; absent on the last page. */
  readonly next?: string
}

const nameOf = nameFinder(['EnumerationResults', 'Blobs', 'NextMarker'])
const [blobs, rowEnd] = ['<Blobs>', '</Blob>'].map(tag => Buffer.from(tag)) as [Buffer, Buffer]

/** Reads `EnumerationResults / Blobs` and `EnumerationResults / NextMarker`. */
class FrameHandler implements XmlHandler {
  next = ''
  /** Whether `Blobs` is where it belongs, and holds nothing else than rows, which have been taken out. */
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
    if (this.#section === 'Blobs') this.complete = this.#xml.toString('latin1', from, to).trim() === ''
    else if (this.#section === 'NextMarker') this.next = textOf(this.#xml.toString('utf8', from, to))
  }
}

function* rowsOf(pieces: readonly Buffer[]): Generator<BlobItem> {
  for (const piece of pieces) {
    const reader = new RowReader(piece)
    for (let at = 0; at < piece.length; ) {
      const next = piece.indexOf(rowEnd, at) + rowEnd.length
      yield reader.read(at, next)
      at = next
    }
  }
}

/**
 * Takes the body of one List Blobs answer in chunks; `end` answers the page, or throws XmlError if it is not whole: all
 * around the rows is read at once. A row that makes no sense throws when it is asked for.
 *
 * The page stays in the memory it came in, cut where rows end; only what lies on two sides of a cut is put together:
 * memory that is touched for the first time costs as much as reading it. Rows are found by their end tags, which nothing
 * else can hold: `<` in a text is written as a reference.
 */
export class PageParser {
  /** All up to the first row; undefined before that has ended. */
  #head: Buffer | undefined
  /** Whole rows. */
  readonly #pieces: Buffer[] = []
  /** What came after the last end of a row. */
  #rest: Buffer[] = []

  /** Keeps the chunk as it is, which must not change any more. */
  write(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const first = chunk.indexOf(rowEnd)
    if (first === -1) {
      this.#rest.push(chunk)
      return
    }
    const [begun, ended] = [first + rowEnd.length, chunk.lastIndexOf(rowEnd) + rowEnd.length]
    this.#keep(Buffer.concat([...this.#rest, chunk.subarray(0, begun)]))
    this.#keep(chunk.subarray(begun, ended))
    this.#rest = [chunk.subarray(ended)]
  }

  end(): ListingPage {
    // An end of a row that lies across chunks has not been seen yet.
    const rest = Buffer.concat(this.#rest)
    const last = rest.lastIndexOf(rowEnd)
    const ended = last === -1 ? 0 : last + rowEnd.length
    if (ended > 0) this.#keep(rest.subarray(0, ended))
    const frame = Buffer.concat([this.#head ?? Buffer.alloc(0), rest.subarray(ended)])
    const handler = new FrameHandler(frame)
    readXml(frame, handler)
    if (!handler.complete) throw new XmlError('The answer is not a listing.')
    const items = { [Symbol.iterator]: () => rowsOf(this.#pieces) }
    return handler.next === '' ? { items } : { items, next: handler.next }
  }

  #keep(piece: Buffer): void {
    if (!isUtf8(piece)) throw new XmlError('The document is not valid UTF-8.')
    if (this.#head !== undefined) {
      this.#pieces.push(piece)
      return
    }
    const begin = piece.indexOf(blobs)
    if (begin === -1) throw new XmlError('The answer is not a listing.')
    this.#head = piece.subarray(0, begin + blobs.length)
    this.#pieces.push(piece.subarray(begin + blobs.length))
  }
}
