/** What the pipeline of the SDK's client needs beyond its own (contract section 13). */
import type { TokenCredential } from '@azure/core-auth'
import { type PipelinePolicy, type PipelineResponse, type RetryStrategy, retryPolicy } from '@azure/core-rest-pipeline'
import type { AccountKey, Clock } from '../../model.ts'
import { isServiceError, ServiceError } from '../../service-error.ts'
import type { Ended, Gate } from '../governor/governor.ts'
import { failedCall, retryAfterOf } from './failure.ts'
import { operationName } from './operation-name.ts'

/** One HTTP request as it ended: what calls cost (P9), and what is left of the budget. */
export interface Call {
  readonly account: AccountKey
  readonly operation: string
  /** 0 when there was no answer. */
  readonly status: number
  readonly milliseconds: number
  readonly remaining?: Ended['remaining']
}

const remainingPrefix = 'x-ms-ratelimit-remaining-'

const remainingIn = (response: PipelineResponse): Pick<Ended, 'remaining'> => {
  for (const [name, value] of response.headers) {
    const bucket = name.toLowerCase().startsWith(remainingPrefix)
      ? name.slice(remainingPrefix.length).toLowerCase()
      : ''
    if (bucket && /^\d+$/.test(value)) return { remaining: { bucket, left: Number(value) } }
  }
  return {}
}

/** A 429, or a 503 that says when to come back. */
const throttledIn = ({ status, bodyAsText, headers }: PipelineResponse, now: number): Pick<Ended, 'throttled'> => {
  if (status !== 429 && status !== 503) return {}
  const wait = retryAfterOf({ status, text: bodyAsText ?? '', header: name => headers.get(name) }, now)
  return status === 429 || wait !== undefined ? { throttled: { wait } } : {}
}

/** Has every attempt let through, retries included, and tells how it ended. */
export const gatePolicy = (
  account: AccountKey,
  clock: Clock,
  gate: Gate | undefined,
  onCall: (call: Call) => void = () => {},
): PipelinePolicy => ({
  name: 'gate',
  async sendRequest(request, next) {
    const operation = operationName(request.method, request.url)
    const tell = await gate?.(operation)
    const started = clock()
    const end = async (ended: Ended) => {
      await tell?.(ended)
      const { status, remaining } = ended
      const milliseconds = clock() - started
      onCall({ account, operation, status, milliseconds, ...(remaining === undefined ? {} : { remaining }) })
    }
    let response: PipelineResponse
    try {
      response = await next(request)
    } catch (error) {
      await end({ status: 0 })
      throw error
    }
    await end({ status: response.status, ...remainingIn(response), ...throttledIn(response, clock()) })
    return response
  },
})

/** Refuses to send anything, and above all the token, to another host: nextLinks are followed word for word. */
export const originPolicy = (account: AccountKey, endpoint: URL): PipelinePolicy => ({
  name: 'origin',
  sendRequest(request, next) {
    if (new URL(request.url).origin === endpoint.origin) return next(request)
    throw new ServiceError('refused', `${account}: the service pointed to a host other than ${endpoint.host}`)
  },
})

/** The SDK's own policy refuses plain http, which the topology allows on loopback only. */
export const loopbackBearerPolicy = (credential: TokenCredential, scope: string): PipelinePolicy => ({
  name: 'loopbackBearer',
  async sendRequest(request, next) {
    const token = await credential.getToken(scope)
    if (token) request.headers.set('Authorization', `Bearer ${token.token}`)
    return next(request)
  },
})

const brief = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE'])

const isBrief = (response: PipelineResponse | undefined, code: string | undefined, now: number): boolean => {
  if (!response) return brief.has(code ?? '')
  if (response.status !== 503) return [408, 500, 502, 504].includes(response.status)
  const header = (name: string) => response.headers.get(name)
  return retryAfterOf({ status: 503, text: '', header }, now) === undefined
}

/**
 * Few and short retries, for hiccups only: throttling and real trouble have to surface as data soon, so that the unit
 * gives its place to another. The SDK's own would sit out any Retry-After.
 * @param delay milliseconds before the first retry; the second waits twice as long.
 */
export const briefRetryPolicy = (retries: number, delay: number, clock: Clock): PipelinePolicy => {
  const strategy: RetryStrategy = {
    name: 'brief',
    retry: ({ retryCount, response, responseError }) =>
      isBrief(response, responseError?.code, clock())
        ? { retryAfterInMs: delay * 2 ** retryCount }
        : { skipStrategy: true },
  }
  return { ...retryPolicy([strategy], { maxRetries: retries }), name: 'briefRetry' }
}

/** Outermost: whatever goes wrong becomes an answer or a ServiceError that holds neither headers nor bodies. */
export const failurePolicy = (account: AccountKey): PipelinePolicy => ({
  name: 'failure',
  async sendRequest(request, next) {
    try {
      return await next(request)
    } catch (error) {
      const failure = failedCall(`${account}: ${operationName(request.method, request.url)}`, error)
      if (isServiceError(failure)) throw failure
      return failure
    }
  },
})
