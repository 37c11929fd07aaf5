/** What a replay counts: the operation of an exchange, and whether the simulator sets out to answer it as recorded. */
import { isObject, type Json, textAt } from '../simulator/json.ts'
import { operations } from '../simulator/operations.ts'
import { Router } from '../simulator/router.ts'
import type { Exchange } from './recording.ts'

const router = new Router(operations)

/** Method and types of the path, for what the simulator has no operation for. */
const unnamed = ({ method, url }: Exchange): string => {
  const [, path = url.pathname] = url.pathname.split(/\/providers\/microsoft\.media\//i)
  return `${method} ${path
    .split('/')
    .map((segment, index) => (index % 2 === 0 ? segment : '{}'))
    .join('/')}`
}

const specified = ({ method, url }: Exchange): string | undefined => {
  try {
    return router.match(method, url.pathname)?.operation.id
  } catch {
    // A path that cannot be decoded is one of no operation.
    return undefined
  }
}

/** The operationId of the published specification, where there is one. */
export const operationOf = (exchange: Exchange): string => specified(exchange) ?? unnamed(exchange)

const ofAccount = /\/providers\/microsoft\.media\/mediaservices\/[^/]+$/i

const ofMedia = /\/providers\/microsoft\.media(\/|$)/i

const areas: readonly (readonly [path: RegExp, area: string])[] = [
  [/\/mediaservices\/[^/]+\/live/i, 'live events and live outputs'],
  [/\/checknameavailability$/i, 'name availability'],
  [/\/(privateEndpointConnections|privateLinkResources)(\/|$)/i, 'private endpoints'],
  [/\/listEdgePolicies$/i, 'edge policies'],
]

/** What a body of an account says that is not simulated. */
const areaOfAccount = (body: Json): string | undefined => {
  if (!isObject(body)) return undefined
  const { identity, properties } = body
  if (isObject(identity) && (textAt(identity, 'type') ?? 'None') !== 'None') return 'managed identities'
  if (!isObject(properties)) return undefined
  if (textAt(properties, 'storageAuthentication') === 'ManagedIdentity') return 'managed identities'
  const { encryption, privateEndpointConnections } = properties
  if (isObject(encryption) && textAt(encryption, 'type') === 'CustomerKey') return 'encryption keys of customers'
  return Array.isArray(privateEndpointConnections) && privateEndpointConnections.length > 0
    ? 'private endpoints'
    : undefined
}

/** The area outside of what the simulator sets out to answer as recorded, or undefined. */
export const areaOutOfScope = ({ url, request, response }: Exchange): string | undefined => {
  if (!ofMedia.test(url.pathname)) return 'other services'
  const byPath = areas.find(([path]) => path.test(url.pathname))?.[1]
  if (byPath !== undefined || !ofAccount.test(url.pathname)) return byPath
  return areaOfAccount(request) ?? areaOfAccount(response)
}
