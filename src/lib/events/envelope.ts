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

/** Times of job events come without a zone and are UTC (events section 2.2). */
const timeOf = (time: unknown): number | undefined => {
  if (!text(time)) return undefined
  const milliseconds = Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`)
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

const from = (type: unknown, topic: unknown, subject: unknown, data: unknown, time: unknown): Envelope | undefined =>
  text(type) && text(topic) && isObject(data)
    ? // CloudEvents may leave the subject out.
      { type, topic, subject: typeof subject === 'string' ? subject : '', data, time: timeOf(time) }
    : undefined

/**
 * Nothing else of an event is looked at: ids repeat and differ (events section 2.2).
 */
export const readEnvelope = (raw: unknown): Envelope | undefined => {
  if (!isObject(raw)) return undefined
  return 'eventType' in raw
    ? from(raw.eventType, raw.topic, raw.subject, raw.data, raw.eventTime)
    : from(raw.type, raw.source, raw.subject, raw.data, raw.time)
}
