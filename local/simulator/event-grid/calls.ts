/** What all requests to a webhook have in common. */
import type { Subscription } from './subscription.ts'

/** How long Event Grid waits for an answer. Milliseconds of network time, not scaled. */
export const answerTimeout = 30_000

/** @param deliveryCount attempts before this one. */
export const headersOf = (
  { name }: Pick<Subscription, 'name'>,
  eventType: string,
  dataVersion: string,
  deliveryCount: number,
) => ({
  'aeg-event-type': eventType,
  'aeg-subscription-name': name.toUpperCase(),
  'aeg-delivery-count': String(deliveryCount),
  'aeg-metadata-version': '1',
  'aeg-data-version': dataVersion,
})

export const call = (subscription: Subscription, signal: AbortSignal, init: RequestInit): Promise<Response> =>
  fetch(subscription.endpoint, { redirect: 'manual', signal, ...init })

export const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError'
