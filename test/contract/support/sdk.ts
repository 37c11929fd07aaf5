/** The SDK of the service as contract section 13 says it is used over plain http, with a record of what was called. */
import { AzureMediaServices } from '@azure/arm-mediaservices'
import type { Simulator } from '../../../local/simulator/simulator.ts'
import { subscriptionId } from './client.ts'

export const sdkFor = (simulator: Simulator): AzureMediaServices => {
  const credential = { getToken: async () => ({ token: 'any', expiresOnTimestamp: Date.now() + 3_600_000 }) }
  const client = new AzureMediaServices(credential, subscriptionId, {
    endpoint: simulator.url,
    allowInsecureConnection: true,
  })
  client.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' })
  client.pipeline.addPolicy({
    name: 'token',
    sendRequest: (request, next) => {
      request.headers.set('authorization', 'Bearer any')
      return next(request)
    },
  })
  return client
}

type Method = (...args: unknown[]) => unknown
type Group = Record<string, Method>

const isGroup = (client: AzureMediaServices, value: unknown): value is Group =>
  typeof value === 'object' && value !== null && 'client' in value && value.client === client

/** Names of the public methods; the others page and send for them. */
const methodsOf = (group: Group): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(group)).filter(
    name => name !== 'constructor' && !/^_|PagingPage$|PagingAll$/.test(name),
  )

/** `beginStart` and `beginStartAndWait` are two ways to call one operation. */
const operationOf = (group: string, method: string): string => {
  const name = method.replace(/^begin/, '').replace(/AndWait$/, '')
  return `${group}.${name.charAt(0).toLowerCase()}${name.slice(1)}`
}

export interface SdkOperations {
  /** All that the SDK offers, as `assets.createOrUpdate`, in its order. */
  readonly offered: readonly string[]
  /** Those called since. */
  readonly called: ReadonlySet<string>
}

/** Watches which operations of the client are called from now on. */
export const watchOperations = (client: AzureMediaServices): SdkOperations => {
  const called = new Set<string>()
  const groups = Object.entries(client).flatMap(([name, group]) => (isGroup(client, group) ? [{ name, group }] : []))
  const offered = groups.flatMap(({ name, group }) =>
    methodsOf(group).map(method => {
      const operation = operationOf(name, method)
      const original = group[method]
      group[method] = (...args) => {
        called.add(operation)
        return original?.apply(group, args)
      }
      return operation
    }),
  )
  return { offered: [...new Set(offered)], called }
}
