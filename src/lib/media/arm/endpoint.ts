import type { Account } from '../../model.ts'
import { ServiceError } from '../../service-error.ts'

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The address of the account's resource manager. Throws ServiceError for plain http elsewhere than on loopback. */
export const endpointOf = (account: Account): URL => {
  const endpoint = new URL(account.endpoint)
  if (endpoint.protocol !== 'https:' && !(endpoint.protocol === 'http:' && loopback.has(endpoint.hostname))) {
    throw new ServiceError('refused', `${account.key}: ${endpoint.origin} is neither https nor on loopback`)
  }
  return endpoint
}
