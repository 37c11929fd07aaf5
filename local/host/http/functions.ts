import type { Counters } from '../counters.ts'
import { HostError, messageOf } from '../errors.ts'
import type { Invoke } from '../invoke.ts'
import type { Keys } from '../keys.ts'
import type { Log } from '../log.ts'
import type { RegisteredFunction, Registry } from '../registry.ts'
import { givenKey, type HostRequest, type HostResponse, problem } from './message.ts'
import { compareRoutes, matchRoute, parseRoute, type Route, splitPath } from './routes.ts'
import { fromRpcResponse, toRpcRequest } from './rpc.ts'

interface Endpoint {
  readonly fn: RegisteredFunction
  readonly route: Route
  readonly methods: readonly string[]
  readonly authLevel: string
}

export interface HttpFunctionsParts {
  readonly registry: Registry
  readonly routePrefix: string
  readonly invoke: Invoke
  readonly counters: Counters
  readonly log: Log
  /** Undefined: keys are not asked for, as with `func start`. */
  readonly keys: Keys | undefined
}

/** Answers requests by the HTTP functions of the app. Throws HostError when a route cannot be understood. */
export const createHttpFunctions = (parts: HttpFunctionsParts): ((request: HostRequest) => Promise<HostResponse>) => {
  const endpoints = parts.registry
    .withTrigger('httpTrigger')
    .map(fn => toEndpoint(fn, parts.routePrefix))
    .sort((a, b) => compareRoutes(a.route, b.route))
  return async request => {
    const path = splitPath(request.url.pathname)
    if (!path) return problem(400, 'The path is not valid percent-encoding.')
    const matches = endpoints.flatMap(endpoint => {
      const parameters = matchRoute(endpoint.route, path)
      return parameters ? [{ endpoint, parameters }] : []
    })
    const match = matches.find(({ endpoint }) => endpoint.methods.includes(request.method))
    if (match) return call(parts, match.endpoint, match.parameters, request)
    if (matches.length === 0) return problem(404, 'No function has this route.')
    const allow = [...new Set(matches.flatMap(({ endpoint }) => endpoint.methods))].join(', ')
    return problem(405, `This route takes ${allow}.`, { allow })
  }
}

const toEndpoint = (fn: RegisteredFunction, prefix: string): Endpoint => {
  const { route, methods, authLevel } = fn.trigger.binding
  const template = [prefix, typeof route === 'string' ? route : fn.name].join('/')
  try {
    return {
      fn,
      route: parseRoute(template),
      methods: Array.isArray(methods) ? methods.map(method => String(method).toUpperCase()) : ['GET', 'POST'],
      authLevel: typeof authLevel === 'string' ? authLevel.toLowerCase() : 'anonymous',
    }
  } catch (error) {
    throw new HostError(`Function '${fn.name}': ${messageOf(error)}`)
  }
}

const call = async (
  { invoke, counters, log, keys }: HttpFunctionsParts,
  endpoint: Endpoint,
  parameters: Record<string, string>,
  request: HostRequest,
): Promise<HostResponse> => {
  const { name } = endpoint.fn
  if (keys && !isAllowed(keys, endpoint, givenKey(request))) return { status: 401 }
  counters.countLater(name, 'started')
  try {
    const response = await invoke(endpoint.fn, toRpcRequest(request, parameters))
    const answer = fromRpcResponse(response.returnValue)
    counters.countLater(name, 'succeeded')
    return answer
  } catch (error) {
    counters.countLater(name, 'failed')
    log('error', `Function.${name}`, `failed: ${messageOf(error)}`)
    return { status: 500 }
  }
}

const isAllowed = (keys: Keys, { fn, authLevel }: Endpoint, key: string | undefined): boolean => {
  if (authLevel === 'anonymous') return true
  return authLevel === 'admin' ? keys.allowsAdmin(key) : keys.allowsFunction(fn.name, key)
}
