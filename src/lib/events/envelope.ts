/** The parts of an event that matter, whichever of the two schemas it came in. */
export interface Envelope {
  readonly type: string
  /** Topic of the EventGrid schema, source of CloudEvents. */
  readonly topic: string
  readonly subject: string
  readonly data: Readonly<Record<string, unknown>>
}

type Raw = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Raw =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const text = (value: unknown): value is string => typeof value === 'string' && value !== ''

const from = (type: unknown, topic: unknown, subject: unknown, data: unknown): Envelope | undefined =>
  text(type) && text(topic) && isObject(data)
    ? // CloudEvents may leave the subject out.
      { type, topic, subject: typeof subject === 'string' ? subject : '', data }
    : undefined

/**
 * Nothing else of an event is looked at: ids repeat and differ (events section 2.2), and `eventTime` comes without a
 * zone and decides nothing here.
 */
export const readEnvelope = (raw: unknown): Envelope | undefined => {
  if (!isObject(raw)) return undefined
  return 'eventType' in raw
    ? from(raw.eventType, raw.topic, raw.subject, raw.data)
    : from(raw.type, raw.source, raw.subject, raw.data)
}
