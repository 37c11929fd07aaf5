/** One request to the simulated Resource Manager, from the faults it meets to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GivenAnswer } from './answer-record.ts'
import { type Answer, errorAnswer, faultAnswer } from './arm-answer.ts'
import { ArmError, badRequest, failed, forbidden, methodNotAllowed, parentNotFound, throttled } from './arm-errors.ts'
import { ticksPerMillisecond } from './clock.ts'
import type { Counters } from './counters.ts'
import type { FaultKind, Trait } from './fault-kinds.ts'
import type { Fault } from './fault-rules.ts'
import type { Faults } from './faults.ts'
import { history } from './history.ts'
import { BodyTooLarge, cutConnection, headerOf, readBody, send } from './http.ts'
import { type Json, parseJson } from './json.ts'
import type { Context, Kernel, Reply } from './kernel.ts'
import { type Bucket, largestBody } from './limits.ts'
import { disturbsList, sendDisturbed } from './list-faults.ts'
import { operations } from './operations.ts'
import { type RateLimits, rateLimitHeaders } from './rate-limits.ts'
import { type ResourceClient, tellOfChange } from './resource-events.ts'
import { isRoot, type Match, Router } from './router.ts'
import { accountAsOf } from './stale-reads.ts'
import type { Account } from './state.ts'
import { allows, grantFor, type TokenRule, type Tokens } from './tokens.ts'
import type { Traffic } from './traffic.ts'

export interface ArmServices {
  readonly kernel: Kernel
  readonly faults: Faults
  readonly counters: Counters
  readonly traffic: Traffic
  readonly tokens: Tokens
  readonly rateLimits: RateLimits
  /** Takes note of the answers that are not made by faults. */
  readonly recordAnswer?: (answer: GivenAnswer) => void
}

const router = new Router(operations)
const methods = [...new Set([...operations].map(({ method }) => method))]

interface Call {
  readonly match: Match | undefined
  /** Why there is no match, where it is not that the path is unknown. */
  readonly problem?: ArmError
  readonly method: string
  readonly url: URL
  readonly account: Account | undefined
  /** Key of the account in faults and counters. */
  readonly key: string
  readonly operation: string
  readonly client: ResourceClient
}

const clientOf = (request: IncomingMessage): ResourceClient => {
  const requestId = headerOf(request, 'x-ms-client-request-id')
  const address = request.socket.remoteAddress ?? '127.0.0.1'
  return requestId === undefined ? { address } : { address, requestId }
}

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

const identify = (request: IncomingMessage, kernel: Kernel): Call => {
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

const checkVersion = ({ match, url }: Call): string => {
  const version = url.searchParams.get('api-version')
  const known = match?.operation.apiVersions ?? []
  if (version === null || version === '')
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    )
  if (!known.includes(version))
    throw new ArmError(
      400,
      'InvalidResourceType',
      `The resource type could not be found in the namespace 'Microsoft.Media' for api version '${version}'. ` +
        `The supported api-versions are '${known.join(',')}'.`,
    )
  return version
}

const bucketOf = ({ match, method, url }: Call, now: bigint): Bucket => {
  const byMethod = method === 'GET' ? 'reads' : method === 'DELETE' ? 'deletes' : 'writes'
  const own = match?.operation.bucket
  if (own === undefined || method !== 'POST') return own ?? byMethod
  const hasOwn = own === 'policySecrets' ? history.policySecretsHaveBudget : history.actionsHaveBudgets
  return hasOwn({ apiVersion: url.searchParams.get('api-version') ?? '', now }) ? own : byMethod
}

/** Throws a 429 when the budget is used up; otherwise the header that tells what is left. */
const spend = ({ kernel, rateLimits }: ArmServices, call: Call, principal: string): Record<string, string> => {
  const switches = kernel.switches()
  if (!switches.throttling) return {}
  const bucket = bucketOf(call, kernel.clock.ticks())
  const subscription = call.match?.params.subscription ?? ''
  const limit = switches.hourlyCalls[bucket]
  const { remaining, retryAfter } = rateLimits.take(subscription, principal, bucket, limit, kernel.clock.ticks())
  if (retryAfter !== undefined) throw throttled(subscription, call.method, retryAfter, switches.retryAfterWhenThrottled)
  return { [rateLimitHeaders[bucket]]: String(remaining) }
}

const parseBody = (text: string): Json | undefined => {
  if (text === '') return undefined
  try {
    return parseJson(text)
  } catch {
    throw new ArmError(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.')
  }
}

const checkRole = (call: Call, rule: TokenRule): void => {
  const action = call.match?.operation.action ?? ''
  if (!allows(grantFor(rule, call.key), action)) throw forbidden(rule.principal, action, call.url.pathname)
}

const run = async (call: Call, context: Context): Promise<Reply> => {
  const { match, account } = call
  if (match === undefined) throw new Error('An operation that is not known cannot be run.')
  if (isRoot(match.operation)) return match.operation.run(context)
  if (account === undefined) throw parentNotFound(match.params.account ?? '')
  return match.operation.run({ ...context, account })
}

/** Whether there is what the request writes. Asked beforehand, and only for events. */
const isThere = async (call: Call, context: Context): Promise<boolean> => {
  if (call.method !== 'PUT' || !context.kernel.switches().armEvents) return true
  const answered = run({ ...call, match: router.match('GET', call.url.pathname) }, context)
  return answered.then(
    () => true,
    () => false,
  )
}

/** Also of an account that this very request made. */
const tell = (kernel: Kernel, call: Call, principal: string, isNew: boolean): void => {
  const { match, method, url, client } = call
  const { subscription = '', group = '', account: name = '' } = match?.params ?? {}
  const account = call.account ?? kernel.state.account(subscription, group, name)
  if (account !== undefined && match !== undefined)
    tellOfChange(kernel, { account, method, url, action: match.operation.action, isNew, principal, client })
}

/** @param sent filled with the parsed request body, for the traffic log. */
const answer = async (
  services: ArmServices,
  call: Call,
  authorization: string | undefined,
  bodyText: string,
  sent: { body?: Json },
): Promise<Answer> => {
  const { kernel, tokens } = services
  let budget: Record<string, string> = {}
  try {
    const rule = tokens.identify(authorization, kernel.clock.ticks())
    if (call.problem !== undefined) throw call.problem
    if (call.match === undefined)
      throw new ArmError(404, 'InvalidResourceType', `There is nothing at ${call.method} ${call.url.pathname}.`)
    const apiVersion = checkVersion(call)
    checkRole(call, rule)
    budget = spend(services, call, rule.principal)
    const body = parseBody(bodyText)
    if (body !== undefined) sent.body = body
    const context: Context = {
      kernel,
      params: call.match.params,
      query: call.url.searchParams,
      apiVersion,
      origin: call.url.origin,
      path: call.url.pathname,
      principal: rule.principal,
      now: kernel.clock.ticks(),
      body,
    }
    const wasThere = await isThere(call, context)
    const reply = await run(call, context)
    tell(kernel, call, rule.principal, !wasThere)
    const type = reply.body === undefined ? {} : { 'content-type': 'application/json; odata.metadata=minimal' }
    const headers = { 'odata-version': '4.0', ...budget, ...type, ...reply.headers }
    return { status: reply.status, headers, body: reply.body }
  } catch (error) {
    if (error instanceof ArmError) return errorAnswer(error, budget)
    kernel.report(
      `${call.operation} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    return errorAnswer(failed(), budget)
  }
}

const commonHeaders = (request: IncomingMessage, kernel: Kernel): Record<string, string> => {
  const id = kernel.uuid()
  const client = headerOf(request, 'x-ms-client-request-id')
  return {
    'cache-control': 'no-cache',
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': id,
    'x-ms-routing-request-id': `SIMULATOR:${id}`,
    ...(client === undefined ? {} : { 'x-ms-client-request-id': client }),
  }
}

const readText = async (request: IncomingMessage): Promise<string> => {
  try {
    return await readBody(request, largestBody)
  } catch (error) {
    if (error instanceof BodyTooLarge) throw badRequest(error.message)
    throw error
  }
}

const tooLarge = (error: unknown): Answer => {
  if (error instanceof ArmError) return errorAnswer(error, {})
  throw error
}

/** The account as this request sees it. */
const seenBy = ({ account }: Call, kernel: Kernel, struck: readonly Fault[]): Account | undefined => {
  const seconds = Math.max(0, ...struck.map(fault => (fault.kind === 'staleRead' ? (fault.seconds ?? 0) : 0)))
  if (account === undefined || seconds === 0) return account
  return accountAsOf(account, kernel.clock.ticks() - BigInt(Math.round(seconds * 1000)) * ticksPerMillisecond)
}

/** Names of operations and of POST actions tell what they do. */
const traitsOf = ({ method, operation }: Call): Trait[] => {
  const reads = method === 'GET' || (method === 'POST' && /_(List|Get)/.test(operation))
  if (!reads) return ['request', 'write']
  return operation.includes('_List') ? ['request', 'read', 'list'] : ['request', 'read']
}

/** Answers a request, or does to it what the faults say. */
export const handleArm = async (
  services: ArmServices,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { kernel, faults, counters, traffic } = services
  const call = identify(request, kernel)
  const struck = faults.decide(call.key, 'control', call.operation, traitsOf(call))
  const has = (...kinds: FaultKind[]) => struck.some(({ kind }) => kinds.includes(kind))
  const delay = struck.reduce((sum, { kind, milliseconds }) => sum + (kind === 'latency' ? (milliseconds ?? 0) : 0), 0)
  if (delay > 0) await new Promise<void>(resolve => kernel.clock.after(delay, resolve))
  const bucket = bucketOf(call, kernel.clock.ticks())
  if (has('outage', 'reset')) {
    counters.count('accounts', call.key, call.operation, undefined, bucket)
    return cutConnection(request)
  }
  const refused = struck.map(faultAnswer).find(found => found !== undefined)
  const text = await readText(request).catch(tooLarge)
  const lost = has('lostReply')
  /** Carries the request out once, and notes it. */
  const carryOut = async (isLost: boolean) => {
    const sent: { body?: Json } = {}
    const seen = { ...call, account: seenBy(call, kernel, struck) }
    const answered =
      refused ??
      (typeof text === 'string' ? await answer(services, seen, headerOf(request, 'authorization'), text, sent) : text)
    if (refused === undefined)
      services.recordAnswer?.({
        operation: call.operation,
        apiVersion: call.url.searchParams.get('api-version'),
        status: answered.status,
        response: answered.body,
      })
    const body = answered.body === undefined ? undefined : JSON.stringify(answered.body)
    const headers = { ...commonHeaders(request, kernel), ...answered.headers }
    traffic.add({
      account: call.key,
      operation: call.operation,
      method: call.method,
      url: call.url.href,
      request: sent.body,
      status: answered.status,
      headers,
      response: answered.body,
      bytes: (body?.length ?? 0) + (typeof text === 'string' ? text.length : 0),
    })
    counters.count('accounts', call.key, call.operation, isLost ? undefined : answered.status, bucket)
    return { status: answered.status, headers, body }
  }
  if (has('repeatedWrite') && refused === undefined) await carryOut(true)
  const { status, headers, body } = await carryOut(lost)
  if (lost) return cutConnection(request)
  if (body !== undefined && status === 200 && disturbsList(struck))
    return sendDisturbed(response, { status, headers, body: Buffer.from(body) }, struck, kernel.clock)
  send(response, status, headers, body)
}
