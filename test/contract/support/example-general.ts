/** What is compared of an example's answer: all but what differs from run to run. No member is removed. */
import { formatInstant, parseInstant } from '../../../local/simulator/instants.ts'
import { isObject, type Json, type JsonObject, parseJson, textAt } from '../../../local/simulator/json.ts'
import type { Example } from './examples.ts'

const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi
const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g
const replaced: readonly (readonly [RegExp, string])[] = [
  [/[\w-]+\.streaming\.(mediaservices\.windows|media\.azure)\.net/g, '<host>'],
  [/https?:\/\/(server|management\.azure\.com|127\.0\.0\.1:\d+)(?=\/subscriptions)/g, '<origin>'],
  [/\w+@(microsoft\.com|simulator\.invalid)/g, '<person>'],
  [/\?s[rv]=[^"]*/g, '?<signature>'],
]

const canonical = (text: string): string => formatInstant(parseInstant(text) ?? 0n)

/** Arrays whose order the service does not keep. */
const unordered = new Set(['contentKeys', 'storageAccounts', 'streamingLocators'])

const sorted = (value: Json, name = ''): Json => {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(item => sorted(item))
    return unordered.has(name) ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items
  }
  if (!isObject(value)) return value
  const names = Object.keys(value).toSorted((a, b) => (a < b ? -1 : 1))
  return Object.fromEntries(names.map(key => [key, sorted(value[key] ?? null, key)]))
}

/** Hosts, people, signatures become placeholders, and so do ids and times that are not the request's own. */
export const generalFor = ({ path, body }: Example): ((value: JsonObject) => Json) => {
  const sent = path + JSON.stringify(body ?? null)
  const ids = new Set(sent.match(guid)?.map(id => id.toLowerCase()))
  const times = new Set(sent.match(instant)?.map(canonical))
  return value => {
    const text = replaced.reduce((all, [found, by]) => all.replaceAll(found, by), JSON.stringify(value))
    return sorted(
      parseJson(
        text
          .replaceAll(guid, id => (ids.has(id.toLowerCase()) ? id : '<id>'))
          .replaceAll(instant, time => (times.has(canonical(time)) ? canonical(time) : '<time>')),
      ),
    )
  }
}

/** A list as an object by name, so that one more item is one difference; with the order where one is asked for. */
export const byName = (body: Json, ordered: boolean): Json => {
  const value = isObject(body) && Array.isArray(body.value) ? (body.value as readonly Json[]) : undefined
  if (!isObject(body) || value === undefined) return body
  const named = value.flatMap(item => (isObject(item) ? [[textAt(item, 'name') ?? '', item] as const] : []))
  if (named.some(([name]) => name === '')) return body
  const { value: _value, ...rest } = body
  const order = ordered ? { order: named.map(([name]) => name).join(', ') } : {}
  return { ...rest, items: Object.fromEntries(named), ...order }
}
