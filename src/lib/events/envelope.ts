/** The parts of an event that matter, whichever of the two schemas it came in. */
export interface Envelope {
  readonly type: string
  /** Topic of the EventGrid schema, source of CloudEvents. */
  readonly topic: string
  readonly subject: string
  readonly data: Readonly<Record<string, unknown>>
  /** When it happened, in milliseconds since 1970; undefined where that cannot be read. */
  readonly time: number | undefined
}

type Raw = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Raw =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const text = (value: unknown): value is string => typeof value === 'string' && value !== ''

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(z|[+-]\d\d:\d\d)?$/i

/** Times of job events come without a zone and are UTC (events section 2.2). `Date.parse` alone takes far too much. */
const timeOf = (time: unknown): number | undefined => {
  const zone = text(time) ? isoTime.exec(time) : null
  if (zone === null) return undefined
  const milliseconds = Date.parse(zone[2] === undefined ? `${zone[0]}Z` : zone[0])
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

const from = (type: unknown, topic: unknown, subject: unknown, data: unknown, time: unknown): Envelope | undefined =>
  text(type) && text(topic) && isObject(data)
    ? // CloudEvents may leave the subject out.
      { type, topic, subject: typeof subject === 'string' ? subject : '', data, time: timeOf(time) }
    : undefined

/**
 * Id of an event for the log, where it looks like one: it is the publisher's, and could hold anything. Nothing is decided
 * by it: ids repeat and differ (events section 2.2).
 */
export const idOfEvent = (raw: unknown): string | undefined =>
  isObject(raw) && typeof raw.id === 'string' && /^[\w-]{1,64}$/.test(raw.id) ? raw.id : undefined

/** Nothing else of an event is looked at. */
export const readEnvelope = (raw: unknown): Envelope | undefined => {
  if (!isObject(raw)) return undefined
  return 'eventType' in raw
    ? from(raw.eventType, raw.topic, raw.subject, raw.data, raw.eventTime)
    : from(raw.type, raw.source, raw.subject, raw.data, raw.time)
}
