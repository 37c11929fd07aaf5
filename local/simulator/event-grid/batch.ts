/** Which of the events that are due go out in one request (events.md section 7). Pure but for the list it takes from. */
import type { Delivery } from './delivery.ts'
import type { Subscription } from './subscription.ts'

const bytesOf = ({ event }: Delivery): number => Buffer.byteLength(JSON.stringify(event.body))

type Limits = Pick<Subscription, 'maxEventsPerBatch' | 'preferredBatchSizeInKilobytes'>

const sizeOfBatch = (
  due: readonly Delivery[],
  { maxEventsPerBatch, preferredBatchSizeInKilobytes }: Limits,
): number => {
  const [first] = due
  if (first === undefined || maxEventsPerBatch === 1) return Math.min(due.length, 1)
  let bytes = bytesOf(first)
  let size = 1
  for (const delivery of due.slice(1, maxEventsPerBatch)) {
    bytes += bytesOf(delivery)
    // The header aeg-delivery-count is one for all.
    if (bytes > preferredBatchSizeInKilobytes * 1024 || delivery.attempts !== first.attempts) break
    size += 1
  }
  return size
}

/**
 * Takes the next batch off the front of `due`: never more events than allowed, and more bytes than preferred only where
 * a single event has them.
 */
export const takeBatch = (due: Delivery[], limits: Limits): Delivery[] => due.splice(0, sizeOfBatch(due, limits))
