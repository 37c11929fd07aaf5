/** What follows an attempt to deliver (events.md section 7). Pure. */
import type { Subscription } from './subscription.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Waits after the first, second, … failed attempt; the last repeats. Milliseconds. */
const schedule = [
  10 * second,
  30 * second,
  minute,
  5 * minute,
  10 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
]
/** Shortest waits after some answers. */
const patience: Readonly<Record<number, number>> = { 408: 2 * minute, 503: 30 * second }
/** Answers of a webhook that no repetition mends. */
const final = new Set([400, 401, 403, 413])

/** An attempt that ended with an answer, or with a reason for having none. */
export type Attempt = { readonly status: number } | { readonly failure: 'TimedOut' | 'SocketError' }

export type Sequel =
  | { readonly next: 'done' }
  | { readonly next: 'retry'; readonly wait: number }
  | { readonly next: 'deadLetter'; readonly reason: string }

const isDelivered = (attempt: Attempt) => 'status' in attempt && attempt.status >= 200 && attempt.status <= 204

/** The service's word for how an attempt ended. */
export const outcomeOf = (attempt: Attempt): string => {
  if ('failure' in attempt) return attempt.failure
  if (isDelivered(attempt)) return 'Delivered'
  const names: Readonly<Record<number, string>> = {
    400: 'BadRequest',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'NotFound',
    408: 'TimedOut',
    413: 'PayloadTooLarge',
    503: 'Busy',
  }
  return names[attempt.status] ?? 'GenericError'
}

/**
 * @param attempts how many there were, this one included.
 * @param pace factor for waits, 1 in Azure.
 */
export const sequel = (
  attempt: Attempt,
  attempts: number,
  { maxDeliveryAttempts }: Pick<Subscription, 'maxDeliveryAttempts'>,
  pace: number,
): Sequel => {
  if (isDelivered(attempt)) return { next: 'done' }
  const status = 'status' in attempt ? attempt.status : undefined
  // The service's word for this reason is not documented.
  if (status !== undefined && final.has(status)) return { next: 'deadLetter', reason: 'NotRetried' }
  if (attempts >= maxDeliveryAttempts) return { next: 'deadLetter', reason: 'MaxDeliveryAttemptsExceeded' }
  const scheduled = schedule[attempts - 1] ?? 12 * hour
  return { next: 'retry', wait: Math.max(scheduled, patience[status ?? 0] ?? 0) * pace }
}

/**
 * Looked at when an attempt is due, and only then.
 *
 * @param age milliseconds since the event was published.
 */
export const isExpired = (
  age: number,
  { eventTimeToLiveInMinutes }: Pick<Subscription, 'eventTimeToLiveInMinutes'>,
  pace: number,
): boolean => age > eventTimeToLiveInMinutes * minute * pace
