/** Reads event subscriptions as Resource Manager spells them (Microsoft.EventGrid/eventSubscriptions). Pure. */
import { isRecord } from '../json.ts'
import { type AdvancedFilter, filterProblems } from './advanced-filter.ts'
import type { DeadLetterDestination, Subscription } from './subscription.ts'
import { type EventSchema, eventSchemas } from './topic-event.ts'

const text = (value: unknown): value is string => typeof value === 'string'
const texts = (value: unknown): value is string[] => Array.isArray(value) && value.every(text)
const flag = (value: unknown) => typeof value === 'boolean'
const isEndpoint = (value: unknown): boolean => {
  if (!text(value) || !URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
}

interface Field {
  readonly ok: (value: unknown) => boolean
  readonly allowed: string
  readonly required?: true
}

const anyText: Field = { ok: text, allowed: 'text' }
const yesOrNo: Field = { ok: flag, allowed: 'true or false' }
const oneOf = (...words: readonly string[]): Field => ({
  ok: value => words.some(word => word === value),
  allowed: words.join(' or '),
})
const upTo = (most: number): Field => ({
  ok: value => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most,
  allowed: `a whole number from 1 to ${most}`,
})

/** Limits of the service (events.md section 7). */
const limits = { attempts: 30, minutes: 1440, events: 5000, kilobytes: 1024 }
/** With only one of the two settings given. The service's own value is not documented. */
const defaultBatch = { events: 100, kilobytes: 64 }

const storageId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i

const fields: Readonly<Record<string, Field>> = {
  'destination.endpointType': { ...oneOf('WebHook'), required: true },
  'destination.properties.endpointUrl': {
    ok: isEndpoint,
    allowed: 'an https address, or an http address on this machine',
    required: true,
  },
  'destination.properties.maxEventsPerBatch': upTo(limits.events),
  'destination.properties.preferredBatchSizeInKilobytes': upTo(limits.kilobytes),
  'filter.includedEventTypes': { ok: texts, allowed: 'an array of event types' },
  'filter.subjectBeginsWith': anyText,
  'filter.subjectEndsWith': anyText,
  'filter.isSubjectCaseSensitive': yesOrNo,
  'filter.advancedFilters': { ok: Array.isArray, allowed: 'an array of filters' },
  'filter.enableAdvancedFilteringOnArrays': yesOrNo,
  eventDeliverySchema: oneOf(...eventSchemas),
  'retryPolicy.maxDeliveryAttempts': upTo(limits.attempts),
  'retryPolicy.eventTimeToLiveInMinutes': upTo(limits.minutes),
  'deadLetterDestination.endpointType': oneOf('StorageBlob'),
  'deadLetterDestination.properties.resourceId': {
    ok: value => text(value) && storageId.test(value),
    allowed: 'the resource id of a storage account',
  },
  'deadLetterDestination.properties.blobContainerName': {
    ok: value => text(value) && value !== '',
    allowed: 'the name of a container',
  },
  labels: { ok: texts, allowed: 'an array of texts' },
}
/** What the service shows and a client may send back. */
const readOnly = ['topic', 'provisioningState', 'destination.properties.endpointBaseUrl']

const groups = new Set(
  Object.keys(fields).flatMap(path => path.split('.').map((_, index, names) => names.slice(0, index).join('.'))),
)

/** Values by their dotted path; null counts as left out. */
const flatten = (value: unknown, path: string): [path: string, value: unknown][] => {
  if (value === null || value === undefined) return []
  if (!groups.has(path)) return [[path, value]]
  if (!isRecord(value)) return [[path, value]]
  return Object.entries(value).flatMap(([name, member]) => flatten(member, path === '' ? name : `${path}.${name}`))
}

const problemsOf = (given: ReadonlyMap<string, unknown>): string[] => {
  const known = [...Object.keys(fields), ...readOnly]
  const unknown = [...given.keys()]
    .filter(path => !known.includes(path))
    .map(path =>
      groups.has(path) ? `${path} must be an object` : `${path} is not known; known are ${known.join(', ')}`,
    )
  const wrong = Object.entries(fields)
    .filter(([path, { ok, required }]) => (given.has(path) ? !ok(given.get(path)) : required))
    .map(([path, { allowed }]) => `${path} must be ${allowed}`)
  const half = ['resourceId', 'blobContainerName'].map(name => given.has(`deadLetterDestination.properties.${name}`))
  const problems = [...unknown, ...wrong]
  if (half[0] !== half[1]) problems.push('deadLetterDestination needs both resourceId and blobContainerName')
  const filters = given.get('filter.advancedFilters')
  return [...problems, ...(Array.isArray(filters) ? filterProblems(filters) : [])]
}

const batchOf = (events: unknown, kilobytes: unknown) =>
  events === undefined && kilobytes === undefined
    ? { maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: defaultBatch.kilobytes }
    : {
        maxEventsPerBatch: Number(events ?? defaultBatch.events),
        preferredBatchSizeInKilobytes: Number(kilobytes ?? defaultBatch.kilobytes),
      }

const isAll = (types: readonly string[]) => types.length === 0 || types.some(type => type.toLowerCase() === 'all')

const build = (topic: string, name: string, given: ReadonlyMap<string, unknown>): Subscription => {
  const at = <T>(path: string, fallback: T): T => (given.get(path) as T | undefined) ?? fallback
  const types = at<readonly string[]>('filter.includedEventTypes', [])
  const dead = 'deadLetterDestination.properties'
  const destination: DeadLetterDestination | undefined = given.has(`${dead}.resourceId`)
    ? { resourceId: at(`${dead}.resourceId`, ''), blobContainerName: at(`${dead}.blobContainerName`, '') }
    : undefined
  return {
    name,
    topic,
    endpoint: new URL(at('destination.properties.endpointUrl', '')),
    ...batchOf(
      given.get('destination.properties.maxEventsPerBatch'),
      given.get('destination.properties.preferredBatchSizeInKilobytes'),
    ),
    ...(isAll(types) ? {} : { includedEventTypes: types }),
    subjectBeginsWith: at('filter.subjectBeginsWith', ''),
    subjectEndsWith: at('filter.subjectEndsWith', ''),
    isSubjectCaseSensitive: at('filter.isSubjectCaseSensitive', false),
    advancedFilters: at<readonly AdvancedFilter[]>('filter.advancedFilters', []),
    enableAdvancedFilteringOnArrays: at('filter.enableAdvancedFilteringOnArrays', false),
    schema: at<EventSchema>('eventDeliverySchema', 'EventGridSchema'),
    maxDeliveryAttempts: at('retryPolicy.maxDeliveryAttempts', limits.attempts),
    eventTimeToLiveInMinutes: at('retryPolicy.eventTimeToLiveInMinutes', limits.minutes),
    ...(destination === undefined ? {} : { deadLetterDestination: destination }),
    labels: at<readonly string[]>('labels', []),
  }
}

/**
 * Reads a subscription out of untrusted JSON; all mistakes at once instead when there is any.
 *
 * @param topic resource id of the topic.
 */
export const readSubscription = (
  topic: string,
  name: string,
  input: unknown,
): Subscription | { readonly problems: string[] } => {
  const properties = isRecord(input) ? input.properties : undefined
  if (!isRecord(properties)) return { problems: ["a JSON object with 'properties' is expected"] }
  const given = new Map(flatten(properties, ''))
  const problems = problemsOf(given)
  if (!/^[a-zA-Z0-9-]{3,64}$/.test(name)) problems.push('the name must be 3 to 64 letters, digits and hyphens')
  return problems.length > 0 ? { problems } : build(topic, name, given)
}
