/** What became of events, for whoever asks; the latest only. */
import { type Attempt, outcomeOf } from './retry.ts'
import type { TopicEvent } from './topic-event.ts'

/** An event on its way to one subscription. */
export interface Delivery {
  readonly subscription: string
  readonly topic: string
  readonly event: TopicEvent
  /** Milliseconds since 1970. */
  readonly published: number
  attempts: number
}

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

const kept = 1000

const keep = <T>(list: T[], item: T): void => {
  list.push(item)
  if (list.length > kept) list.shift()
}

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()

export class DeliveryLog {
  readonly attempts: DeliveryRecord[] = []
  readonly deadLetters: DeadLetter[] = []

  /** @param now milliseconds since 1970, the end of the attempt. */
  attempted({ subscription, event, attempts }: Delivery, attempt: Attempt, now: number): void {
    keep(this.attempts, {
      time: instant(now),
      subscription,
      id: event.id,
      type: event.type,
      subject: event.subject,
      attempt: attempts,
      outcome: outcomeOf(attempt),
      ...('status' in attempt ? { status: attempt.status } : {}),
    })
  }

  /** @param now milliseconds since 1970, the end of the last attempt. */
  gaveUp({ subscription, event, attempts, published }: Delivery, attempt: Attempt, reason: string, now: number): void {
    keep(this.deadLetters, {
      subscription,
      deadLetterReason: reason,
      deliveryAttempts: attempts,
      lastDeliveryOutcome: outcomeOf(attempt),
      publishTime: instant(published),
      lastDeliveryAttemptTime: instant(now),
      event: event.body,
    })
  }
}
