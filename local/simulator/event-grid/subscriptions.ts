import { type Subscription, subscriptionId, wants } from './subscription.ts'
import { type ProvisioningState, shown } from './subscription-view.ts'
import type { TopicEvent } from './topic-event.ts'

interface Entry {
  readonly subscription: Subscription
  readonly state: ProvisioningState
}

/** The event subscriptions there are, by resource id; ids are compared without case. */
export class Subscriptions {
  readonly #byId = new Map<string, Entry>()

  /** Undefined as long as its endpoint is not validated, too. */
  active(id: string): Subscription | undefined {
    const entry = this.#byId.get(id.toLowerCase())
    return entry?.state === 'Succeeded' ? entry.subscription : undefined
  }

  show(id: string): ReturnType<typeof shown> | undefined {
    const entry = this.#byId.get(id.toLowerCase())
    return entry && shown(entry.subscription, entry.state)
  }

  /** True when there was none of that id. */
  put(subscription: Subscription, state: ProvisioningState): boolean {
    const key = subscriptionId(subscription).toLowerCase()
    const isNew = !this.#byId.has(key)
    this.#byId.set(key, { subscription, state })
    return isNew
  }

  /** Nothing happens when it was deleted or replaced meanwhile. */
  settle(subscription: Subscription, state: ProvisioningState): void {
    const key = subscriptionId(subscription).toLowerCase()
    if (this.#byId.get(key)?.subscription === subscription) this.#byId.set(key, { subscription, state })
  }

  delete(id: string): boolean {
    return this.#byId.delete(id.toLowerCase())
  }

  /** @param topic resource id; of all topics unless given. */
  list(topic?: string): ReturnType<typeof shown>[] {
    return [...this.#byId.values()]
      .filter(({ subscription }) => topic === undefined || subscription.topic.toLowerCase() === topic.toLowerCase())
      .map(({ subscription, state }) => shown(subscription, state))
  }

  /** With the whole address of each endpoint. */
  save() {
    return [...this.#byId.values()].map(({ subscription, state }) => ({
      subscription: { ...subscription, endpoint: subscription.endpoint.href },
      state,
    }))
  }

  /** Checks what `save` gave and answers what restores it; throws for anything else. */
  restoring(saved: unknown): () => void {
    if (!Array.isArray(saved)) throw new SyntaxError('event subscriptions are no array')
    const entries = (saved as ReturnType<Subscriptions['save']>).map(({ subscription, state }) => ({
      subscription: { ...subscription, endpoint: new URL(subscription.endpoint) },
      state,
    }))
    return () => {
      this.#byId.clear()
      for (const { subscription, state } of entries) this.put(subscription, state)
    }
  }

  wanting(topic: string, event: TopicEvent): Subscription[] {
    return [...this.#byId.values()]
      .filter(({ subscription, state }) => state === 'Succeeded' && wants(subscription, topic, event))
      .map(({ subscription }) => subscription)
  }
}
