/** The record of an event that was given up, and the blob it goes to (events.md section 7). Pure. */
import { ticksPerMillisecond } from '../clock.ts'
import { formatFullInstant } from '../instants.ts'
import type { Delivery } from './delivery.ts'
import { bodyAs, type EventSchema, type JsonRecord } from './topic-event.ts'

const instant = (milliseconds: number): string => formatFullInstant(BigInt(milliseconds) * ticksPerMillisecond)

/** The event in the schema of its subscription, with the reasons beside its own members. */
export const deadLetterRecord = (
  { event, attempts, published, last }: Delivery,
  reason: string,
  schema: EventSchema,
): JsonRecord => {
  const about = {
    deadLetterReason: reason,
    deliveryAttempts: attempts,
    ...(last === undefined ? {} : { lastDeliveryOutcome: last.outcome }),
    publishTime: instant(published),
    ...(last === undefined ? {} : { lastDeliveryAttemptTime: instant(last.time) }),
  }
  // Names of CloudEvents attributes are lower case.
  const spelled = ([name, value]: [string, unknown]) => [name.toLowerCase(), value]
  return {
    ...bodyAs(event, schema),
    ...(schema === 'EventGridSchema' ? about : Object.fromEntries(Object.entries(about).map(spelled))),
  }
}

/** `TO-APP/2019/8/8/5/{id}.json`: the name of the subscription in upper case, the hour in UTC, no leading zeros. */
export const deadLetterBlob = (subscription: string, milliseconds: number, id: string): string => {
  const at = new Date(milliseconds)
  const hour = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours()]
  return [subscription.toUpperCase(), ...hour, `${id}.json`].join('/')
}
