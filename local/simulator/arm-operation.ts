/** Carries one request to Resource Manager out: who may do it, how often, and what its operation answers. */
import type { UsedAction } from './action-record.ts'
import { type Answer, errorAnswer } from './arm-answer.ts'
import { bucketOf, type Call, router } from './arm-call.ts'
import { ArmError, failed, forbidden, parentNotFound, throttled } from './arm-errors.ts'
import { type Json, parseJson } from './json.ts'
import type { Context, Kernel, Reply } from './kernel.ts'
import { type RateLimits, rateLimitHeaders } from './rate-limits.ts'
import { tellOfChange } from './resource-events.ts'
import { isRoot } from './router.ts'
import { allows, grantFor, type TokenRule, type Tokens } from './tokens.ts'

export interface OperationServices {
  readonly kernel: Kernel
  readonly tokens: Tokens
  readonly rateLimits: RateLimits
  /** Takes note of who asked for what. */
  readonly recordAction?: (used: UsedAction) => void
}

export interface CarriedOut {
  readonly answer: Answer
  /** The parsed request body, as far as it came to that. */
  readonly sent: Json | undefined
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

/** Throws a 429 when the budget is used up; otherwise the header that tells what is left. */
const spend = ({ kernel, rateLimits }: OperationServices, call: Call, principal: string): Record<string, string> => {
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

const checkRole = ({ recordAction }: OperationServices, call: Call, rule: TokenRule): void => {
  const action = call.match?.operation.action ?? ''
  const allowed = allows(grantFor(rule, call.key), action)
  recordAction?.({ principal: rule.principal, action, allowed })
  if (!allowed) throw forbidden(rule.principal, action, call.url.pathname)
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

/**
 * Checks what Resource Manager checks before a request reaches the service, and runs its operation. Whatever goes wrong
 * is an answer as well.
 */
export const carryOut = async (
  services: OperationServices,
  call: Call,
  authorization: string | undefined,
  bodyText: string,
): Promise<CarriedOut> => {
  const { kernel, tokens } = services
  let budget: Record<string, string> = {}
  let sent: Json | undefined
  try {
    const rule = tokens.identify(authorization, kernel.clock.ticks())
    if (call.problem !== undefined) throw call.problem
    if (call.match === undefined)
      throw new ArmError(404, 'InvalidResourceType', `There is nothing at ${call.method} ${call.url.pathname}.`)
    const apiVersion = checkVersion(call)
    checkRole(services, call, rule)
    budget = spend(services, call, rule.principal)
    sent = parseBody(bodyText)
    const context: Context = {
      kernel,
      params: call.match.params,
      query: call.url.searchParams,
      apiVersion,
      origin: call.url.origin,
      path: call.url.pathname,
      principal: rule.principal,
      now: kernel.clock.ticks(),
      body: sent,
    }
    const wasThere = await isThere(call, context)
    const reply = await run(call, context)
    tell(kernel, call, rule.principal, !wasThere)
    const type = reply.body === undefined ? {} : { 'content-type': 'application/json; odata.metadata=minimal' }
    const headers = { 'odata-version': '4.0', ...budget, ...type, ...reply.headers }
    return { sent, answer: { status: reply.status, headers, body: reply.body } }
  } catch (error) {
    if (error instanceof ArmError) return { sent, answer: errorAnswer(error, budget) }
    kernel.report(
      `${call.operation} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    return { sent, answer: errorAnswer(failed(), budget) }
  }
}
