/** The HTTP that Event Grid speaks to a webhook: the handshake once, then one event a request. */
import { randomUUID } from 'node:crypto'
import type { Attempt } from './retry.ts'
import type { Subscription } from './subscription.ts'
import { payload, type TopicEvent } from './topic-event.ts'

/** How long Event Grid waits for an answer. Network time, not scaled. */
const answerTimeout = 30_000
const origin = 'eventgrid.azure.net'

const headersOf = ({ name }: Subscription, eventType: string, dataVersion: string, deliveryCount: number) => ({
  'aeg-event-type': eventType,
  'aeg-subscription-name': name.toUpperCase(),
  'aeg-delivery-count': String(deliveryCount),
  'aeg-metadata-version': '1',
  'aeg-data-version': dataVersion,
})

const call = (subscription: Subscription, signal: AbortSignal, init: RequestInit): Promise<Response> =>
  fetch(subscription.endpoint, { redirect: 'manual', signal, ...init })

const validationCode = async (answer: Response): Promise<unknown> => {
  const body: unknown = await answer.json().catch(() => undefined)
  return typeof body === 'object' && body !== null && 'validationResponse' in body ? body.validationResponse : undefined
}

const eventGridHandshake = async (subscription: Subscription, signal: AbortSignal): Promise<string | undefined> => {
  const code = randomUUID()
  const event = {
    id: randomUUID(),
    topic: subscription.topic,
    subject: '',
    data: { validationCode: code },
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    eventTime: new Date().toISOString(),
    metadataVersion: '1',
    dataVersion: '2',
  }
  const answer = await call(subscription, signal, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...headersOf(subscription, 'SubscriptionValidation', '2', 0),
    },
    body: JSON.stringify([event]),
  })
  if (answer.status !== 200) return `it answered ${answer.status} to the validation event, and 200 is expected`
  return (await validationCode(answer)) === code ? undefined : 'its answer does not repeat the validation code'
}

const cloudEventsHandshake = async (subscription: Subscription, signal: AbortSignal): Promise<string | undefined> => {
  const answer = await call(subscription, signal, {
    method: 'OPTIONS',
    headers: { 'WebHook-Request-Origin': origin, 'WebHook-Request-Rate': '120' },
  })
  await answer.body?.cancel()
  if (answer.status !== 200) return `it answered ${answer.status} to OPTIONS, and 200 is expected`
  const allowed = answer.headers.get('webhook-allowed-origin')
  return allowed === origin || allowed === '*' ? undefined : 'its answer to OPTIONS does not allow the origin'
}

/** Proves that the endpoint wants the events. Answers why it does not, without its address; undefined when it does. */
export const handshake = async (subscription: Subscription, timeout = answerTimeout): Promise<string | undefined> => {
  const signal = AbortSignal.timeout(timeout)
  try {
    return subscription.schema === 'EventGridSchema'
      ? await eventGridHandshake(subscription, signal)
      : await cloudEventsHandshake(subscription, signal)
  } catch (error) {
    return isTimeout(error) ? 'it did not answer in time' : 'it cannot be reached'
  }
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError'

/**
 * @param earlier how many attempts there were before this one.
 * @param limits `timeout` in milliseconds; `ended` gives the attempt up.
 */
export const deliver = async (
  subscription: Subscription,
  event: TopicEvent,
  earlier: number,
  { timeout = answerTimeout, ended }: { readonly timeout: number | undefined; readonly ended: AbortSignal },
): Promise<Attempt> => {
  const signal = AbortSignal.any([AbortSignal.timeout(timeout), ended])
  const { text, contentType } = payload(event, subscription.schema)
  try {
    const answer = await call(subscription, signal, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        ...headersOf(subscription, 'Notification', event.dataVersion, earlier),
        'aeg-output-event-id': event.id,
      },
      body: text,
    })
    await answer.body?.cancel()
    return { status: answer.status }
  } catch (error) {
    return { failure: isTimeout(error) ? 'TimedOut' : 'Unreachable' }
  }
}
