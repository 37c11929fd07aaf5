/**
 * The stated normalisation: values that differ from run to run become placeholders, on both sides of the comparison.
 * No member is ever removed, and none is added.
 */
import { isObject, type Json } from '../simulator/json.ts'
import { keptHeaders } from '../simulator/traffic.ts'
import { guid, type Ids } from './ids.ts'

export interface Sides {
  readonly ids: Ids
  /** `https://management.azure.com`, or where the simulator listens. */
  readonly origin: string
  /** All text that the client sent in this test. */
  readonly sentText: string
}

/** When the service did something; 0001-01-01 stands for never and is kept. */
const clockMembers = new Set(['created', 'lastModified', 'createdAt', 'lastModifiedAt'])
/** Who did it, which depends on the token. */
const callerMembers = new Set(['createdBy', 'createdByType', 'lastModifiedBy', 'lastModifiedByType'])
/** A job's and its outputs' own times; a locator's and a filter's are the client's. */
const jobMembers = new Set(['startTime', 'endTime'])

/** Arrays whose order the service does not keep: keys, storage accounts, and lists, whose default order is not documented. */
const unordered = new Set(['contentKeys', 'storageAccounts', 'value', 'streamingLocators'])

const sasParts: Readonly<Record<string, string>> = { sv: '<version>', sig: '<signature>', se: '<time>', st: '<time>' }

/** The parts of a SAS stay, and what it permits; version, times and signature are the signer's. */
const normaliseSas = (query: string): string =>
  `?${query
    .split('&')
    .map(part => {
      const [name = '', value = ''] = part.split('=', 2)
      return `${name}=${sasParts[name] ?? value}`
    })
    .toSorted()
    .join('&')}`

/** Stands for no id. */
const nobody = '00000000-0000-0000-0000-000000000000'

const normaliseText = (text: string, { ids, origin }: Sides): string =>
  text
    .replaceAll(origin, 'https://host')
    .replaceAll(/https?:\/\/[^/]+\/?[^/?]*(?=\?sv=)/g, address =>
      address.replace(/^https?:\/\/[^/]+/, 'https://storage'),
    )
    .replace(/\?(sv=[^"]*)/, (_, query: string) => normaliseSas(query))
    .replaceAll(guid, id => (ids.isChosen(id) || id === nobody ? id.toLowerCase() : '<id>'))

const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?Z$/
const isNever = /^0001-/

const normaliseMember = (name: string, text: string, inJob: boolean, sides: Sides): string => {
  const ofClock = clockMembers.has(name) || (inJob && jobMembers.has(name))
  if (ofClock && isTime.test(text) && !isNever.test(text)) return '<time>'
  return callerMembers.has(name) ? '<caller>' : normaliseText(text, sides)
}

const order = (a: Json, b: Json): number => {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

interface Place {
  readonly name: string
  /** The member that holds the object. */
  readonly parent: string
  readonly inJob: boolean
}

const normaliseAt = (value: Json, { name, parent, inJob }: Place, sides: Sides): Json => {
  if (typeof value === 'string')
    return name === 'value' && parent === 'contentKeys' && !sides.sentText.includes(value)
      ? '<generated>'
      : normaliseMember(name, value, inJob, sides)
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(item => normaliseAt(item, { name: '', parent: name, inJob }, sides))
    return unordered.has(name) ? items.toSorted(order) : items
  }
  if (!isObject(value)) return value
  const ofJob = inJob || 'correlationData' in value || 'outputs' in value || 'progress' in value
  const owner = name === '' ? parent : name
  return Object.fromEntries(
    Object.keys(value)
      .toSorted(order)
      .map(key => [key, normaliseAt(value[key] ?? null, { name: key, parent: owner, inJob: ofJob }, sides)]),
  )
}

export const normaliseBody = (body: Json, sides: Sides): Json =>
  normaliseAt(body, { name: '', parent: '', inJob: false }, sides)

/** One name for two budgets, which their sizes tell apart. */
const budgets = [3000, 12_000]

const normaliseHeader = (name: string, value: string, sides: Sides): string => {
  if (!name.startsWith('x-ms-ratelimit-remaining-')) return normaliseText(value, sides)
  const budget = budgets.find(size => Number(value) < size)
  return name.endsWith('-resource-requests') && budget !== undefined ? `<of ${budget}>` : '<count>'
}

/**
 * Headers that are compared, by name.
 * @param kept says whether the recorder kept a header of this name; others cannot be compared.
 */
export const normaliseHeaders = (
  headers: Iterable<readonly [string, string]>,
  kept: (name: string) => boolean,
  sides: Sides,
): Json =>
  Object.fromEntries(
    [...headers]
      .filter(([name]) => keptHeaders.test(name) && kept(name))
      .map(([name, value]) => [name, normaliseHeader(name, value, sides)]),
  )
