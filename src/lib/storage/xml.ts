import { isUtf8 } from 'node:buffer'

/** The document is cut short or not well-formed. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

/**
 * Told of every element of a document by places in its bytes, so that nothing is made of what nobody wants to know.
 * All ranges are half open.
 */
export interface XmlHandler {
  /** A start tag: its name, and its attributes from there to `end`. */
  open(from: number, to: number, end: number): void
  /** The end of an element that holds `from` to `to`: text as it is written where it is a `leaf`, else elements too. */
  close(from: number, to: number, leaf: boolean): void
}

const [tagStart, tagEnd, slash, bang, question] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f]
const [doubleQuote, singleQuote] = [0x22, 0x27]

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

const isBlankUntil = (xml: Uint8Array, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) if (!isBlank(xml[at])) return false
  return true
}

const sameBytes = (xml: Uint8Array, a: number, b: number, length: number): boolean => {
  for (let index = 0; index < length; index++) if (xml[a + index] !== xml[b + index]) return false
  return true
}

const cutShort = (): XmlError => new XmlError('The document ends too early.')

/** Reads one stretch of well-formed XML. Knows elements, attributes, text, CDATA, comments, processing instructions. */
class Scan {
  readonly #xml: Buffer
  readonly #to: number
  readonly #handler: XmlHandler
  /** Of every open element: where its name starts and ends, and where its content starts. */
  readonly #open: number[] = []
  #leaf = false
  elements = 0

  constructor(xml: Buffer, to: number, handler: XmlHandler) {
    this.#xml = xml
    this.#to = to
    this.#handler = handler
  }

  run(from: number): void {
    const [xml, to] = [this.#xml, this.#to]
    for (let at = from; ; ) {
      const began = at
      at = xml.indexOf(tagStart, at)
      if (at === -1 || at > to) at = to
      if (this.#open.length === 0 && !isBlankUntil(xml, began, at))
        throw new XmlError('There is text outside of the document element.')
      if (at === to) break
      const kind = xml[at + 1]
      if (kind === slash) at = this.#endTag(at)
      else if (kind === bang || kind === question) at = this.#special(at)
      else at = this.#startTag(at)
    }
    if (this.#open.length > 0) throw cutShort()
  }

  #find(text: string, from: number): number {
    const found = this.#xml.indexOf(text, from, 'latin1')
    if (found === -1 || found + text.length > this.#to) throw cutShort()
    return found
  }

  #startTag(at: number): number {
    const [xml, to] = [this.#xml, this.#to]
    let end = at + 1
    let name = 0
    // A `>` inside quotes does not end the tag.
    for (let quote = 0; end < to && (quote !== 0 || xml[end] !== tagEnd); end++) {
      const byte = xml[end]
      if (name === 0 && (isBlank(byte) || byte === slash)) name = end
      if (quote !== 0) quote = byte === quote ? 0 : quote
      else if (byte === doubleQuote || byte === singleQuote) quote = byte
    }
    if (end >= to) throw cutShort()
    if (name === 0) name = end
    if (name === at + 1) throw new XmlError('A tag has no name.')
    if (this.#open.length === 0) this.elements++
    this.#leaf = true
    this.#handler.open(at + 1, name, end)
    if (xml[end - 1] === slash) {
      this.#handler.close(end + 1, end + 1, true)
      this.#leaf = false
    } else this.#open.push(at + 1, name, end + 1)
    return end + 1
  }

  #endTag(at: number): number {
    let end = at + 2
    while (end < this.#to && this.#xml[end] !== tagEnd) end++
    if (end >= this.#to) throw cutShort()
    let nameEnd = end
    while (isBlank(this.#xml[nameEnd - 1])) nameEnd--
    const content = this.#open.pop() ?? 0
    const to = this.#open.pop() ?? 0
    const from = this.#open.pop() ?? 0
    const length = nameEnd - at - 2
    if (to - from !== length || !sameBytes(this.#xml, from, at + 2, length))
      throw new XmlError(`The end tag </${this.#xml.toString('utf8', at + 2, nameEnd)}> has no start tag.`)
    this.#handler.close(content, at, this.#leaf)
    this.#leaf = false
    return end + 1
  }

  #special(at: number): number {
    if (this.#xml[at + 1] === question) return this.#find('?>', at) + 2
    const [comment, verbatim] = ['<!--', '<![CDATA[']
    if (this.#xml.toString('latin1', at, at + comment.length) === comment) return this.#find('-->', at + 4) + 3
    if (this.#to - at < verbatim.length) throw cutShort()
    if (this.#open.length === 0 || this.#xml.toString('latin1', at, at + verbatim.length) !== verbatim)
      throw new XmlError('Document types are not accepted.')
    return this.#find(']]>', at) + 3
  }
}

/**
 * Tells of the elements in a stretch of a document, which holds one element whole, and nothing beside it.
 * @throws XmlError unless it does.
 */
export const scanXml = (xml: Buffer, from: number, to: number, handler: XmlHandler): void => {
  const scan = new Scan(xml, to, handler)
  scan.run(from)
  if (scan.elements === 0) throw cutShort()
  if (scan.elements > 1) throw new XmlError('There is more than one document element.')
}

/**
 * Tells of all elements of a UTF-8 document, and whether it is whole.
 * @throws XmlError unless it is well-formed, its end included.
 */
export const readXml = (xml: Buffer, handler: XmlHandler): void => {
  if (!isUtf8(xml)) throw new XmlError('The document is not valid UTF-8.')
  scanXml(xml, xml[0] === 0xef && xml[1] === 0xbb && xml[2] === 0xbf ? 3 : 0, xml.length, handler)
}
