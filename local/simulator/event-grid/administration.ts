/** `/_sim/eventgrid/…`: subscriptions, and what became of events. */
import type { IncomingMessage } from 'node:http'
import type { DeliveryLog } from './delivery-log.ts'
import { type Answer, parseText, problem, readText } from './http.ts'
import { readSubscription, shown } from './subscription.ts'
import type { Subscriptions } from './subscriptions.ts'
import { handshake } from './webhook.ts'

export interface AdministrationOptions {
  readonly subscriptions: Subscriptions
  readonly log: DeliveryLog
  /** Milliseconds to wait for a webhook's handshake. */
  readonly answerTimeout?: number
}

const largestBody = 64 * 1024

const subscribe = async (
  { subscriptions, answerTimeout }: AdministrationOptions,
  name: string,
  text: string | undefined,
): Promise<Answer> => {
  const subscription = readSubscription(name, parseText(text))
  if ('problems' in subscription)
    return problem(400, 'InvalidRequest', `The subscription is not valid: ${subscription.problems.join('; ')}.`)
  const refusal = await handshake(subscription, answerTimeout)
  if (refusal !== undefined)
    return problem(400, 'EndpointValidation', `The endpoint could not be validated: ${refusal}.`)
  return { status: subscriptions.put(subscription) ? 201 : 200, body: shown(subscription) }
}

const administerOne = (
  options: AdministrationOptions,
  method: string | undefined,
  name: string,
  text: string | undefined,
): Answer | Promise<Answer> => {
  if (method === 'PUT') return subscribe(options, name, text)
  if (method === 'DELETE') return { status: options.subscriptions.delete(name) ? 200 : 204 }
  if (method !== 'GET') return problem(405, 'MethodNotAllowed', 'GET, PUT and DELETE are known here.')
  const known = options.subscriptions.get(name)
  return known === undefined
    ? problem(404, 'ResourceNotFound', `There is no subscription ${name}.`)
    : { status: 200, body: shown(known) }
}

/** Undefined for a path that is none of these. */
export const administer = async (
  options: AdministrationOptions,
  request: IncomingMessage,
  path: string,
): Promise<Answer | undefined> => {
  const [, collection, name] =
    /^\/_sim\/eventgrid\/(subscriptions|deliveries|deadletters)(?:\/([^/]+))?$/.exec(path) ?? []
  if (collection === undefined || (name !== undefined && collection !== 'subscriptions')) return undefined
  if (name !== undefined) return administerOne(options, request.method, name, await readText(request, largestBody))
  if (request.method !== 'GET') return problem(405, 'MethodNotAllowed', 'Only GET is known here.')
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    subscriptions: options.subscriptions.all().map(shown),
    deliveries: options.log.attempts,
    deadletters: options.log.deadLetters,
  }
  return { status: 200, body: { value: lists[collection] } }
}
