import type { TopicEvent } from './topic-event.ts'

/** An event on its way to one subscription. */
export interface Delivery {
  /** Resource id of the subscription. */
  readonly subscriptionId: string
  readonly subscription: string
  /** Resource id. */
  readonly topic: string
  readonly event: TopicEvent
  /** Milliseconds since 1970. */
  readonly published: number
  attempts: number
  /** How and when (milliseconds since 1970) the last attempt ended. */
  last?: { readonly outcome: string; readonly time: number }
}
