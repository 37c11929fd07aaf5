/** Reading recorded exchanges and comparing them with what the simulator answers. */
import { readFileSync } from 'node:fs'

export interface Recorded {
  readonly line: number
  readonly test: string
  readonly method: string
  readonly url: string
  readonly request: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly response: unknown
}

type Members = Record<string, unknown>
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Some requests were recorded as the text of a Python bytes literal, several times over. */
const unwrap = (request: unknown): unknown => {
  let value = request
  for (let layer = 0; layer < 5 && typeof value === 'string'; layer += 1) {
    const text = value.trim()
    const inner = /^b'([\s\S]*)'$/.exec(text)?.[1]
    try {
      value = JSON.parse(inner ?? text)
    } catch {
      value = inner?.replaceAll("\\'", "'").replaceAll('\\\\', '\\') ?? text
      if (inner === undefined) return value
    }
  }
  return value
}

export const readRecordings = (file: string): Recorded[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      if (text === '') return []
      const recorded = JSON.parse(text) as Omit<Recorded, 'line'>
      return [{ ...recorded, line: index + 1, request: unwrap(recorded.request) }]
    })

const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi
const instant = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z?/g
const person = /\w+@(example\.com|simulator\.invalid)/g
const signed = /\?sv=[^"]*/

/** Generated values that are not GUIDs. */
const generated = new Set(['value', 'accessToken'])

/** Arrays whose order the service does not keep: keys, storage accounts, and lists, whose default order is not documented. */
const unordered = new Set(['contentKeys', 'storageAccounts', 'value'])

const normaliseText = (text: string): string =>
  text
    .replaceAll(/https?:\/\/(management\.azure\.com|127\.0\.0\.1:\d+)/g, 'https://host')
    .replaceAll(/https?:\/\/[\w.]+\.blob\.core\.windows\.net/g, 'https://storage')
    .replace(signed, '?sas')
    .replaceAll(person, '<person>')
    .replaceAll(guid, '<guid>')
    .replaceAll(instant, '<time>')

const order = (a: unknown, b: unknown) => {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * Values that differ from run to run become placeholders; no member is removed. Members are put in order, and arrays
 * too where the service keeps none.
 */
export const normalise = (value: unknown, name = '', parent = ''): unknown => {
  if (typeof value === 'string')
    return generated.has(name) && parent === 'contentKeys' ? '<generated>' : normaliseText(value)
  if (Array.isArray(value)) {
    const members = value.map(member => normalise(member, '', name))
    return unordered.has(name) ? members.toSorted(order) : members
  }
  if (!isMembers(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .toSorted(order)
      .map(key => [key, normalise(value[key], key, parent)]),
  )
}
