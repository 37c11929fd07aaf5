/** Host names of origins and key delivery (contract section 8), and which account answers under one. */
import { isObject, textAt } from '../json.ts'
import { type Account, regionOf, type State, type TrackedResource } from '../state.ts'

/** Every account has one, whatever its streaming endpoints are. */
export const keyDeliveryHost = ({ name, location }: Account): string =>
  `${name}.keydelivery.${regionOf(location)}.media.azure.net`

export interface OriginHost {
  readonly service: 'origin'
  readonly account: Account
  readonly endpoint: TrackedResource
}

export interface KeyHost {
  readonly service: 'keys'
  readonly account: Account
}

const hostsOf = ({ properties }: TrackedResource): readonly string[] => {
  const { customHostNames } = properties
  const own = Array.isArray(customHostNames) ? customHostNames.filter(name => typeof name === 'string') : []
  return [textAt(properties, 'hostName') ?? '', ...own].map(name => name.toLowerCase())
}

/** Undefined for a host that nobody has. */
export const findHost = (state: State, host: string): OriginHost | KeyHost | undefined => {
  for (const account of state.accounts()) {
    if (keyDeliveryHost(account) === host) return { service: 'keys', account }
    for (const endpoint of account.streamingEndpoints.values())
      if (hostsOf(endpoint).includes(host)) return { service: 'origin', account, endpoint }
  }
  return undefined
}

/** Who may ask for keys: all, or those on a list of addresses. */
export const mayAskForKeys = (account: Account, address: string): boolean => {
  const { keyDelivery } = account.properties
  const control = isObject(keyDelivery) ? keyDelivery.accessControl : undefined
  if (!isObject(control) || control.defaultAction !== 'Deny') return true
  const { ipAllowList } = control
  return Array.isArray(ipAllowList) && ipAllowList.some(allowed => allowed === address)
}
