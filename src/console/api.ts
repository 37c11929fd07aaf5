/** Calls to the app, with the key in a header and nowhere else. */
import type * as z from 'zod'
import type { problemAnswer } from '../lib/http/problem-answer.ts'

type ProblemDocument = z.infer<typeof problemAnswer>

/** What the app, or the way to it, refused: for people. */
export interface Refused extends Pick<ProblemDocument, 'title' | 'detail' | 'remedy' | 'issues' | 'names'> {
  readonly code: string
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly refused: Refused

  constructor(refused: Refused) {
    super(refused.title)
    this.refused = refused
  }
}

/** The key is not, or no longer, accepted. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused'
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly query?: URLSearchParams
  readonly body?: object
  readonly signal?: AbortSignal
}

export interface Api {
  /** JSON of an answer. Throws Refusal or KeyRefused. */
  json<T>(path: string, call?: Call): Promise<T>
  /** An answer to be read as it comes. Throws the same. */
  raw(path: string, call?: Call): Promise<Response>
}

/** Milliseconds; the app itself answers, or gives up, in 30 s. */
const patience = 40_000

const unreachable: Refused = {
  title: 'The app does not answer',
  detail: 'It may be starting again, or the network is down.',
  code: 'Unreachable',
  remedy: 'It is asked again by itself.',
}

const readOnly: Refused = {
  title: 'This key only reads',
  detail: 'The app did not take it for something that writes. Nothing was started.',
  code: 'KeyOnlyReads',
  remedy: 'Change to a key for writing, top right.',
}

const isProblem = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith('application/problem+json') ?? false

const refusalOf = async (response: Response): Promise<Refusal> => {
  // A host that is starting answers for the app, and not with our problems.
  if (!isProblem(response)) return new Refusal({ ...unreachable, detail: `The host answered ${response.status}.` })
  const problem = (await response.json()) as Partial<ProblemDocument>
  return new Refusal({ ...unreachable, code: String(response.status), remedy: 'Ask again.', ...problem })
}

/** Reads something of an answer; that the app is gone before its end is a refusal too. */
export const reading = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Refusal(unreachable)
  }
}

const send = async (key: string, path: string, { method = 'GET', query, body, signal }: Call): Promise<Response> => {
  const limit = AbortSignal.timeout(patience)
  const search = query === undefined || query.size === 0 ? '' : `?${query}`
  const answer = fetch(`/api/${path}${search}`, {
    method,
    headers: { 'x-functions-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'error',
  })
  return reading(answer, signal)
}

/** @param heard told after every call whether the app has answered. */
export const createApi = (key: string, heard: (answered: boolean) => void): Api => {
  /** An answer that breaks off is none either, and has been heard already. */
  const telling = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof Refusal && error.refused.code === unreachable.code) heard(false)
      throw error
    }
  }
  const ask = async (path: string, call: Call): Promise<Response> => {
    const response = await send(key, path, call)
    heard(response.ok || response.status === 401 || isProblem(response))
    if (response.ok) return response
    if (response.status !== 401) throw await refusalOf(response)
    if ((call.method ?? 'GET') === 'GET') throw new KeyRefused('The key is not accepted.')
    throw new Refusal(readOnly)
  }
  return {
    raw: (path, call = {}) => telling(ask(path, call)),
    json: <T>(path: string, call: Call = {}) =>
      telling(ask(path, call).then(response => reading<T>(response.json(), call.signal))),
  }
}
