/** Event subscriptions: what one looks like, and which events it wants. Pure. */
import { type EventSchema, eventSchemas, type TopicEvent } from './topic-event.ts'

export interface Subscription {
  readonly name: string
  /** Resource id of the topic; compared without case. */
  readonly topic: string
  /** Its query may hold a key: never show it. */
  readonly endpoint: URL
  /** Absent: all types. */
  readonly includedEventTypes?: readonly string[]
  readonly subjectBeginsWith: string
  readonly subjectEndsWith: string
  readonly schema: EventSchema
  readonly maxDeliveryAttempts: number
  readonly eventTimeToLiveInMinutes: number
}

/** Defaults and limits of the service (events.md section 7). */
const mostAttempts = 30
const longestLife = 1440

const text = (value: unknown): value is string => typeof value === 'string'
const wholeUpTo = (most: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most

const isEndpoint = (value: unknown): boolean => {
  if (!text(value) || !URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
}

interface Field {
  readonly required?: true
  readonly ok: (value: unknown) => boolean
  readonly allowed: string
}

const fields: Readonly<Record<string, Field>> = {
  topic: { required: true, ok: value => text(value) && value.startsWith('/'), allowed: 'the resource id of a topic' },
  endpoint: { required: true, ok: isEndpoint, allowed: 'an https address, or an http address on this machine' },
  includedEventTypes: {
    ok: value => Array.isArray(value) && value.length > 0 && value.every(text),
    allowed: 'an array of event types',
  },
  subjectBeginsWith: { ok: text, allowed: 'text' },
  subjectEndsWith: { ok: text, allowed: 'text' },
  schema: { ok: value => eventSchemas.some(schema => schema === value), allowed: eventSchemas.join(' or ') },
  maxDeliveryAttempts: { ok: wholeUpTo(mostAttempts), allowed: `a whole number from 1 to ${mostAttempts}` },
  eventTimeToLiveInMinutes: { ok: wholeUpTo(longestLife), allowed: `a whole number from 1 to ${longestLife}` },
}

/** Reads a subscription out of untrusted JSON; all mistakes at once instead when there is any. */
export const readSubscription = (name: string, input: unknown): Subscription | { readonly problems: string[] } => {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { problems: ['a JSON object is expected'] }
  const given = input as Readonly<Record<string, unknown>>
  const unknown = Object.keys(given)
    .filter(key => !Object.hasOwn(fields, key))
    .map(key => `${key} is not known; known are ${Object.keys(fields).join(', ')}`)
  const wrong = Object.entries(fields)
    .filter(([key, { required, ok }]) => (given[key] === undefined ? required : !ok(given[key])))
    .map(([key, { allowed }]) => `${key} must be ${allowed}`)
  const problems = [...unknown, ...wrong]
  if (!/^[a-zA-Z0-9-]{3,64}$/.test(name)) problems.push('the name must be 3 to 64 letters, digits and hyphens')
  if (problems.length > 0) return { problems }
  return {
    subjectBeginsWith: '',
    subjectEndsWith: '',
    schema: 'EventGridSchema',
    maxDeliveryAttempts: mostAttempts,
    eventTimeToLiveInMinutes: longestLife,
    ...(given as Partial<Subscription> & { topic: string }),
    name,
    endpoint: new URL(String(given.endpoint)),
  }
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Filters compare without case, as the service does unless told otherwise. */
export const wants = (subscription: Subscription, topic: string, { type, subject }: TopicEvent): boolean => {
  const lowered = subject.toLowerCase()
  return (
    same(subscription.topic, topic) &&
    (subscription.includedEventTypes?.some(included => same(included, type)) ?? true) &&
    lowered.startsWith(subscription.subjectBeginsWith.toLowerCase()) &&
    lowered.endsWith(subscription.subjectEndsWith.toLowerCase())
  )
}

/** As the service shows it: the address of the endpoint without its query. */
export const shown = ({ endpoint, ...rest }: Subscription) => ({
  ...rest,
  endpointBaseUrl: `${endpoint.origin}${endpoint.pathname}`,
})
