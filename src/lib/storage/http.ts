import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceError } from '../service-error.ts'
import { type Answer, NoAnswer, type Sink } from './answer.ts'
import { exchange } from './exchange.ts'
import { refusal, type Subject, unanswered } from './refusal.ts'
import { type Call, prepare, subjectOf } from './request.ts'
import { storageError } from './storage-error.ts'
import { XmlError } from './xml.ts'

/** What sending takes from the world; tests pass their own. */
export interface Effects {
  /** Resolves after so many milliseconds, rejects when the signal fires. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** From 0 up to 1. */
  random(): number
}

export const realEffects: Effects = {
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  random: Math.random,
}

/** How a request is sent. */
export interface Sending {
  readonly signal?: AbortSignal | undefined
  readonly effects?: Effects | undefined
  /** Told whenever the service is busy or too slow, so that the sender can ask for less at once. */
  readonly onBusy?: (() => void) | undefined
  /** Does the pause before a repetition; whoever holds a place for the request may let others have it meanwhile. */
  readonly aside?: ((pause: () => Promise<void>) => Promise<void>) | undefined
}

const attempts = 4
const firstWait = 300
const longestWait = 10_000

export const ignored: Sink<undefined> = { write: () => {}, end: () => undefined }

const unsendable = new Set<unknown>(['ERR_INVALID_CHAR', 'ERR_UNESCAPED_CHARACTERS'])

/** What a failed attempt means. Anything that is not about the answer or the service goes on as it is. */
const troubleOf = (subject: Subject, error: unknown): ServiceError => {
  if (error instanceof NoAnswer) return unanswered(subject, error.code)
  // A listing that is cut short may still come as a complete HTTP answer.
  if (error instanceof XmlError) return unanswered(subject, error.message)
  if (error instanceof TypeError && 'code' in error && unsendable.has(error.code))
    return storageError('refused', `${subject.what}: address or headers hold a character that HTTP does not allow.`, {
      side: subject.side,
    })
  throw error
}

/** An answer with a body that was wanted. */
export type Received<T> = Answer<T> & { readonly value: T }

const isGood = <T>(answer: Answer<T>): answer is Received<T> => answer.status >= 200 && answer.status < 300

const worthRepeating = ({ kind, status, retryAfter }: ServiceError): boolean =>
  (kind === 'unavailable' && status !== 501) || (kind === 'throttled' && (retryAfter ?? 0) <= longestWait)

/**
 * Sends a request with access, time-outs and a few retries with growing, jittered pauses. Every request of this folder
 * may be repeated: it is a read, or idempotent, or pinned by a condition, so that the answer to a repetition may be
 * `conflict` or `changed` although the first had succeeded.
 * @param sink makes a fresh receiver of the body for each attempt.
 * @throws ServiceError; or the reason of the signal once it fires.
 */
export const receive = async <T>(call: Call, sending: Sending, sink: () => Sink<T>): Promise<Received<T>> => {
  const { signal, effects = realEffects, onBusy, aside = pause => pause() } = sending
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    const trouble = await exchangeOnce(call, sink, sending)
    if (!(trouble instanceof ServiceError)) return trouble
    if (trouble.kind === 'throttled') onBusy?.()
    if (attempt === attempts || !worthRepeating(trouble)) throw trouble
    const pause = firstWait * 3 ** (attempt - 1) * (0.5 + effects.random() / 2)
    await aside(() => effects.wait(Math.max(pause, trouble.retryAfter ?? 0), signal))
  }
}

const exchangeOnce = async <T>(
  call: Call,
  sink: () => Sink<T>,
  { signal, onBusy }: Sending,
): Promise<Received<T> | ServiceError> => {
  try {
    const answer = await exchange(prepare(call), sink, signal)
    return isGood(answer) ? answer : refusal(subjectOf(call), answer)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof ServiceError) return error
    if (error instanceof NoAnswer && error.code === 'ETIMEDOUT') onBusy?.()
    return troubleOf(subjectOf(call), error)
  }
}

/** As `receive`, where only the headers of the answer matter. */
export const send = (call: Call, sending: Sending): Promise<Answer<undefined>> => receive(call, sending, () => ignored)
