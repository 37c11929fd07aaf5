import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, systemClock } from '../clock.ts'
import { Counters } from '../counters.ts'
import type { EventPublisher, PublishedEvent } from '../event-publisher.ts'
import type { Faults } from '../faults.ts'
import { Deliveries } from './deliveries.ts'
import { type Answer, problem, readText, write } from './http.ts'
import { largestPublish, readPublished } from './published-body.ts'
import { readSubscription, type Subscription, shown, wants } from './subscription.ts'
import { canBeSentAs, stamped, type TopicEvent } from './topic-event.ts'
import { handshake } from './webhook.ts'

export interface EventGridOptions {
  readonly faults: Pick<Faults, 'decide'>
  readonly counters?: Pick<Counters, 'count'>
  readonly clock?: Clock
  /** Factor for waits between attempts and the time to live of events, 1 as in Azure. */
  readonly pace?: number
  /** Key of the media account that a topic belongs to; faults and counters go by it, else by the topic's name. */
  readonly accountOfTopic?: (topic: string) => string | undefined
  /** Subscription and resource group of the custom topics, e.g. `/subscriptions/…/resourceGroups/…`. */
  readonly topicScope?: string
  /** Milliseconds to wait for a webhook; the service's 30 s unless a test wants less. */
  readonly answerTimeout?: number
}

/**
 * Event Grid: system topics of the media accounts, custom topics under `POST /topics/{name}/api/events`, subscriptions
 * with a webhook, delivery with retries. Everything is in memory.
 */
export interface EventGrid extends EventPublisher {
  /** Answers a request to one of its paths; false leaves the request untouched. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** Resource id that a custom topic stamps on its events. */
  topicId(name: string): string
  /** Resolves when nothing is queued or under way. */
  idle(): Promise<void>
  close(): void
}

const localScope = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local'
const largestBody = 64 * 1024
const credentials = ['aeg-sas-key', 'aeg-sas-token', 'authorization']

class SimulatedEventGrid implements EventGrid {
  readonly #options: EventGridOptions
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #counters: Pick<Counters, 'count'>
  readonly #deliveries: Deliveries

  constructor(options: EventGridOptions) {
    this.#options = options
    this.#counters = options.counters ?? new Counters()
    this.#deliveries = new Deliveries({
      clock: options.clock ?? systemClock(),
      pace: options.pace ?? 1,
      faults: options.faults,
      counters: this.#counters,
      subscription: name => this.#subscriptions.get(name.toLowerCase()),
      accountOf: topic => this.#accountOf(topic),
      ...(options.answerTimeout === undefined ? {} : { answerTimeout: options.answerTimeout }),
    })
  }

  topicId(name: string): string {
    return `${this.#options.topicScope ?? localScope}/providers/Microsoft.EventGrid/topics/${name}`
  }

  publish(topic: string, events: readonly PublishedEvent[]): void {
    this.#fanOut(
      topic,
      events.map(event => stamped(topic, event)),
    )
  }

  idle(): Promise<void> {
    return this.#deliveries.idle()
  }

  close(): void {
    this.#deliveries.close()
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const [, topic] = /^\/topics\/([^/]+)\/api\/events$/.exec(path) ?? []
    if (topic !== undefined) {
      await this.#receive(request, response, topic)
      return true
    }
    const [, collection, name] =
      /^\/_sim\/eventgrid\/(subscriptions|deliveries|deadletters)(?:\/([^/]+))?$/.exec(path) ?? []
    if (collection === undefined) return false
    write(response, await this.#administer(request, collection, name))
    return true
  }

  #accountOf(topic: string): string {
    return this.#options.accountOfTopic?.(topic) ?? topic.split('/').at(-1) ?? topic
  }

  #wanting(topic: string, event: TopicEvent): Subscription[] {
    return [...this.#subscriptions.values()].filter(subscription => wants(subscription, topic, event))
  }

  #fanOut(topic: string, events: readonly TopicEvent[]): void {
    for (const event of events)
      for (const subscription of this.#wanting(topic, event)) this.#deliveries.add(subscription, topic, event)
  }

  /** A publisher's request to a custom topic, with the faults of the plane `events`. */
  async #receive(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const topic = this.topicId(name)
    const faults = this.#options.faults.decide(this.#accountOf(topic), 'events', 'Publish')
    const count = (status: number | undefined) =>
      this.#counters.count('events', this.#accountOf(topic), 'Publish', status)
    const close = () => {
      count(undefined)
      response.destroy()
    }
    for (const { kind, milliseconds, retryAfter } of faults) {
      if (kind === 'latency') await sleep(milliseconds)
      if (kind === 'outage' || kind === 'reset') return close()
      if (kind === '429' || kind === '500' || kind === '503') {
        if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
        count(Number(kind))
        return write(response, problem(Number(kind), 'ServiceTrouble', 'The service cannot take events at present.'))
      }
    }
    const answer = await this.#take(request, topic)
    if (faults.some(({ kind }) => kind === 'lostReply')) return close()
    count(answer.status)
    write(response, answer)
  }

  async #take(request: IncomingMessage, topic: string): Promise<Answer> {
    const text = await readText(request, largestPublish)
    if (request.method !== 'POST') return problem(405, 'MethodNotAllowed', 'Events are sent by POST.')
    if (!credentials.some(header => request.headers[header]))
      return problem(401, 'Unauthorized', `Send ${credentials.join(', ')} with a value.`)
    if (text === undefined)
      return problem(413, 'RequestEntityTooLarge', `A request holds ${largestPublish} bytes at most.`)
    const events = readPublished(topic, request.headers['content-type'] ?? '', text)
    if (typeof events === 'string') return problem(400, 'BadRequest', events)
    for (const event of events) {
      const stuck = this.#wanting(topic, event).find(({ schema }) => !canBeSentAs(event, schema))
      if (stuck !== undefined)
        return problem(
          400,
          'BadRequest',
          `Subscription ${stuck.name} takes the Event Grid schema, which cannot be made of CloudEvents.`,
        )
    }
    this.#fanOut(topic, events)
    return { status: 200 }
  }

  async #administer(request: IncomingMessage, collection: string, name: string | undefined): Promise<Answer> {
    const text = await readText(request, largestBody)
    if (collection === 'subscriptions' && name !== undefined) return this.#administerOne(request.method, name, text)
    if (name !== undefined || request.method !== 'GET')
      return problem(405, 'MethodNotAllowed', 'Only GET is known here.')
    if (collection === 'deliveries') return { status: 200, body: { value: this.#deliveries.records } }
    if (collection === 'deadletters') return { status: 200, body: { value: this.#deliveries.deadLetters } }
    return { status: 200, body: { value: [...this.#subscriptions.values()].map(shown) } }
  }

  async #administerOne(method: string | undefined, name: string, text: string | undefined): Promise<Answer> {
    const key = name.toLowerCase()
    const known = this.#subscriptions.get(key)
    if (method === 'PUT') return this.#subscribe(name, text)
    if (method === 'DELETE') return { status: this.#subscriptions.delete(key) ? 200 : 204 }
    if (method !== 'GET') return problem(405, 'MethodNotAllowed', 'GET, PUT and DELETE are known here.')
    return known === undefined
      ? problem(404, 'ResourceNotFound', `There is no subscription ${name}.`)
      : { status: 200, body: shown(known) }
  }

  async #subscribe(name: string, text: string | undefined): Promise<Answer> {
    const subscription = readSubscription(name, parsed(text))
    if ('problems' in subscription)
      return problem(400, 'InvalidRequest', `The subscription is not valid: ${subscription.problems.join('; ')}.`)
    const refusal = await handshake(subscription, this.#options.answerTimeout)
    if (refusal !== undefined)
      return problem(400, 'EndpointValidation', `The endpoint could not be validated: ${refusal}.`)
    const status = this.#subscriptions.has(name.toLowerCase()) ? 200 : 201
    this.#subscriptions.set(name.toLowerCase(), subscription)
    return { status, body: shown(subscription) }
  }
}

const parsed = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

export const createEventGrid = (options: EventGridOptions): EventGrid => new SimulatedEventGrid(options)
