/** Event subscriptions: what one is, and which events it wants. Pure. */
import { type AdvancedFilter, matchesFilters } from './advanced-filter.ts'
import type { EventSchema, TopicEvent } from './topic-event.ts'

/** A blob container for what could not be delivered. */
export interface DeadLetterDestination {
  /** Of the storage account. */
  readonly resourceId: string
  readonly blobContainerName: string
}

export interface Subscription {
  readonly name: string
  /** Resource id of the topic; compared without case. */
  readonly topic: string
  /** Its query may hold a key: never show it. */
  readonly endpoint: URL
  /** 1: one event a request. */
  readonly maxEventsPerBatch: number
  readonly preferredBatchSizeInKilobytes: number
  /** Absent: all types. */
  readonly includedEventTypes?: readonly string[]
  readonly subjectBeginsWith: string
  readonly subjectEndsWith: string
  readonly isSubjectCaseSensitive: boolean
  readonly advancedFilters: readonly AdvancedFilter[]
  readonly enableAdvancedFilteringOnArrays: boolean
  readonly schema: EventSchema
  readonly maxDeliveryAttempts: number
  readonly eventTimeToLiveInMinutes: number
  readonly deadLetterDestination?: DeadLetterDestination
  readonly labels: readonly string[]
}

/** Resource id: names are unique in a topic. */
export const subscriptionId = ({ topic, name }: Pick<Subscription, 'topic' | 'name'>): string =>
  `${topic}/providers/Microsoft.EventGrid/eventSubscriptions/${name}`

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

const wantsSubject = (subscription: Subscription, subject: string): boolean => {
  const { subjectBeginsWith, subjectEndsWith, isSubjectCaseSensitive } = subscription
  const spelled = (text: string) => (isSubjectCaseSensitive ? text : text.toLowerCase())
  return spelled(subject).startsWith(spelled(subjectBeginsWith)) && spelled(subject).endsWith(spelled(subjectEndsWith))
}

export const wants = (subscription: Subscription, topic: string, { type, subject, body }: TopicEvent): boolean => {
  const { includedEventTypes, advancedFilters, enableAdvancedFilteringOnArrays } = subscription
  return (
    same(subscription.topic, topic) &&
    (includedEventTypes?.some(included => same(included, type)) ?? true) &&
    wantsSubject(subscription, subject) &&
    matchesFilters(advancedFilters, body, enableAdvancedFilteringOnArrays)
  )
}
