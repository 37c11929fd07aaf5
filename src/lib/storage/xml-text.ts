/** What the ranges of bytes hold that a scan tells of. */
import { XmlError } from './xml.ts'

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
