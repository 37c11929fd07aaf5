/** What an XmlReader tells while it reads. Attributes are handed on as written; see `attributesOf`. */
export interface XmlHandler {
  open(name: string, attributes: string): void
  /** Text between two tags with its entities resolved; comes in pieces where comments or CDATA interrupt it. */
  text(text: string): void
  close(name: string): void
}

/** The document is cut short or not well-formed. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const character = (reference: string): string => {
  const hex = reference.startsWith('#x') || reference.startsWith('#X')
  const digits = reference.slice(hex ? 2 : 1)
  const code = (hex ? /^[0-9a-f]+$/i : /^\d+$/).test(digits) ? Number.parseInt(digits, hex ? 16 : 10) : Number.NaN
  if (!(code <= 0x10ffff)) throw new XmlError(`The character reference &${reference}; is not valid.`)
  return String.fromCodePoint(code)
}

const resolve = (text: string): string =>
  text.includes('&')
    ? text.replace(/&([^;&]*)(;?)/g, (_, reference: string, end: string) => {
        const resolved = reference.startsWith('#') ? character(reference) : named[reference]
        if (resolved === undefined || end === '') throw new XmlError(`The entity &${reference} is not known.`)
        return resolved
      })
    : text

/** Attributes of a tag by name, in any order and either kind of quotes. */
export const attributesOf = (attributes: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const [, name = '', double, single] of attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found.set(name, resolve(double ?? single ?? ''))
  return found
}

/** End of the tag that starts at `from`, or -1; a `>` inside quotes does not end it. */
const endOfTag = (text: string, from: number): number => {
  let end = text.indexOf('>', from)
  for (let at = from; ; ) {
    const quote = nextQuote(text, at, end)
    if (quote === -1) return end
    const closing = text.indexOf(text.charAt(quote), quote + 1)
    if (closing === -1) return -1
    at = closing + 1
    if (closing > end) end = text.indexOf('>', at)
    if (end === -1) return -1
  }
}

const nextQuote = (text: string, from: number, before: number): number => {
  for (let at = from; at < before; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22 || code === 0x27) return at
  }
  return -1
}

/**
 * Reads a UTF-8 document in chunks cut anywhere, inside characters and tags included. Knows what services write:
 * elements, attributes, text, entities, CDATA, comments, processing instructions; refuses document types.
 */
export class XmlReader {
  readonly #handler: XmlHandler
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #open: string[] = []
  #rest = ''
  #ended: boolean = false
  #entities: boolean = false

  constructor(handler: XmlHandler) {
    this.#handler = handler
  }

  /** @throws XmlError where the document is not well-formed. */
  write(chunk: Uint8Array): void {
    this.#read(this.#rest + this.#decode(chunk))
  }

  /** @throws XmlError unless the document element was closed. */
  end(): void {
    this.#read(this.#rest + this.#decode())
    if (!this.#ended || this.#rest.trim() !== '') throw new XmlError('The document ends too early.')
  }

  #decode(chunk?: Uint8Array): string {
    try {
      return chunk === undefined ? this.#decoder.decode() : this.#decoder.decode(chunk, { stream: true })
    } catch {
      throw new XmlError('The document is not valid UTF-8.')
    }
  }

  #read(text: string): void {
    // Asked once for all: most of what is read holds none.
    this.#entities = text.includes('&')
    let at = 0
    for (;;) {
      const start = text.indexOf('<', at)
      if (start === -1) break
      const end = this.#markup(text, start, at)
      if (end === -1) break
      at = end
    }
    this.#rest = text.slice(at)
  }

  /** Handles the markup at `start` and the text before it, from `at` on; answers where it ends, -1 if not yet there. */
  #markup(text: string, start: number, at: number): number {
    const kind = text.charCodeAt(start + 1)
    if (kind === 0x21 || kind === 0x3f) return this.#special(text, start, at)
    const end = kind === 0x2f ? text.indexOf('>', start) : endOfTag(text, start + 1)
    if (end === -1) return -1
    if (start > at) this.#text(this.#entities ? resolve(text.slice(at, start)) : text.slice(at, start))
    if (kind === 0x2f) this.#close(text.slice(start + 2, end).trimEnd())
    else this.#tag(text.slice(start + 1, end))
    return end + 1
  }

  #special(text: string, start: number, at: number): number {
    const [opening, closing] =
      (
        [
          ['<?', '?>'],
          ['<!--', '-->'],
          ['<![CDATA[', ']]>'],
        ] as const
      ).find(([mark]) => text.startsWith(mark, start)) ?? []
    if (opening === undefined) {
      if (text.length - start < '<![CDATA['.length) return -1
      throw new XmlError('Document types are not accepted.')
    }
    const end = text.indexOf(closing, start + opening.length)
    if (end === -1) return -1
    if (start > at) this.#text(resolve(text.slice(at, start)))
    if (opening === '<![CDATA[') this.#text(text.slice(start + opening.length, end))
    return end + closing.length
  }

  #text(text: string): void {
    if (this.#open.length > 0) this.#handler.text(text)
    else if (text.trim() !== '') throw new XmlError('There is text outside of the document element.')
  }

  #tag(inner: string): void {
    if (this.#ended) throw new XmlError('There is more than one document element.')
    const empty = inner.endsWith('/')
    const tag = empty ? inner.slice(0, -1) : inner
    const blank = tag.search(/\s/)
    const name = blank === -1 ? tag : tag.slice(0, blank)
    const attributes = blank === -1 ? '' : tag.slice(blank).trim()
    if (name === '') throw new XmlError('A tag has no name.')
    this.#open.push(name)
    this.#handler.open(name, attributes)
    if (empty) this.#close(name)
  }

  #close(name: string): void {
    if (this.#open.pop() !== name) throw new XmlError(`The end tag </${name}> has no start tag.`)
    this.#handler.close(name)
    this.#ended = this.#open.length === 0
  }
}
