import type { AllowList } from './allow-list.ts'
import { type Envelope, readEnvelope } from './envelope.ts'
import { readJobEvent } from './job-event.ts'
import { locatorTypes, readLocatorEvent } from './locator-event.ts'
import { isResourceEvent, readResourceEvent } from './resource-event.ts'
import { type EventReading, type IgnoredCode, ignore } from './trigger.ts'

const jobTypes = ['microsoft.media.jobfinished', 'microsoft.media.joboutputfinished']
const ourTypes: readonly string[] = Object.values(locatorTypes).map(type => type.toLowerCase())

const unusedType = (type: string): IgnoredCode =>
  type.startsWith('microsoft.media.') || type.startsWith('microsoft.resources.')
    ? 'EventTypeNotUsed'
    : 'EventTypeUnknown'

const readKnown = (envelope: Envelope, type: string, allow: AllowList): EventReading => {
  const topic = envelope.topic.toLowerCase()
  if (ourTypes.includes(type)) {
    return allow.topics.has(topic) ? readLocatorEvent(envelope, allow) : ignore('TopicNotListed')
  }
  if (isResourceEvent(type)) return readResourceEvent(envelope, allow)
  const account = allow.accounts.get(topic)
  return account === undefined ? ignore('TopicNotListed') : readJobEvent(envelope, account)
}

/**
 * One event of Event Grid, in the EventGrid or CloudEvents schema, as reasons to look at something. Never throws: an
 * event that is bad for ever must be accepted, or it is delivered again for a day (events section 6.2).
 */
export const readEvent = (raw: unknown, allow: AllowList): EventReading => {
  const envelope = readEnvelope(raw)
  if (envelope === undefined) return ignore('EventMalformed')
  const type = envelope.type.toLowerCase()
  if (![...jobTypes, ...ourTypes].includes(type) && !isResourceEvent(type)) return ignore(unusedType(type))
  return readKnown(envelope, type, allow)
}
