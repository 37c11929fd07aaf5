import { AzureMediaServices } from '@azure/arm-mediaservices'
import type { TokenCredential } from '@azure/core-auth'
import type { Account, Clock } from '../../model.ts'
import { ServiceError } from '../../service-error.ts'
import type { Gate } from '../governor/governor.ts'
import { connectTimeoutPolicy } from './connections.ts'
import {
  briefRetryPolicy,
  type Call,
  failurePolicy,
  gatePolicy,
  loopbackBearerPolicy,
  originPolicy,
} from './policies.ts'

export interface ArmOptions {
  readonly credential: TokenCredential
  readonly clock: Clock
  /** Milliseconds for which an answer about live outputs is good (`timing.liveOutputs`). */
  readonly liveOutputsFor: number
  /** Asked before every HTTP request, retries included; all may be sent where there is none. */
  readonly gate?: Gate
  /** Told of every HTTP request, retries included. */
  readonly onCall?: (call: Call) => void
  /** Milliseconds; 10 s to connect and 30 s for a call with its retries unless given. */
  readonly timeouts?: { readonly connect: number; readonly total: number }
  /** Two retries after 250 and 500 ms unless given. */
  readonly retries?: { readonly count: number; readonly delay: number }
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The address of the account's resource manager without a slash at its end. Throws ServiceError for plain http elsewhere than on loopback. */
const endpointOf = (account: Account): URL => {
  const endpoint = new URL(account.endpoint)
  if (endpoint.protocol !== 'https:' && !(endpoint.protocol === 'http:' && loopback.has(endpoint.hostname))) {
    throw new ServiceError('refused', `${account.key}: ${endpoint.origin} is neither https nor on loopback`)
  }
  return endpoint
}

export const totalTimeout = (options: ArmOptions): number => options.timeouts?.total ?? 30_000

/**
 * The SDK's client with a pipeline that survives the traps of contract section 13. Whatever it sends ends in an answer
 * of any status or in a ServiceError.
 */
export const createArmClient = (account: Account, options: ArmOptions): AzureMediaServices => {
  const endpoint = endpointOf(account)
  const insecure = endpoint.protocol === 'http:'
  const base = `${endpoint.origin}${endpoint.pathname}`.replace(/\/+$/, '')
  const connect = connectTimeoutPolicy(options.timeouts?.connect ?? 10_000, endpoint)
  const client = new AzureMediaServices(options.credential, account.subscriptionId, {
    endpoint: base,
    allowInsecureConnection: insecure,
  })
  const { pipeline } = client
  if (insecure) {
    pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' })
    pipeline.removePolicy({ name: 'proxyPolicy' })
    pipeline.addPolicy(loopbackBearerPolicy(options.credential, `${base}/.default`), { phase: 'Sign' })
  }
  pipeline.removePolicy({ name: 'defaultRetryPolicy' })
  pipeline.addPolicy(briefRetryPolicy(options.retries?.count ?? 2, options.retries?.delay ?? 250, options.clock), {
    phase: 'Retry',
  })
  // The first phase is the outermost: failures of tokens and of reading an answer have to pass here too.
  pipeline.addPolicy(failurePolicy(account.key), { phase: 'Serialize' })
  pipeline.addPolicy(connect, { afterPolicies: ['proxyPolicy'] })
  pipeline.addPolicy(originPolicy(account.key, endpoint), { afterPhase: 'Retry' })
  const { gate, onCall } = options
  if (gate !== undefined || onCall !== undefined)
    pipeline.addPolicy(gatePolicy(account.key, options.clock, gate, onCall), { afterPhase: 'Sign' })
  return client
}
