import pLimit from 'p-limit'
import { type Clock, millisecondsOf } from '../clock.ts'
import type { Counters } from '../counters.ts'
import type { Fault, Faults } from '../faults.ts'
import { type Attempt, outcomeOf, sequel } from './retry.ts'
import type { Subscription } from './subscription.ts'
import { payload, type TopicEvent } from './topic-event.ts'
import { deliver } from './webhook.ts'

/** One attempt as `/_sim/eventgrid/deliveries` shows it: no data, no address. */
export interface DeliveryRecord {
  readonly time: string
  readonly subscription: string
  readonly id: string
  readonly type: string
  readonly subject: string
  /** From 1. */
  readonly attempt: number
  readonly outcome: string
  readonly status?: number
}

/** An event that was given up, with the names of the service's own records. */
export interface DeadLetter {
  readonly subscription: string
  readonly deadLetterReason: string
  readonly deliveryAttempts: number
  readonly lastDeliveryOutcome: string
  readonly publishTime: string
  readonly lastDeliveryAttemptTime: string
  readonly event: unknown
}

export interface DeliveryOptions {
  readonly clock: Clock
  readonly pace: number
  readonly faults: Pick<Faults, 'decide'>
  readonly counters: Pick<Counters, 'count'>
  /** By name, as it is now; undefined once it is deleted. */
  readonly subscription: (name: string) => Subscription | undefined
  readonly accountOf: (topic: string) => string
  /** Milliseconds to wait for a webhook; the service's 30 s unless given. */
  readonly answerTimeout?: number
}

interface Delivery {
  readonly subscription: string
  readonly topic: string
  readonly event: TopicEvent
  /** Milliseconds since 1970. */
  readonly published: number
  attempts: number
}

/** Requests to one subscription at a time. */
const inFlight = 32
/** How long a delivery waits before it looks whether an outage is over. */
const outagePause = 1000
const kept = 1000

const keep = <T>(list: T[], item: T): void => {
  list.push(item)
  if (list.length > kept) list.shift()
}

/** Events on their way to subscribers: at least once each, in no promised order. */
export class Deliveries {
  readonly records: DeliveryRecord[] = []
  readonly deadLetters: DeadLetter[] = []
  readonly #options: DeliveryOptions
  readonly #limits = new Map<string, ReturnType<typeof pLimit>>()
  readonly #timers = new Set<() => void>()
  #open = 0
  #waiters: (() => void)[] = []
  readonly #closing = new AbortController()

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  /** Events that are lost, doubled, late or out of order would be made so here, where one becomes a delivery. */
  add(subscription: Subscription, topic: string, event: TopicEvent): void {
    this.#open += 1
    this.#start({ subscription: subscription.name, topic, event, published: this.#now(), attempts: 0 })
  }

  /** Resolves when nothing is under way or waiting for its next attempt. */
  idle(): Promise<void> {
    if (this.#open === 0 || this.#closing.signal.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiters.push(resolve)
    return promise
  }

  /** Gives up everything that waits. */
  close(): void {
    this.#closing.abort()
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#release()
  }

  #now(): number {
    return millisecondsOf(this.#options.clock.ticks())
  }

  #release(): void {
    for (const resolve of this.#waiters) resolve()
    this.#waiters = []
  }

  #end(): void {
    this.#open -= 1
    if (this.#open === 0) this.#release()
  }

  #later(milliseconds: number, action: () => void): void {
    if (this.#closing.signal.aborted) return
    const cancel = this.#options.clock.after(milliseconds, () => {
      this.#timers.delete(cancel)
      action()
    })
    this.#timers.add(cancel)
  }

  #start(delivery: Delivery): void {
    const limit = this.#limits.get(delivery.subscription) ?? pLimit(inFlight)
    this.#limits.set(delivery.subscription, limit)
    void limit(() => this.#run(delivery))
  }

  /** One look at a delivery: held by an outage, put off by latency, or attempted. */
  async #run(delivery: Delivery): Promise<void> {
    const { faults, pace, accountOf } = this.#options
    const struck = faults.decide(accountOf(delivery.topic), 'events', 'Deliver')
    if (struck.some(({ kind }) => kind === 'outage'))
      return this.#later(outagePause * pace, () => this.#start(delivery))
    const latency = struck.reduce((sum, { kind, milliseconds = 0 }) => sum + (kind === 'latency' ? milliseconds : 0), 0)
    if (latency === 0) return this.#attempt(delivery, struck)
    this.#later(latency, () => void this.#attempt(delivery, struck))
  }

  async #attempt(delivery: Delivery, faults: readonly Fault[]): Promise<void> {
    const subscription = this.#options.subscription(delivery.subscription)
    if (subscription === undefined || this.#closing.signal.aborted) return this.#end()
    const attempt = await this.#send(subscription, delivery, faults)
    if (this.#closing.signal.aborted) return
    delivery.attempts += 1
    const now = this.#now()
    this.#record(delivery, attempt, now)
    const { pace } = this.#options
    const after = sequel(attempt, delivery.attempts, now - delivery.published, subscription, pace)
    if (after.next === 'retry') return this.#later(after.wait, () => this.#start(delivery))
    if (after.next === 'deadLetter') this.#giveUp(subscription, delivery, attempt, after.reason, now)
    this.#end()
  }

  /** Faults stand for trouble between Event Grid and the endpoint. */
  async #send(subscription: Subscription, delivery: Delivery, faults: readonly Fault[]): Promise<Attempt> {
    const broken = faults.find(({ kind }) => ['429', '500', '503', 'reset'].includes(kind))
    if (broken !== undefined)
      return broken.kind === 'reset' ? { failure: 'Unreachable' } : { status: Number(broken.kind) }
    const attempt = await deliver(subscription, delivery.event, delivery.attempts, {
      ended: this.#closing.signal,
      timeout: this.#options.answerTimeout,
    })
    return faults.some(({ kind }) => kind === 'lostReply') ? { failure: 'TimedOut' } : attempt
  }

  #record({ subscription, topic, event, attempts }: Delivery, attempt: Attempt, now: number): void {
    const { counters, accountOf } = this.#options
    const status = 'status' in attempt ? attempt.status : undefined
    counters.count('events', accountOf(topic), 'Deliver', status)
    keep(this.records, {
      time: new Date(now).toISOString(),
      subscription,
      id: event.id,
      type: event.type,
      subject: event.subject,
      attempt: attempts,
      outcome: outcomeOf(attempt),
      ...(status === undefined ? {} : { status }),
    })
  }

  #giveUp(subscription: Subscription, delivery: Delivery, attempt: Attempt, reason: string, now: number): void {
    const body: unknown = JSON.parse(payload(delivery.event, subscription.schema).text)
    keep(this.deadLetters, {
      subscription: subscription.name,
      deadLetterReason: reason,
      deliveryAttempts: delivery.attempts,
      lastDeliveryOutcome: outcomeOf(attempt),
      publishTime: new Date(delivery.published).toISOString(),
      lastDeliveryAttemptTime: new Date(now).toISOString(),
      event: Array.isArray(body) ? body[0] : body,
    })
  }
}
