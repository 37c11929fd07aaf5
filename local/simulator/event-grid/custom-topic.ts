/** A publisher's request to a custom topic, with the faults of the plane `events`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../clock.ts'
import type { Counters } from '../counters.ts'
import type { Faults } from '../faults.ts'
import { cutConnection } from '../http.ts'
import { type Answer, problem, readText, write } from './http.ts'
import { largestPublish, readPublished } from './published-body.ts'
import type { Subscriptions } from './subscriptions.ts'
import { canBeSentAs, type TopicEvent } from './topic-event.ts'

export interface CustomTopic {
  /** Resource id. */
  readonly id: string
  /** Under which it is failed and counted. */
  readonly account: string
  readonly clock: Clock
  readonly faults: Pick<Faults, 'decide'>
  readonly counters: Pick<Counters, 'count'>
  readonly subscriptions: Subscriptions
  readonly accept: (events: readonly TopicEvent[]) => void
}

/** Any value is a credential here. */
const credentials = ['aeg-sas-key', 'aeg-sas-token', 'authorization']

/** A topic of the service has one schema; here it is the subscriptions that decide what it can take. */
const stuck = ({ id, subscriptions }: CustomTopic, events: readonly TopicEvent[]) =>
  events
    .flatMap(event => subscriptions.wanting(id, event).filter(({ schema }) => !canBeSentAs(event, schema)))
    .map(({ name }) => name)[0]

const take = async (request: IncomingMessage, topic: CustomTopic): Promise<Answer> => {
  const text = await readText(request, largestPublish)
  if (request.method !== 'POST') return problem(405, 'MethodNotAllowed', 'Events are sent by POST.')
  if (!credentials.some(header => request.headers[header]))
    return problem(401, 'Unauthorized', `One of ${credentials.join(', ')} must have a value.`)
  if (text === undefined)
    return problem(413, 'RequestEntityTooLarge', `A request holds ${largestPublish} bytes at most.`)
  const events = readPublished(topic.id, request.headers['content-type'] ?? '', text)
  if (typeof events === 'string') return problem(400, 'BadRequest', events)
  const subscription = stuck(topic, events)
  if (subscription !== undefined)
    return problem(
      400,
      'BadRequest',
      `Subscription ${subscription} takes the Event Grid schema, which cannot be made of CloudEvents.`,
    )
  topic.accept(events)
  return { status: 200 }
}

export const receive = async (
  request: IncomingMessage,
  response: ServerResponse,
  topic: CustomTopic,
): Promise<void> => {
  const faults = topic.faults.decide(topic.account, 'events', 'Publish')
  const count = (status: number | undefined) => topic.counters.count('events', topic.account, 'Publish', status)
  for (const { kind, milliseconds, retryAfter } of faults) {
    if (kind === 'latency') await new Promise<void>(resolve => topic.clock.after(milliseconds ?? 0, resolve))
    else if (kind === 'outage' || kind === 'reset') {
      count(undefined)
      return cutConnection(request)
    } else if (kind !== 'lostReply') {
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
      count(Number(kind))
      return write(response, problem(Number(kind), 'ServiceTrouble', 'The service cannot take events at present.'))
    }
  }
  const answer = await take(request, topic)
  const isLost = faults.some(({ kind }) => kind === 'lostReply')
  count(isLost ? undefined : answer.status)
  if (isLost) cutConnection(request)
  else write(response, answer)
}
