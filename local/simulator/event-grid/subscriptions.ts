import { type Subscription, wants } from './subscription.ts'
import type { TopicEvent } from './topic-event.ts'

/** The event subscriptions there are; names are compared without case. */
export class Subscriptions {
  readonly #byName = new Map<string, Subscription>()

  get(name: string): Subscription | undefined {
    return this.#byName.get(name.toLowerCase())
  }

  /** True when there was none of that name. */
  put(subscription: Subscription): boolean {
    const key = subscription.name.toLowerCase()
    const isNew = !this.#byName.has(key)
    this.#byName.set(key, subscription)
    return isNew
  }

  delete(name: string): boolean {
    return this.#byName.delete(name.toLowerCase())
  }

  all(): Subscription[] {
    return [...this.#byName.values()]
  }

  wanting(topic: string, event: TopicEvent): Subscription[] {
    return this.all().filter(subscription => wants(subscription, topic, event))
  }
}
