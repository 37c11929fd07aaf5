/** Event subscriptions as resources of Resource Manager below their topic, and `/_sim/eventgrid/…`: what became of events. */
import type { IncomingMessage } from 'node:http'
import { headerOf } from '../http.ts'
import type { DeliveryLog } from './delivery-log.ts'
import { handshake } from './handshake.ts'
import { type Answer, parseText, problem, readText } from './http.ts'
import { type Subscription, subscriptionId } from './subscription.ts'
import { readSubscription } from './subscription-reading.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Validations } from './validations.ts'

export interface AdministrationOptions {
  readonly subscriptions: Subscriptions
  readonly validations: Validations
  readonly log: DeliveryLog
  /** Milliseconds to wait for a webhook's handshake. */
  readonly answerTimeout: number
}

const largestBody = 64 * 1024

/** Puts the subscription in place as soon as its endpoint is known to want it. */
const admit = async (
  { subscriptions, validations, answerTimeout }: AdministrationOptions,
  subscription: Subscription,
  origin: string,
): Promise<Answer> => {
  const challenge = validations.open(origin, subscription.name)
  const outcome = await handshake(subscription, challenge, answerTimeout)
  if (typeof outcome === 'object')
    return problem(400, 'EndpointValidation', `The endpoint could not be validated: ${outcome.refusal}.`)
  const isNew = subscriptions.put(subscription, outcome === 'validated' ? 'Succeeded' : 'AwaitingManualAction')
  if (outcome === 'manual')
    void challenge.met.then(isMet => subscriptions.settle(subscription, isMet ? 'Succeeded' : 'Failed'))
  return { status: isNew ? 201 : 200, body: subscriptions.show(subscriptionId(subscription)) }
}

const subscribe = (
  options: AdministrationOptions,
  topic: string,
  name: string,
  text: string | undefined,
  origin: string,
): Answer | Promise<Answer> => {
  const subscription = readSubscription(topic, name, parseText(text))
  return 'problems' in subscription
    ? problem(400, 'InvalidRequest', `The subscription is not valid: ${subscription.problems.join('; ')}.`)
    : admit(options, subscription, origin)
}

const administerOne = async (
  options: AdministrationOptions,
  request: IncomingMessage,
  topic: string,
  name: string,
): Promise<Answer> => {
  const text = await readText(request, largestBody)
  const id = subscriptionId({ topic, name })
  const { subscriptions } = options
  const { method } = request
  if (method === 'PUT') return subscribe(options, topic, name, text, `http://${headerOf(request, 'host')}`)
  if (method === 'DELETE') return { status: subscriptions.delete(id) ? 200 : 204 }
  if (method !== 'GET') return problem(405, 'MethodNotAllowed', 'GET, PUT and DELETE are known here.')
  const known = subscriptions.show(id)
  return known === undefined
    ? problem(404, 'ResourceNotFound', `There is no event subscription ${name} in this topic.`)
    : { status: 200, body: known }
}

const validate = ({ validations }: AdministrationOptions, query: string | undefined): Answer =>
  validations.meet(new URLSearchParams(query).get('token') ?? '')
    ? { status: 200, body: { message: 'The endpoint is validated.' } }
    : problem(400, 'InvalidRequest', 'This address is not known or too old; create the subscription again.')

/** GETs that list something, by path. */
const listAt = ({ subscriptions, log }: AdministrationOptions, path: string): readonly unknown[] | undefined => {
  const topic = /^(\/subscriptions\/.+)\/providers\/Microsoft\.EventGrid\/eventSubscriptions$/i.exec(path)?.[1]
  if (topic !== undefined) return subscriptions.list(topic)
  if (path === '/_sim/eventgrid/subscriptions') return subscriptions.list()
  if (path === '/_sim/eventgrid/deliveries') return log.attempts
  return path === '/_sim/eventgrid/deadletters' ? log.deadLetters : undefined
}

/** Undefined for a path that is none of these. */
export const administer = async (
  options: AdministrationOptions,
  request: IncomingMessage,
  path: string,
  query: string | undefined,
): Promise<Answer | undefined> => {
  const [, topic, name] =
    /^(\/subscriptions\/.+)\/providers\/Microsoft\.EventGrid\/eventSubscriptions\/([^/]+)$/i.exec(path) ?? []
  if (topic !== undefined && name !== undefined) return administerOne(options, request, topic, name)
  const isValidation = /^\/eventsubscriptions\/[^/]+\/validate$/.test(path)
  const list = listAt(options, path)
  if (!isValidation && list === undefined) return undefined
  if (request.method !== 'GET') return problem(405, 'MethodNotAllowed', 'Only GET is known here.')
  return list === undefined ? validate(options, query) : { status: 200, body: { value: list } }
}
