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

const [tagStart, tagEnd, slash, bang, question, ampersand] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f, 0x26]
const [doubleQuote, singleQuote] = [0x22, 0x27]

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const character = (reference: string): string => {
  const hex = reference.startsWith('#x') || reference.startsWith('#X')
  const digits = reference.slice(hex ? 2 : 1)
  const code = (hex ? /^[0-9a-f]+$/i : /^\d+$/).test(digits) ? Number.parseInt(digits, hex ? 16 : 10) : Number.NaN
  if (!(code <= 0x10ffff)) throw new XmlError(`The character reference &${reference}; is not valid.`)
  return String.fromCodePoint(code)
}

/** The text that is written so: references are resolved, comments left out, CDATA taken as it is. */
export const textOf = (written: string): string =>
  written.includes('&') || written.includes('<')
    ? written.replace(
        /<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|&([^;&<]*)(;?)/gs,
        (_, verbatim: string | undefined, reference: string | undefined, end: string) => {
          if (reference === undefined) return verbatim ?? ''
          const resolved = reference.startsWith('#') ? character(reference) : named[reference]
          if (resolved === undefined || end === '') throw new XmlError(`The entity &${reference} is not known.`)
          return resolved
        },
      )
    : written

/** Attributes of a tag by name, in any order and either kind of quotes. */
export const attributesOf = (attributes: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const [, name = '', double, single] of attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found.set(name, textOf(double ?? single ?? ''))
  return found
}

/** Text as it is written. */
export const written = (text: string): string =>
  text.replace(/[&<>]/g, mark => (mark === '&' ? '&amp;' : mark === '<' ? '&lt;' : '&gt;'))

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
      let references = false
      for (; at < to && xml[at] !== tagStart; at++) if (xml[at] === ampersand) references = true
      if (this.#open.length === 0 && !isBlankUntil(xml, began, at))
        throw new XmlError('There is text outside of the document element.')
      // Nobody may ever ask for this text, but a document with a reference that means nothing is not whole.
      if (references) textOf(xml.toString('utf8', began, at))
      if (at >= to) break
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

/** Tells of the elements in a stretch of a document that has been read as a whole before. */
export const scanXml = (xml: Buffer, from: number, to: number, handler: XmlHandler): void =>
  new Scan(xml, to, handler).run(from)

/**
 * Tells of all elements of a UTF-8 document, and whether it is whole.
 * @throws XmlError unless it is well-formed, its end included.
 */
export const readXml = (xml: Buffer, handler: XmlHandler): void => {
  if (!isUtf8(xml)) throw new XmlError('The document is not valid UTF-8.')
  const scan = new Scan(xml, xml.length, handler)
  scan.run(xml[0] === 0xef && xml[1] === 0xbb && xml[2] === 0xbf ? 3 : 0)
  if (scan.elements === 0) throw cutShort()
  if (scan.elements > 1) throw new XmlError('There is more than one document element.')
}

const isAt = (name: Uint8Array, xml: Uint8Array, from: number): boolean => {
  for (let index = 0; index < name.length; index++) if (name[index] !== xml[from + index]) return false
  return true
}

/** Finds names of elements in bytes, without making a text of them: answers which of the names it is, if any. */
export const nameFinder = <Name extends string>(
  names: readonly Name[],
): ((xml: Uint8Array, from: number, to: number) => Name | undefined) => {
  const known = names.map(name => ({ name, bytes: Buffer.from(name) }))
  const byLength = Array.from({ length: 32 }, (_, length) => known.filter(({ bytes }) => bytes.length === length))
  return (xml, from, to) => {
    for (const { name, bytes } of byLength[to - from] ?? []) if (isAt(bytes, xml, from)) return name
    return undefined
  }
}
