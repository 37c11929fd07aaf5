/** JSON written by people: says where it breaks, and finds names given twice, which JSON.parse takes without a word. */

export type JsonText =
  | { readonly ok: true; readonly value: unknown; readonly duplicates: readonly string[] }
  | { readonly ok: false; readonly line: number; readonly column: number }

const token =
  /\s*([{}[\],:]|"(?:[^"\\]|\\[\s\S])*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b)/y

const isSound = (found: string): boolean => {
  if (!found.startsWith('"')) return true
  try {
    JSON.parse(found)
    return true
  } catch {
    return false
  }
}

/** Thrown inside the walk only: the offset of the first character that does not fit. */
class Misfit {
  readonly offset: number
  constructor(offset: number) {
    this.offset = offset
  }
}

class Walk {
  readonly duplicates: string[] = []
  readonly #text: string
  #offset = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): void {
    this.#value('')
    if (this.#text.slice(this.#offset).trim() !== '') throw this.#misfit()
  }

  #misfit(): Misfit {
    const blank = /^\s*/.exec(this.#text.slice(this.#offset))
    return new Misfit(this.#offset + (blank?.[0].length ?? 0))
  }

  #peek(): string | undefined {
    token.lastIndex = this.#offset
    return token.exec(this.#text)?.[1]
  }

  #take(fits: (found: string) => boolean): string {
    const found = this.#peek()
    if (found === undefined || !fits(found) || !isSound(found)) throw this.#misfit()
    this.#offset = token.lastIndex
    return found
  }

  #value(path: string): void {
    const start = this.#take(found => !'}],:'.includes(found))
    if (start === '{') this.#members('}', seen => this.#member(path, seen))
    if (start === '[') this.#members(']', () => this.#value(path))
  }

  #member(path: string, seen: Set<string>): void {
    const name: string = JSON.parse(this.#take(found => found.startsWith('"')))
    const here = path === '' ? name : `${path}.${name}`
    if (seen.has(name)) this.duplicates.push(here)
    seen.add(name)
    this.#take(found => found === ':')
    this.#value(here)
  }

  #members(end: string, one: (seen: Set<string>) => void): void {
    const seen = new Set<string>()
    if (this.#peek() === end) {
      this.#take(() => true)
      return
    }
    do one(seen)
    while (this.#take(found => found === ',' || found === end) === ',')
  }
}

/** @returns the value and the paths of names given twice, or line and column (from 1) of the first misfit. */
export const readJson = (text: string): JsonText => {
  const walk = new Walk(text)
  try {
    walk.document()
    return { ok: true, value: JSON.parse(text), duplicates: walk.duplicates }
  } catch (error) {
    const before = text.slice(0, error instanceof Misfit ? error.offset : 0).split('\n')
    return { ok: false, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }
}
