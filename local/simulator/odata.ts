/** The part of OData that lists take: `$filter` with comparisons, `and`, `or` and brackets, and `$orderby` (contract section 9). */
import { badRequest } from './arm-errors.ts'
import { parseInstant } from './instants.ts'
import type { Resource } from './state.ts'

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'
export interface ListProperty {
  readonly type: 'text' | 'instant' | 'guid' | 'jobState'
  readonly operators: readonly Operator[]
  readonly sortable: boolean
}
/** By path as a client writes it: `name`, `properties/created`. */
export type ListProperties = Readonly<Record<string, ListProperty>>

export type Comparable = string | bigint | undefined
/** What a property of a resource is compared by; text compares without regard to case. */
export type Reader = (resource: Resource, path: string) => Comparable
type Predicate = (resource: Resource) => boolean

const tokenPattern = /\s*(?:(\(|\))|(Microsoft\.Media\.JobState)?'((?:[^']|'')*)'|([^\s()']+))/y

interface Token {
  readonly kind: 'bracket' | 'text' | 'word'
  readonly value: string
}

const invalid = (what: string) => badRequest(`The query specified in the URI is not valid. ${what}`)

const tokensOf = (filter: string): Token[] => {
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  const text = filter.trimEnd()
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex
    const match = tokenPattern.exec(text)
    if (match === null) throw invalid(`Syntax error at position ${at} in '${filter}'.`)
    const [, bracket, , quoted, word] = match
    if (bracket !== undefined) tokens.push({ kind: 'bracket', value: bracket })
    else if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.replaceAll("''", "'") })
    else tokens.push({ kind: 'word', value: word ?? '' })
  }
  return tokens
}

export const comparableText = (value: string): string => value.toLowerCase()

/** A date alone is the beginning of its day. */
const withTime = (text: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)

/** The property as it is described; names are taken in any case. */
const describedAs = (
  properties: ListProperties,
  path: string,
): { path: string; property: ListProperty } | undefined => {
  const found = Object.entries(properties).find(([name]) => name.toLowerCase() === path.toLowerCase())
  return found === undefined ? undefined : { path: found[0], property: found[1] }
}

const literalOf = (property: ListProperty, path: string, token: Token): Comparable => {
  if (property.type === 'instant') {
    const ticks = token.kind === 'word' ? parseInstant(withTime(token.value)) : undefined
    if (ticks === undefined) throw invalid(`'${token.value}' is no date and time to compare '${path}' with.`)
    return ticks
  }
  if (token.kind !== 'text' && property.type !== 'guid')
    throw invalid(`'${path}' is compared with text in single quotes, not with '${token.value}'.`)
  return comparableText(token.value)
}

const holds = (operator: Operator, left: Comparable, right: Comparable): boolean => {
  if (operator === 'eq') return left === right
  if (operator === 'ne') return left !== right
  if (left === undefined || right === undefined) return false
  if (operator === 'gt') return left > right
  if (operator === 'ge') return left >= right
  if (operator === 'lt') return left < right
  return left <= right
}

/** Recursive descent: or → and → comparison | ( or ). */
class Parser {
  readonly #tokens: readonly Token[]
  readonly #properties: ListProperties
  readonly #read: Reader
  #next = 0

  constructor(tokens: readonly Token[], properties: ListProperties, read: Reader) {
    this.#tokens = tokens
    this.#properties = properties
    this.#read = read
  }

  parse(): Predicate {
    const predicate = this.#or()
    if (this.#next < this.#tokens.length) throw invalid(`'${this.#tokens[this.#next]?.value}' is not expected.`)
    return predicate
  }

  #take(): Token {
    const token = this.#tokens[this.#next]
    if (token === undefined) throw invalid('The expression ends too early.')
    this.#next += 1
    return token
  }

  #takes(word: string): boolean {
    const token = this.#tokens[this.#next]
    if (token === undefined || token.kind === 'text' || token.value !== word) return false
    this.#next += 1
    return true
  }

  #or(): Predicate {
    let left = this.#and()
    while (this.#takes('or')) {
      const first = left
      const second = this.#and()
      left = resource => first(resource) || second(resource)
    }
    return left
  }

  #and(): Predicate {
    let left = this.#comparison()
    while (this.#takes('and')) {
      const first = left
      const second = this.#comparison()
      left = resource => first(resource) && second(resource)
    }
    return left
  }

  #comparison(): Predicate {
    if (this.#takes('(')) {
      const inner = this.#or()
      if (!this.#takes(')')) throw invalid('A closing bracket is missing.')
      return inner
    }
    const named = this.#take().value
    const described = describedAs(this.#properties, named)
    if (described === undefined) throw invalid(`'${named}' cannot be filtered by.`)
    const { path, property } = described
    const operator = this.#take().value as Operator
    if (!property.operators.includes(operator)) throw invalid(`'${path}' cannot be compared with '${operator}'.`)
    const literal = literalOf(property, path, this.#take())
    return resource => holds(operator, this.#read(resource, path), literal)
  }
}

/** Throws a 400 for anything outside the subset. */
export const parseFilter = (filter: string, properties: ListProperties, read: Reader): Predicate =>
  new Parser(tokensOf(filter), properties, read).parse()

export interface Order {
  readonly path: string
  readonly descending: boolean
}

export const parseOrder = (orderBy: string, properties: ListProperties): Order => {
  const match = /^\s*(\S+?)(?:\s+(asc|desc))?\s*$/.exec(orderBy)
  const described = describedAs(properties, match?.[1] ?? '')
  if (described?.property.sortable !== true) throw invalid(`'${orderBy}' cannot be ordered by.`)
  return { path: described.path, descending: match?.[2] === 'desc' }
}

export const parseTop = (top: string): number => {
  const count = /^\d{1,9}$/.test(top) ? Number(top) : 0
  if (count < 1) throw invalid(`'${top}' is no value for $top; expected a whole number, 1 or more.`)
  return count
}
