import { isRestError, type PipelineResponse } from '@azure/core-rest-pipeline'
import { redact } from '../../redact.ts'
import { isServiceError, ServiceError, type ServiceErrorKind } from '../../service-error.ts'
import { isObject, parseWire } from './wire.ts'

/** What is needed of an HTTP answer to say why it is no success. */
export interface FailedAnswer {
  readonly status: number
  readonly text: string
  readonly header: (name: string) => string | undefined
}

interface Told {
  readonly code: string | undefined
  readonly message: string
}

/** `error.code` and `error.message` of the body, in the forms of ARM and of MK.IO (`detail`); empty for anything else. */
const toldIn = (text: string): Told => {
  try {
    const body = parseWire(text)
    const error = isObject(body) && isObject(body.error) ? body.error : isObject(body) ? body : {}
    const message = error.message ?? error.detail
    const code = error.code
    return {
      code: typeof code === 'string' && /^[\w.-]{1,100}$/.test(code) ? code : undefined,
      message: typeof message === 'string' ? message : '',
    }
  } catch {
    return { code: undefined, message: '' }
  }
}

/**
 * Milliseconds to wait, from the headers or, as once recorded without any (contract section 5), from the message;
 * undefined when nothing says so.
 * @param now milliseconds since 1970, for headers that give a date.
 */
export const retryAfterOf = (answer: FailedAnswer, now: number): number | undefined => {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const milliseconds = Number(answer.header(name) ?? Number.NaN)
    if (milliseconds >= 0) return milliseconds
  }
  const header = answer.header('retry-after')?.trim()
  if (header !== undefined && /^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000
  const until = header === undefined ? Number.NaN : Date.parse(header)
  if (!Number.isNaN(until)) return Math.max(0, until - now)
  const told = /try again after '?(\d+)'? seconds?/i.exec(toldIn(answer.text).message)?.[1]
  return told === undefined ? undefined : Number(told) * 1000
}

const kindOf = (status: number, code: string | undefined, mayRetryAfter: boolean): ServiceErrorKind => {
  if (status === 429 || (status === 503 && mayRetryAfter)) return 'throttled'
  if (status >= 500 || status === 408) return 'unavailable'
  if (status === 401 || status === 403) return 'unauthorized'
  // Without a code it is not the service that answers.
  if (status === 404) return code === undefined ? 'unavailable' : 'notFound'
  if (status === 409) return 'conflict'
  return status === 412 ? 'changed' : 'refused'
}

/**
 * The error of an answer that is no success.
 * @param what account and operation, e.g. `east: assets.get`.
 * @param secrets values of the request that the message must not repeat.
 */
export const failedAnswer = (what: string, answer: FailedAnswer, now: number, secrets: readonly string[] = []) => {
  const { code, message } = toldIn(answer.text)
  const retryAfter = retryAfterOf(answer, now)
  const kind = kindOf(answer.status, code, retryAfter !== undefined)
  const told = message ? `: ${redact(message, secrets)}` : ''
  const said = code ?? (answer.status === 404 ? 'without a code of the service' : '')
  return new ServiceError(kind, `${what} was answered with ${`${answer.status} ${said}`.trim()}${told}`, {
    status: answer.status,
    ...(code === undefined ? {} : { serviceCode: code }),
    ...(kind === 'throttled' && retryAfter !== undefined ? { retryAfter } : {}),
  })
}

/**
 * The error of a call that has no answer, or the answer hidden in an error of the SDK. The original is not kept as the
 * cause: it may hold headers and bodies. What is no trouble of a call is thrown on.
 * @param what account and operation.
 */
export const failedCall = (what: string, error: unknown): ServiceError | PipelineResponse => {
  if (isServiceError(error)) return error
  if (isRestError(error)) {
    return error.response ?? new ServiceError('unavailable', `${what} got no answer (${error.code ?? 'no code'})`)
  }
  const name = error instanceof Error ? error.name : ''
  if (name === 'AbortError' || name === 'TimeoutError') {
    return new ServiceError('unavailable', `${what} got no answer in time`)
  }
  if (/^(Authentication|AggregateAuthentication|Credential)/.test(name)) {
    return new ServiceError('unauthorized', `${what}: no token could be had for the identity of the app (${name})`)
  }
  throw error
}
