import { AzureMediaServices } from '@azure/arm-mediaservices'
import type { Account } from '../../model.ts'
import { connectTimeoutPolicy } from './connections.ts'
import { endpointOf } from './endpoint.ts'
import type { ArmOptions } from './options.ts'
import { briefRetryPolicy, failurePolicy, gatePolicy, loopbackBearerPolicy, originPolicy } from './policies.ts'

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
