/** What a publisher sends to a custom topic, checked as the service does (events.md section 5.3). Pure. */
import { isRecord } from '../json.ts'
import type { EventSchema, JsonRecord, TopicEvent } from './topic-event.ts'
import { stamped } from './topic-event.ts'

/** Bytes that one request may hold. */
export const largestPublish = 1024 * 1024

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const schemaOf = (contentType: string): { readonly schema: EventSchema; readonly batch: boolean } => {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/cloudevents-batch+json') return { schema: 'CloudEventSchemaV1_0', batch: true }
  if (type === 'application/cloudevents+json') return { schema: 'CloudEventSchemaV1_0', batch: false }
  return { schema: 'EventGridSchema', batch: true }
}

const gridEvent = (topic: string, event: JsonRecord): TopicEvent | string => {
  const { id, subject, eventType, eventTime, data, dataVersion = '' } = event
  const missing = ['id', 'subject', 'eventType', 'eventTime'].find(name => !isText(event[name]))
  if (missing !== undefined) return `'${missing}' must be text that is not empty`
  if (!isText(id) || !isText(subject) || !isText(eventType) || !isText(eventTime)) return 'it is incomplete'
  if (Number.isNaN(Date.parse(eventTime))) return "'eventTime' must be a time"
  if (typeof dataVersion !== 'string') return "'dataVersion' must be text"
  if (event.topic !== undefined && String(event.topic).toLowerCase() !== topic.toLowerCase())
    return "'topic' must be left out or be the id of this topic"
  if (event.metadataVersion !== undefined && event.metadataVersion !== '1') return "'metadataVersion' must be '1'"
  return stamped(topic, { id, subject, eventType, eventTime, data, dataVersion })
}

const cloudEvent = (event: JsonRecord): TopicEvent | string => {
  const { id, source, type, subject } = event
  if (event.specversion !== '1.0') return "'specversion' must be '1.0'"
  if (!isText(id) || !isText(source) || !isText(type)) return "'id', 'source' and 'type' must be text that is not empty"
  if (subject !== undefined && typeof subject !== 'string') return "'subject' must be text"
  return { id, type, subject: subject ?? '', dataVersion: '', schema: 'CloudEventSchemaV1_0', body: event }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The events of one request, or a sentence about the first mistake: one bad event refuses them all.
 *
 * @param topic resource id, stamped on events of the Event Grid schema.
 */
export const readPublished = (topic: string, contentType: string, text: string): readonly TopicEvent[] | string => {
  const { schema, batch } = schemaOf(contentType)
  const json = parsed(text)
  const list = batch ? json : [json]
  if (!Array.isArray(list)) return `The body does not conform to ${schema}: an array of events is expected.`
  const events: TopicEvent[] = []
  for (const [index, item] of list.entries()) {
    if (!isRecord(item)) return `The body does not conform to ${schema}: event ${index} must be a JSON object.`
    const event = schema === 'EventGridSchema' ? gridEvent(topic, item) : cloudEvent(item)
    if (typeof event === 'string') return `The body does not conform to ${schema}: event ${index}: ${event}.`
    events.push(event)
  }
  return events
}
