/** Finds the operation for a method and a path. Segments match in any case, as in Resource Manager. */
import { badRequest } from './arm-errors.ts'
import type { AccountOperation, RootOperation } from './kernel.ts'

export type Operation = RootOperation | AccountOperation
export const isRoot = (operation: Operation): operation is RootOperation => 'root' in operation

export interface Match {
  readonly operation: Operation
  readonly params: Readonly<Record<string, string | undefined>>
}

const accountPath =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Media/mediaservices/{account}'

const segmentsOf = (path: string): string[] => path.split('/').filter(segment => segment !== '')

interface Route {
  readonly operation: Operation
  /** Lower-cased text, or the name of a parameter. */
  readonly segments: readonly { readonly literal?: string; readonly param?: string }[]
}

const routeOf = (operation: Operation): Route => ({
  operation,
  segments: segmentsOf(isRoot(operation) ? operation.path : `${accountPath}/${operation.path}`).map(segment => {
    const param = /^\{(\w+)\}$/.exec(segment)?.[1]
    return param === undefined ? { literal: segment.toLowerCase() } : { param }
  }),
})

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw badRequest(`'${segment}' in the path is not percent-encoded text.`)
  }
}

const paramsOf = (route: Route, segments: readonly string[]): Record<string, string> | undefined => {
  const params: Record<string, string> = {}
  for (const [index, { literal, param }] of route.segments.entries()) {
    const segment = segments[index] ?? ''
    if (param !== undefined) params[param] = decode(segment)
    else if (segment.toLowerCase() !== literal) return undefined
  }
  return params
}

export class Router {
  readonly #routes = new Map<string, Route[]>()

  constructor(operations: Iterable<Operation>) {
    for (const operation of operations) {
      const route = routeOf(operation)
      const key = `${operation.method} ${route.segments.length}`
      this.#routes.set(key, [...(this.#routes.get(key) ?? []), route])
    }
  }

  /** @param path without query, as sent. */
  match(method: string, path: string): Match | undefined {
    const segments = segmentsOf(path)
    for (const route of this.#routes.get(`${method} ${segments.length}`) ?? []) {
      const params = paramsOf(route, segments)
      if (params !== undefined) return { operation: route.operation, params }
    }
    return undefined
  }
}
