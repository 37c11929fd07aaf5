/** One request of Event Grid to a webhook: an event, or a batch of them. */
import { call, headersOf, isTimeout } from './calls.ts'
import type { Delivery } from './delivery.ts'
import type { Attempt } from './retry.ts'
import type { Subscription } from './subscription.ts'
import { payload } from './topic-event.ts'

/**
 * @param batch one event or more, with as many attempts before this one.
 * @param limits `timeout` in milliseconds; `ended` gives the attempt up.
 */
export const deliver = async (
  subscription: Subscription,
  batch: readonly [Delivery, ...Delivery[]],
  { timeout, ended }: { readonly timeout: number; readonly ended: AbortSignal },
): Promise<Attempt> => {
  const [{ event, attempts }] = batch
  const signal = AbortSignal.any([AbortSignal.timeout(timeout), ended])
  const inBatches = subscription.maxEventsPerBatch > 1
  const events = batch.map(delivery => delivery.event)
  const { text, contentType } = payload(events, subscription.schema, inBatches)
  try {
    const answer = await call(subscription, signal, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        ...headersOf(subscription, 'Notification', event.dataVersion, attempts),
        ...(inBatches ? {} : { 'aeg-output-event-id': event.id }),
      },
      body: text,
    })
    await answer.body?.cancel()
    return { status: answer.status }
  } catch (error) {
    return { failure: isTimeout(error) ? 'TimedOut' : 'SocketError' }
  }
}
