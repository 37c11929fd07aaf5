import { type Clock, millisecondsOf } from '../clock.ts'
import type { Counters } from '../counters.ts'
import type { Fault } from '../fault-rules.ts'
import { type Faults, latencyOf } from '../faults.ts'
import { deadLetterRecord } from './dead-letter.ts'
import { type DeadLetterOptions, DeadLetters } from './dead-letters.ts'
import type { Delivery } from './delivery.ts'
import { DeliveryLog } from './delivery-log.ts'
import { fatesOf, Held } from './disorder.ts'
import { OpenWork } from './open-work.ts'
import { type Batch, Queues } from './queues.ts'
import { type Attempt, isExpired, outcomeOf, sequel } from './retry.ts'
import { type Subscription, subscriptionId } from './subscription.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { TopicEvent } from './topic-event.ts'
import { deliver } from './webhook.ts'

export interface DeliveryOptions extends DeadLetterOptions {
  readonly clock: Clock
  readonly pace: number
  readonly faults: Pick<Faults, 'decide'>
  readonly counters: Pick<Counters, 'count'>
  readonly subscriptions: Pick<Subscriptions, 'active'>
  readonly accountOf: (topic: string) => string
  /** Milliseconds to wait for a webhook. */
  readonly answerTimeout: number
}

/** How long a delivery waits before it looks whether an outage is over. Milliseconds, at any pace. */
const outagePause = 250

/** Events on their way to subscribers: at least once each, in no promised order. */
export class Deliveries {
  readonly log = new DeliveryLog()
  readonly #options: DeliveryOptions
  readonly #deadLetters: DeadLetters
  readonly #queues: Queues
  readonly #work: OpenWork
  readonly #held = new Held()
  /** What is sent as soon as the first attempt of a delivery is over. */
  readonly #overtakes = new WeakMap<Delivery, readonly (() => void)[]>()

  constructor(options: DeliveryOptions) {
    this.#options = options
    this.#work = new OpenWork(options.clock)
    this.#deadLetters = new DeadLetters(options)
    this.#queues = new Queues({
      ended: this.#work.ended,
      active: id => options.subscriptions.active(id),
      isOver: (delivery, subscription) => this.#isOver(delivery, subscription),
      send: (id, batch) => this.#run(id, batch),
    })
  }

  /** Events are lost, doubled, late or overtaken here, where one becomes a delivery. */
  add(subscription: Subscription, topic: string, event: TopicEvent): void {
    const id = subscriptionId(subscription).toLowerCase()
    const struck = this.#options.faults.decide(this.#options.accountOf(topic), 'events', 'Enqueue', ['event'])
    const common = { subscriptionId: id, subscription: subscription.name, topic, event, published: this.#now() }
    for (const { wait, overtaken } of fatesOf(struck)) {
      const delivery: Delivery = { ...common, attempts: 0 }
      const start = () => this.#queues.add(delivery)
      this.#work.begin()
      if (overtaken) this.#work.later(wait, this.#held.hold(id, start))
      else {
        this.#overtakes.set(delivery, this.#held.take(id))
        if (wait > 0) this.#work.later(wait, start)
        else start()
      }
    }
  }

  /** Resolves when nothing is under way or waiting for its next attempt. */
  idle(): Promise<void> {
    return this.#work.idle()
  }

  /** Gives up everything that waits. */
  close(): void {
    this.#work.close()
  }

  #now(): number {
    return millisecondsOf(this.#options.clock.ticks())
  }

  /** Ends a delivery whose subscription is gone, or whose time to live is over when its next attempt is due. */
  #isOver(delivery: Delivery, subscription: Subscription | undefined): boolean {
    const { pace } = this.#options
    if (subscription === undefined) this.#work.end()
    else if (delivery.attempts > 0 && isExpired(this.#now() - delivery.published, subscription, pace))
      this.#giveUp(delivery, subscription, 'TimeToLiveExceeded')
    else return false
    return true
  }

  /** One look at a batch: held by an outage, put off by latency, or attempted. */
  async #run(id: string, batch: Batch): Promise<void> {
    const { faults, accountOf } = this.#options
    const struck = faults.decide(accountOf(batch[0].topic), 'events', 'Deliver')
    if (struck.some(({ kind }) => kind === 'outage')) {
      for (const delivery of batch) this.#work.later(outagePause, () => this.#queues.add(delivery))
      return
    }
    const latency = latencyOf(struck)
    if (latency === 0) return this.#attempt(id, batch, struck)
    this.#work.later(latency, () => void this.#attempt(id, batch, struck))
  }

  async #attempt(id: string, batch: Batch, faults: readonly Fault[]): Promise<void> {
    const subscription = this.#options.subscriptions.active(id)
    if (subscription === undefined || this.#work.ended.aborted) {
      for (const _ of batch) this.#work.end()
      return
    }
    const attempt = await this.#send(subscription, batch, faults)
    for (const delivery of batch) this.#sendOvertaken(delivery)
    if (this.#work.ended.aborted) return
    const status = 'status' in attempt ? attempt.status : undefined
    this.#options.counters.count('events', this.#options.accountOf(batch[0].topic), 'Deliver', status)
    for (const delivery of batch) this.#attempted(delivery, batch.length, attempt, subscription)
  }

  #sendOvertaken(delivery: Delivery): void {
    for (const send of this.#overtakes.get(delivery) ?? []) send()
    this.#overtakes.delete(delivery)
  }

  /** All events of a batch share its fate. */
  #attempted(delivery: Delivery, batch: number, attempt: Attempt, subscription: Subscription): void {
    const now = this.#now()
    delivery.attempts += 1
    delivery.last = { outcome: outcomeOf(attempt), time: now }
    this.log.attempted(delivery, batch, attempt, now)
    const after = sequel(attempt, delivery.attempts, subscription, this.#options.pace)
    if (after.next === 'retry') this.#work.later(after.wait, () => this.#queues.add(delivery))
    else if (after.next === 'deadLetter') this.#giveUp(delivery, subscription, after.reason)
    else this.#work.end()
  }

  #giveUp(delivery: Delivery, { name, schema, deadLetterDestination }: Subscription, reason: string): void {
    const letter = { subscription: name, record: deadLetterRecord(delivery, reason, schema) }
    this.log.gaveUp(letter)
    if (deadLetterDestination !== undefined) this.#deadLetters.add(deadLetterDestination, letter)
    this.#work.end()
  }

  /** Faults stand for trouble between Event Grid and the endpoint. */
  async #send(subscription: Subscription, batch: Batch, faults: readonly Fault[]): Promise<Attempt> {
    const broken = faults.find(({ kind }) => ['429', '500', '503', 'reset'].includes(kind))
    if (broken !== undefined)
      return broken.kind === 'reset' ? { failure: 'SocketError' } : { status: Number(broken.kind) }
    const timeout = this.#options.answerTimeout
    const attempt = await deliver(subscription, batch, { ended: this.#work.ended, timeout })
    return faults.some(({ kind }) => kind === 'lostReply') ? { failure: 'TimedOut' } : attempt
  }
}
