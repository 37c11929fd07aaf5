/** One request to the simulated Resource Manager as its address tells it: what is asked for, of which account, by whom. */
import type { IncomingMessage } from 'node:http'
import { ArmError, methodNotAllowed } from './arm-errors.ts'
import type { Trait } from './fault-kinds.ts'
import { history } from './history.ts'
import { headerOf } from './http.ts'
import type { Kernel } from './kernel.ts'
import type { Bucket } from './limits.ts'
import { operations } from './operations.ts'
import type { ResourceClient } from './resource-events.ts'
import { type Match, Router } from './router.ts'
import type { Account } from './state.ts'

export const router = new Router(operations)

export interface Call {
  /** Undefined where there is no such operation. */
  readonly match: Match | undefined
  /** Why there is no match, where it is not that the path is unknown. */
  readonly problem?: ArmError
  readonly method: string
  readonly url: URL
  /** Undefined where there is no such account, or none is named. */
  readonly account: Account | undefined
  /** Key of the account in faults and counters. */
  readonly key: string
  /** Its operation id in the specification, or `Unknown`. */
  readonly operation: string
  readonly client: ResourceClient
}

const clientOf = (request: IncomingMessage): ResourceClient => {
  const requestId = headerOf(request, 'x-ms-client-request-id')
  const address = request.socket.remoteAddress ?? '127.0.0.1'
  return requestId === undefined ? { address } : { address, requestId }
}

const methods = [...new Set([...operations].map(({ method }) => method))]

const matched = (method: string, path: string): { match: Match | undefined; problem?: ArmError } => {
  try {
    const match = router.match(method, path)
    if (match !== undefined) return { match }
    const allowed = methods.filter(other => router.match(other, path) !== undefined)
    return allowed.length === 0 ? { match } : { match, problem: methodNotAllowed(method, allowed) }
  } catch (error) {
    if (error instanceof ArmError) return { match: undefined, problem: error }
    throw error
  }
}

/** What a request is, whatever is wrong with it. */
export const identify = (request: IncomingMessage, kernel: Kernel): Call => {
  const method = request.method ?? 'GET'
  const url = new URL(request.url ?? '/', `http://${headerOf(request, 'host') ?? 'localhost'}`)
  const { match, problem } = matched(method, url.pathname)
  const { subscription, group, account: name } = match?.params ?? {}
  const account =
    subscription === undefined || group === undefined || name === undefined
      ? undefined
      : kernel.state.account(subscription, group, name)
  const key = account?.key ?? name ?? '-'
  const call = { match, method, url, account, key, operation: match?.operation.id ?? 'Unknown' }
  return { ...call, client: clientOf(request), ...(problem === undefined ? {} : { problem }) }
}

/** The budget of calls that it is counted in. */
export const bucketOf = ({ match, method, url }: Call, now: bigint): Bucket => {
  const byMethod = method === 'GET' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes'
  const own = match?.operation.bucket
  if (own === undefined || method !== 'POST') return own ?? byMethod
  const hasOwn = own === 'policySecrets' ? history.policySecretsHaveBudget : history.actionsHaveBudgets
  return hasOwn({ apiVersion: url.searchParams.get('api-version') ?? '', now }) ? own : byMethod
}

/** Which faults it can meet: names of operations and of POST actions tell what they do. */
export const traitsOf = ({ method, operation }: Call): Trait[] => {
  const reads = method === 'GET' || (method === 'POST' && /_(List|Get)/.test(operation))
  if (!reads) return ['request', 'write']
  return operation.includes('_List') ? ['request', 'read', 'list'] : ['request', 'read']
}
