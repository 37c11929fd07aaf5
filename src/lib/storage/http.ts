import { setTimeout as sleep } from 'node:timers/promises'
import type { Side } from '../model.ts'
import { ServiceError } from '../service-error.ts'
import { blobUrl, copySourceHeaders } from './address.ts'
import { type Answer, type Exchange, exchange, NoAnswer, type Sink } from './exchange.ts'
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
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
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

/** One text for all requests of a second: making it takes longer than the rest of the headers. */
let date = { second: Number.NaN, text: '' }

const httpDate = (): string => {
  const now = Date.now()
  const second = Math.floor(now / 1_000)
  if (second !== date.second) date = { second, text: new Date(now).toUTCString() }
  return date.text
}

const prepare = async (call: Call): Promise<Exchange> => {
  const { method, container, blob, source, side, query, body, milliseconds = usualMilliseconds } = call
  const access = await accessOf(container, side)
  const headers = ['x-ms-version', serviceVersion, 'x-ms-date', httpDate()]
  if (method === 'PUT' || method === 'POST') headers.push('content-length', String(Buffer.byteLength(body ?? '')))
  if (access.kind === 'bearer') headers.push('authorization', `Bearer ${access.token.reveal()}`)
  if (source !== undefined)
    headers.push(
      ...copySourceHeaders(blobUrl(source.container, source.blob), await accessOf(source.container, 'source')),
    )
  for (const name in call.headers) headers.push(name, bytes(call.headers[name] ?? ''))
  const base = blob === undefined ? container.url : blobUrl(container, blob)
  const whole = [query, access.kind === 'sas' ? access.query.reveal() : undefined].filter(Boolean).join('&')
  return { method, url: whole === '' ? base : `${base}?${whole}`, headers, body, milliseconds }
}

const subjectOf = ({ method, container, blob, source, side, headers }: Call): Subject => ({
  what: `${method} ${blob === undefined ? container.url : blobUrl(container, blob)}`,
  from: source?.container.url,
  targetPinned: headers?.['if-match'] !== undefined,
  side,
})

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
