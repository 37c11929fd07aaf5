/** What the pipeline of the SDK's client needs beyond its own (contract section 13). */
import type { TokenCredential } from '@azure/core-auth'
import { type PipelinePolicy, type PipelineResponse, type RetryStrategy, retryPolicy } from '@azure/core-rest-pipeline'
import type { AccountKey, Clock } from '../../model.ts'
import { isServiceError, ServiceError } from '../../service-error.ts'
import { failedCall, retryAfterOf } from './failure.ts'
import { operationName } from './operation-name.ts'

/** One HTTP request as it ended: what calls cost (P9), and what is left of the budget. */
export interface Call {
  readonly account: AccountKey
  readonly operation: string
  /** 0 when there was no answer. */
  readonly status: number
  readonly milliseconds: number
  /** From `x-ms-ratelimit-remaining-{bucket}`. */
  readonly remaining?: { readonly bucket: string; readonly left: number }
}

const remainingPrefix = 'x-ms-ratelimit-remaining-'

const remainingIn = (response: PipelineResponse): Pick<Call, 'remaining'> => {
  for (const [name, value] of response.headers) {
    const bucket = name.toLowerCase().startsWith(remainingPrefix)
      ? name.slice(remainingPrefix.length).toLowerCase()
      : ''
    if (bucket && /^\d+$/.test(value)) return { remaining: { bucket, left: Number(value) } }
  }
  return {}
}

/** Tells of every attempt, retries included. */
export const countingPolicy = (account: AccountKey, clock: Clock, onCall: (call: Call) => void): PipelinePolicy => ({
  name: 'counting',
  async sendRequest(request, next) {
    const operation = operationName(request.method, request.url)
    const started = clock()
    try {
      const response = await next(request)
      onCall({ account, operation, status: response.status, milliseconds: clock() - started, ...remainingIn(response) })
      return response
    } catch (error) {
      onCall({ account, operation, status: 0, milliseconds: clock() - started })
      throw error
    }
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
