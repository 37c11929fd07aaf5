/** Events inside a topic, and the forms in which they leave it. Pure. */
import type { PublishedEvent } from '../event-publisher.ts'

export const eventSchemas = ['EventGridSchema', 'CloudEventSchemaV1_0'] as const
export type EventSchema = (typeof eventSchemas)[number]

export type JsonRecord = Readonly<Record<string, unknown>>

export interface TopicEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly dataVersion: string
  /** The schema in which it was published. */
  readonly schema: EventSchema
  /** Complete, as a subscriber of that schema gets it. */
  readonly body: JsonRecord
}

const metadataVersion = '1'

/** An event in the Event Grid schema, stamped with the id of its topic. */
export const stamped = (topic: string, event: PublishedEvent): TopicEvent => ({
  id: event.id,
  type: event.eventType,
  subject: event.subject,
  dataVersion: event.dataVersion,
  schema: 'EventGridSchema',
  body: {
    topic,
    subject: event.subject,
    eventType: event.eventType,
    eventTime: event.eventTime,
    id: event.id,
    data: event.data,
    dataVersion: event.dataVersion,
    metadataVersion,
  },
})

const cloudEvent = ({ topic, subject, eventType, eventTime, id, data }: JsonRecord): JsonRecord => ({
  source: topic,
  subject,
  type: eventType,
  time: eventTime,
  id,
  data,
  specversion: '1.0',
})

/** Event Grid makes CloudEvents of its own schema, but nothing of CloudEvents (events.md section 5.3). */
export const canBeSentAs = (event: TopicEvent, schema: EventSchema): boolean =>
  schema === 'CloudEventSchemaV1_0' || event.schema === 'EventGridSchema'

/** One event as a subscriber of that schema gets it. */
export const bodyAs = ({ schema, body }: TopicEvent, as: EventSchema): JsonRecord =>
  as === 'CloudEventSchemaV1_0' && schema === 'EventGridSchema' ? cloudEvent(body) : body

/**
 * The body of one request: always an array in the Event Grid schema; of CloudEvents a single object, and an array where
 * the subscription asks for batches.
 */
export const payload = (
  events: readonly TopicEvent[],
  as: EventSchema,
  inBatches: boolean,
): { text: string; contentType: string } => {
  const bodies = events.map(event => bodyAs(event, as))
  if (as === 'EventGridSchema') return { text: JSON.stringify(bodies), contentType: 'application/json; charset=utf-8' }
  return inBatches
    ? { text: JSON.stringify(bodies), contentType: 'application/cloudevents-batch+json; charset=utf-8' }
    : { text: JSON.stringify(bodies[0]), contentType: 'application/cloudevents+json; charset=utf-8' }
}
