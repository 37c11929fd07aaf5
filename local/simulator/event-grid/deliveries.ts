import pLimit from 'p-limit'
import { type Clock, millisecondsOf } from '../clock.ts'
import type { Counters } from '../counters.ts'
import type { Fault } from '../fault-rules.ts'
import type { Faults } from '../faults.ts'
import { type Delivery, DeliveryLog } from './delivery-log.ts'
import { fatesOf, Held } from './disorder.ts'
import { type Attempt, sequel } from './retry.ts'
import type { Subscription } from './subscription.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { TopicEvent } from './topic-event.ts'
import { deliver } from './webhook.ts'

export interface DeliveryOptions {
  readonly clock: Clock
  readonly pace: number
  readonly faults: Pick<Faults, 'decide'>
  readonly counters: Pick<Counters, 'count'>
  readonly subscriptions: Pick<Subscriptions, 'get'>
  readonly accountOf: (topic: string) => string
  /** Milliseconds to wait for a webhook; the service's 30 s unless given. */
  readonly answerTimeout?: number
}

/** Requests to one subscription at a time. */
const inFlight = 32
/** How long a delivery waits before it looks whether an outage is over. Milliseconds, at any pace. */
const outagePause = 250

/** Events on their way to subscribers: at least once each, in no promised order. */
export class Deliveries {
  readonly log = new DeliveryLog()
  readonly #options: DeliveryOptions
  readonly #limits = new Map<string, ReturnType<typeof pLimit>>()
  readonly #timers = new Set<() => void>()
  readonly #held = new Held()
  /** What is sent as soon as the first attempt of a delivery is over. */
  readonly #overtakes = new WeakMap<Delivery, readonly (() => void)[]>()
  #open = 0
  #waiters: (() => void)[] = []
  readonly #closing = new AbortController()

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  /** Events are lost, doubled, late or overtaken here, where one becomes a delivery. */
  add({ name }: Subscription, topic: string, event: TopicEvent): void {
    const struck = this.#options.faults.decide(this.#options.accountOf(topic), 'events', 'Enqueue', ['event'])
    for (const { wait, overtaken } of fatesOf(struck)) {
      const delivery: Delivery = { subscription: name, topic, event, published: this.#now(), attempts: 0 }
      const start = () => this.#start(delivery)
      this.#open += 1
      if (overtaken) this.#later(wait, this.#held.hold(name, start))
      else {
        this.#overtakes.set(delivery, this.#held.take(name))
        if (wait > 0) this.#later(wait, start)
        else start()
      }
    }
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
    const { faults, accountOf } = this.#options
    const struck = faults.decide(accountOf(delivery.topic), 'events', 'Deliver')
    if (struck.some(({ kind }) => kind === 'outage')) return this.#later(outagePause, () => this.#start(delivery))
    const latency = struck.reduce((sum, { kind, milliseconds = 0 }) => sum + (kind === 'latency' ? milliseconds : 0), 0)
    if (latency === 0) return this.#attempt(delivery, struck)
    this.#later(latency, () => void this.#attempt(delivery, struck))
  }

  async #attempt(delivery: Delivery, faults: readonly Fault[]): Promise<void> {
    const subscription = this.#options.subscriptions.get(delivery.subscription)
    if (subscription === undefined || this.#closing.signal.aborted) return this.#end()
    const attempt = await this.#send(subscription, delivery, faults)
    for (const send of this.#overtakes.get(delivery) ?? []) send()
    this.#overtakes.delete(delivery)
    if (this.#closing.signal.aborted) return
    delivery.attempts += 1
    const now = this.#now()
    this.log.attempted(delivery, attempt, now)
    const status = 'status' in attempt ? attempt.status : undefined
    this.#options.counters.count('events', this.#options.accountOf(delivery.topic), 'Deliver', status)
    const { pace } = this.#options
    const after = sequel(attempt, delivery.attempts, now - delivery.published, subscription, pace)
    if (after.next === 'retry') return this.#later(after.wait, () => this.#start(delivery))
    if (after.next === 'deadLetter') this.log.gaveUp(delivery, attempt, after.reason, now)
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
}
