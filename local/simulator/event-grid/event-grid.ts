import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BlobStore } from '../blob-store.ts'
import { type Clock, systemClock } from '../clock.ts'
import { Counters } from '../counters.ts'
import type { EventPublisher } from '../event-publisher.ts'
import type { Faults } from '../faults.ts'
import { administer } from './administration.ts'
import { answerTimeout } from './calls.ts'
import { receive } from './custom-topic.ts'
import { Deliveries } from './deliveries.ts'
import { write } from './http.ts'
import { Subscriptions } from './subscriptions.ts'
import { stamped, type TopicEvent } from './topic-event.ts'
import { Validations } from './validations.ts'

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
  /** Where dead letters go; without it they are only shown. */
  readonly blobStore?: Pick<BlobStore, 'containerExists' | 'putBlob'>
  /** Milliseconds to wait for a webhook; the service's 30 s unless a test wants less. */
  readonly answerTimeout?: number
}

/** See `createEventGrid`. */
export interface EventGrid extends EventPublisher {
  /** Answers a request to one of its paths; false leaves the request untouched. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** Resource id that a custom topic stamps on its events. */
  topicId(name: string): string
  /** Resolves when nothing is queued or under way. */
  idle(): Promise<void>
  /** Gives up what is queued and under way. */
  close(): void
}

const localScope = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local'

/**
 * Event Grid: system topics of the media accounts, custom topics under `POST /topics/{name}/api/events`, subscriptions
 * with a webhook, delivery with retries and dead letters (events.md sections 5 to 7). Everything but dead letters is in
 * memory.
 */
export const createEventGrid = (options: EventGridOptions): EventGrid => {
  const { faults, counters = new Counters(), clock = systemClock(), pace = 1, topicScope = localScope } = options
  const timeout = options.answerTimeout ?? answerTimeout
  const accountOf = (topic: string) => options.accountOfTopic?.(topic) ?? topic.split('/').at(-1) ?? topic
  const topicId = (name: string) => `${topicScope}/providers/Microsoft.EventGrid/topics/${name}`
  const subscriptions = new Subscriptions()
  const validations = new Validations(clock, pace)
  const store = options.blobStore === undefined ? {} : { blobStore: options.blobStore }
  const common = { clock, pace, faults, counters, subscriptions, accountOf }
  const deliveries = new Deliveries({ ...common, ...store, answerTimeout: timeout })
  const administration = { subscriptions, validations, log: deliveries.log, answerTimeout: timeout }

  const fanOut = (topic: string, events: readonly TopicEvent[]) => {
    for (const event of events)
      for (const subscription of subscriptions.wanting(topic, event)) deliveries.add(subscription, topic, event)
  }
  const customTopic = (name: string) => {
    const id = topicId(name)
    const accept = (events: readonly TopicEvent[]) => fanOut(id, events)
    return { id, account: accountOf(id), clock, faults, counters, subscriptions, accept }
  }

  return {
    topicId,
    publish(topic, events) {
      fanOut(
        topic,
        events.map(event => stamped(topic, event)),
      )
    },
    async handle(request, response) {
      const [path = '/', query] = (request.url ?? '/').split('?', 2)
      const [, topic] = /^\/topics\/([A-Za-z0-9-]+)\/api\/events$/.exec(path) ?? []
      if (topic !== undefined) {
        await receive(request, response, customTopic(topic))
        return true
      }
      const answer = await administer(administration, request, path, query)
      if (answer !== undefined) write(response, answer)
      return answer !== undefined
    },
    save: () => ({ subscriptions: subscriptions.save() }),
    restoring: saved =>
      subscriptions.restoring((saved as { subscriptions?: unknown } | undefined)?.subscriptions ?? []),
    idle: () => deliveries.idle(),
    close: () => deliveries.close(),
  }
}
