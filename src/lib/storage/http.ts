import { setTimeout as sleep } from 'node:timers/promises'
import type { Side } from '../model.ts'
import { ServiceError } from '../service-error.ts'
import { blobUrl, copySourceHeaders } from './address.ts'
import { type Answer, exchange, NoAnswer, type Sink } from './exchange.ts'
import type { Access, Container } from './ports.ts'
import { refusal, type Subject, unanswered } from './refusal.ts'
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

/** One request to a container or a blob of it. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  readonly container: Container
  readonly blob?: string
  /** Without question mark and access. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The blob that the service reads from another container. */
  readonly source?: { readonly container: Container; readonly blob: string }
  readonly side?: Side | undefined
  /** Longest time of one attempt in milliseconds. */
  readonly milliseconds?: number
}

/** Accepted by Azure since 2025, and by Azurite 3.37. */
export const serviceVersion = '2025-05-05'
const attempts = 4
const firstWait = 300
const longestWait = 10_000
const usualMilliseconds = 30_000

export const ignored: Sink<undefined> = { write: () => {}, end: () => undefined }

/** Header values are bytes; text beyond ASCII goes out as UTF-8. */
const bytes = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII as such.
  /^[\x00-\x7f]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1')

/** The credential's own words are not kept: they may name tenants and accounts of people. */
const accessOf = async (container: Container, side: Call['side']): Promise<Access> => {
  try {
    return await container.access()
  } catch (error) {
    if (error instanceof ServiceError) throw error
    const name = error instanceof Error ? error.name : ''
    const refused = /^(Authentication|AggregateAuthentication|Credential)/.test(name)
    throw storageError(refused ? 'unauthorized' : 'unavailable', `${container.url}: no token for storage (${name}).`, {
      side,
    })
  }
}

/** Whoever gives up does not wait for a token. */
const unlessAborted = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    const done = await Promise.race([work, promise])
    signal.throwIfAborted()
    return done
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

const prepare = async (call: Call) => {
  const { container, blob, source, side } = call
  const [access, sourceAccess] = await Promise.all([
    accessOf(container, side),
    source === undefined ? undefined : accessOf(source.container, 'source'),
  ])
  const headers: Record<string, string> = {
    'x-ms-version': serviceVersion,
    'x-ms-date': new Date().toUTCString(),
    ...(call.method === 'PUT' ? { 'content-length': String(Buffer.byteLength(call.body ?? '')) } : {}),
    ...(access.kind === 'bearer' ? { authorization: `Bearer ${access.token.reveal()}` } : {}),
    ...(source && sourceAccess ? copySourceHeaders(blobUrl(source.container, source.blob), sourceAccess) : {}),
  }
  for (const [name, value] of Object.entries(call.headers ?? {})) headers[name] = bytes(value)
  const query = [call.query, access.kind === 'sas' ? access.query.reveal() : undefined].filter(Boolean).join('&')
  const base = blob === undefined ? container.url : blobUrl(container, blob)
  return {
    method: call.method,
    url: query === '' ? base : `${base}?${query}`,
    headers,
    body: call.body,
    milliseconds: call.milliseconds ?? usualMilliseconds,
  }
}

const subjectOf = ({ method, container, blob, source, side, headers }: Call): Subject => ({
  what: `${method} ${blob === undefined ? container.url : blobUrl(container, blob)}`,
  from: source?.container.url,
  targetPinned: headers?.['if-match'] !== undefined,
  side,
})

/** What a failed attempt means. Anything that is not about the answer or the service goes on as it is. */
const troubleOf = (subject: Subject, error: unknown): ServiceError => {
  if (error instanceof NoAnswer) return unanswered(subject, error.code)
  // A listing that is cut short may still come as a complete HTTP answer.
  if (error instanceof XmlError) return unanswered(subject, error.message)
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_CHAR')
    return storageError('refused', `${subject.what}: a header holds a character that HTTP does not allow.`, {
      side: subject.side,
    })
  throw error
}

const worthRepeating = ({ kind, status, retryAfter }: ServiceError): boolean =>
  (kind === 'unavailable' && status !== 501) || (kind === 'throttled' && (retryAfter ?? 0) <= longestWait)

/**
 * Sends a request with access, time-outs and a few retries with growing, jittered pauses. Every request of this folder
 * may be repeated: it is a read, or idempotent, or pinned by a condition, so that the answer to a repetition may be
 * `conflict` or `changed` although the first had succeeded.
 * @param sink makes a fresh receiver of the body for each attempt.
 * @throws ServiceError; or the reason of the signal once it fires.
 */
export const receive = async <T>(
  call: Call,
  sending: Sending,
  sink: () => Sink<T>,
): Promise<Answer<T> & { value: T }> => {
  const { signal, effects = realEffects, onBusy, aside = pause => pause() } = sending
  const subject = subjectOf(call)
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    const trouble = await exchangeOnce(call, subject, sink, sending)
    if (!(trouble instanceof ServiceError)) return trouble
    if (trouble.kind === 'throttled') onBusy?.()
    if (attempt === attempts || !worthRepeating(trouble)) throw trouble
    const pause = firstWait * 3 ** (attempt - 1) * (0.5 + effects.random() / 2)
    await aside(() => effects.wait(Math.max(pause, trouble.retryAfter ?? 0), signal))
  }
}

const exchangeOnce = async <T>(
  call: Call,
  subject: Subject,
  sink: () => Sink<T>,
  { signal, onBusy }: Sending,
): Promise<(Answer<T> & { value: T }) | ServiceError> => {
  try {
    const request = await unlessAborted(prepare(call), signal)
    const answer = await exchange(request, sink, signal)
    if (answer.status >= 200 && answer.status < 300) return { ...answer, value: answer.value as T }
    return refusal(subject, answer)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof ServiceError) return error
    if (error instanceof NoAnswer && error.code === 'ETIMEDOUT') onBusy?.()
    return troubleOf(subject, error)
  }
}

/** As `receive`, where only the headers of the answer matter. */
export const send = (call: Call, sending: Sending): Promise<Answer<undefined>> => receive(call, sending, () => ignored)
