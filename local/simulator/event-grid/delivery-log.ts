/** What became of events, for whoever asks; the latest only. */
import type { Delivery } from './delivery.ts'
import { type Attempt, outcomeOf } from './retry.ts'
import type { JsonRecord } from './topic-event.ts'

/** One attempt as `/_sim/eventgrid/deliveries` shows it: no data, no address. */
export interface DeliveryRecord {
  readonly time: string
  readonly subscription: string
  readonly id: string
  readonly type: string
  readonly subject: string
  /** From 1. */
  readonly attempt: number
  /** How many events the request held. */
  readonly batch: number
  readonly outcome: string
  readonly status?: number
}

/** An event that was given up, as `/_sim/eventgrid/deadletters` shows it. */
export interface DeadLetter {
  readonly subscription: string
  /** As it goes into the blob. */
  readonly record: JsonRecord
  /** Container and name, once it is written. */
  readonly blob?: string
  /** Why it never will be. */
  readonly dropped?: string
}

const kept = 1000

const keep = <T>(list: T[], item: T): void => {
  list.push(item)
  if (list.length > kept) list.shift()
}

export class DeliveryLog {
  readonly attempts: DeliveryRecord[] = []
  readonly deadLetters: DeadLetter[] = []

  /** @param now milliseconds since 1970, the end of the attempt. */
  attempted({ subscription, event, attempts }: Delivery, batch: number, attempt: Attempt, now: number): void {
    keep(this.attempts, {
      time: new Date(now).toISOString(),
      subscription,
      id: event.id,
      type: event.type,
      subject: event.subject,
      attempt: attempts,
      batch,
      outcome: outcomeOf(attempt),
      ...('status' in attempt ? { status: attempt.status } : {}),
    })
  }

  gaveUp(letter: DeadLetter): void {
    keep(this.deadLetters, letter)
  }
}
