import type { AccountKey } from '../model.ts'

/** What an event gives reason to look at, in one source account. */
export type Trigger = AssetTrigger | PolicyTrigger | LocatorTrigger

export interface AssetTrigger {
  readonly kind: 'asset'
  readonly account: AccountKey
  readonly name: string
  readonly reason: 'jobFinished' | 'resourceChanged'
  /** When all outputs of the job had finished: what was written until then need not settle. */
  readonly finishedAt?: number
}

export interface PolicyTrigger {
  readonly kind: 'contentKeyPolicy' | 'streamingPolicy' | 'accountFilter'
  readonly account: AccountKey
  readonly name: string
  readonly reason: 'resourceChanged'
}

export interface LocatorTrigger {
  readonly kind: 'streamingLocator'
  readonly account: AccountKey
  readonly name: string
  readonly reason: 'locatorCreated' | 'locatorDeleted'
  /** Where the publisher said so. */
  readonly asset?: string
  readonly id?: string
}

/** Why an event, or a part of one, starts nothing. Stable, since counters and alerts are built on them. */
export const ignoredCodes = {
  EventMalformed: 'The event, or its data, lacks what its schema demands.',
  EventTypeUnknown: 'The event is of a type that this app does not know.',
  EventTypeNotUsed: 'The event is of a type that says nothing about what is replicated; narrow the subscription.',
  TopicNotListed: 'The topic may not send events of this type.',
  SubjectInvalid: 'The subject is not that of a job.',
  OutputsMissing: 'The event of a finished job names no outputs.',
  OutputsTooMany: 'The event names more outputs than a job can have.',
  OutputFailed: 'The job output ended with an error or was canceled; a published twin is left as it is.',
  OutputNotFinished: 'The job output has not ended yet.',
  ResourceNotUsed: 'The changed resource is of no kind that is replicated; narrow the subscription.',
  OwnWrite: 'The changed resource is a twin of the opposite route, which this app made.',
  NameInvalid: 'A name in the event cannot be that of a media resource.',
  AccountUnknown: 'The event names an account that is not configured.',
} as const

export type IgnoredCode = keyof typeof ignoredCodes

export interface EventReading {
  readonly triggers: readonly Trigger[]
  /** One entry a reason; what the event said is not repeated, since events may carry personal data. */
  readonly ignored: readonly IgnoredCode[]
}

export const ignore = (code: IgnoredCode): EventReading => ({ triggers: [], ignored: [code] })
