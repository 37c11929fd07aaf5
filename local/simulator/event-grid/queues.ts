/** What is due for each subscription, taken in batches, with a bound on requests at a time. */
import { takeBatch } from './batch.ts'
import type { Delivery } from './delivery.ts'
import type { Subscription } from './subscription.ts'

/** Requests to one subscription at a time. */
const mostInFlight = 32

export type Batch = readonly [Delivery, ...Delivery[]]

export interface QueueOptions {
  /** Nothing is taken once it is aborted. */
  readonly ended: AbortSignal
  /** The subscription of an id, as long as it takes events. */
  active(id: string): Subscription | undefined
  /** Whether a delivery is not to be sent any more; it has been ended then. */
  isOver(delivery: Delivery, subscription: Subscription | undefined): boolean
  /** Resolves when the batch makes room for another one. */
  send(id: string, batch: Batch): Promise<void>
}

interface Queue {
  due: Delivery[]
  inFlight: number
  /** Whether a look at it is coming, so that events of one moment can share a request. */
  isWoken: boolean
}

/** One queue for each subscription. */
export class Queues {
  readonly #options: QueueOptions
  readonly #queues = new Map<string, Queue>()

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** A delivery is due; whatever else is due at this moment may share its request. */
  add(delivery: Delivery): void {
    const id = delivery.subscriptionId
    const queue = this.#queues.get(id) ?? { due: [], inFlight: 0, isWoken: false }
    this.#queues.set(id, queue)
    queue.due.push(delivery)
    if (queue.isWoken) return
    queue.isWoken = true
    queueMicrotask(() => {
      queue.isWoken = false
      this.#pump(id, queue)
    })
  }

  #pump(id: string, queue: Queue): void {
    const { ended, active, isOver, send } = this.#options
    if (ended.aborted) return
    const subscription = active(id)
    queue.due = queue.due.filter(delivery => !isOver(delivery, subscription))
    while (queue.inFlight < mostInFlight && queue.due.length > 0 && subscription !== undefined) {
      const [first, ...rest] = takeBatch(queue.due, subscription)
      if (first === undefined) return
      queue.inFlight += 1
      void send(id, [first, ...rest]).finally(() => {
        queue.inFlight -= 1
        this.#pump(id, queue)
      })
    }
  }
}
