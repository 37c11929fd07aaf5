/** An answer of the simulated Resource Manager before it is sent, and those that faults give in its place. */
import { ArmError } from './arm-errors.ts'
import type { Fault } from './fault-rules.ts'
import type { Json } from './json.ts'

export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Json | undefined
}

export const errorAnswer = (error: ArmError, headers: Record<string, string>): Answer => ({
  status: error.status,
  headers: { ...headers, 'content-type': 'application/json; charset=utf-8', ...error.headers },
  body: error.body(),
})

const texts: Readonly<Record<string, readonly [code: string, message: string]>> = {
  403: ['AuthorizationFailed', 'The client does not have authorization to perform the action over the scope.'],
  429: [
    'SubscriptionRequestsThrottled',
    'Number of requests exceeded the backend storage limit. Please try again later.',
  ],
  500: ['InternalServerError', 'The server encountered an internal error. Please retry the request.'],
  503: ['ServiceUnavailable', 'The service is unavailable. Please retry the request.'],
}

/** Undefined for a fault that lets the request through. */
export const faultAnswer = ({ kind, retryAfter }: Fault): Answer | undefined => {
  const text = texts[kind]
  if (text === undefined) return undefined
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return errorAnswer(new ArmError(Number(kind), text[0], text[1], headers), {})
}
