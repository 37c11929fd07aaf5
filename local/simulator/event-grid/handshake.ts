/** How an endpoint proves that it wants the events, before a subscription is there (events.md section 7). */
import { randomUUID } from 'node:crypto'
import { call, headersOf, isTimeout } from './calls.ts'
import type { Subscription } from './subscription.ts'
import type { Challenge } from './validations.ts'

const origin = 'eventgrid.azure.net'

/** `manual`: the endpoint took the challenge and may still meet it by a GET. A refusal names no address. */
export type Handshake = 'validated' | 'manual' | { readonly refusal: string }

const responseOf = async (answer: Response): Promise<unknown> => {
  const body: unknown = await answer.json().catch(() => undefined)
  return typeof body === 'object' && body !== null && 'validationResponse' in body ? body.validationResponse : undefined
}

const eventGridHandshake = async (
  subscription: Subscription,
  { code, url, time }: Challenge,
  signal: AbortSignal,
): Promise<Handshake> => {
  const event = {
    id: randomUUID(),
    topic: subscription.topic,
    subject: '',
    data: { validationCode: code, validationUrl: url },
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    eventTime: time,
    metadataVersion: '1',
    dataVersion: '1',
  }
  const answer = await call(subscription, signal, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...headersOf(subscription, 'SubscriptionValidation', '1', 0),
    },
    body: JSON.stringify([event]),
  })
  const response = await responseOf(answer)
  if (answer.status !== 200)
    return { refusal: `it answered ${answer.status} to the validation event, and 200 is expected` }
  if (response === undefined) return 'manual'
  return response === code ? 'validated' : { refusal: 'its answer does not repeat the validation code' }
}

const cloudEventsHandshake = async (
  subscription: Subscription,
  { url }: Challenge,
  signal: AbortSignal,
): Promise<Handshake> => {
  const answer = await call(subscription, signal, {
    method: 'OPTIONS',
    headers: { 'WebHook-Request-Origin': origin, 'WebHook-Request-Rate': '120', 'WebHook-Request-Callback': url },
  })
  await answer.body?.cancel()
  if (answer.status !== 200) return { refusal: `it answered ${answer.status} to OPTIONS, and 200 is expected` }
  const allowed = answer.headers.get('webhook-allowed-origin')
  if (allowed === null) return 'manual'
  return allowed === origin || allowed === '*'
    ? 'validated'
    : { refusal: 'its answer to OPTIONS does not allow the origin' }
}

/** @param timeout milliseconds to wait for the endpoint. */
export const handshake = async (
  subscription: Subscription,
  challenge: Challenge,
  timeout: number,
): Promise<Handshake> => {
  const signal = AbortSignal.timeout(timeout)
  try {
    return subscription.schema === 'EventGridSchema'
      ? await eventGridHandshake(subscription, challenge, signal)
      : await cloudEventsHandshake(subscription, challenge, signal)
  } catch (error) {
    return { refusal: isTimeout(error) ? 'it did not answer in time' : 'it cannot be reached' }
  }
}
