/** What can go wrong, where, and which numbers each kind takes: one table for the rules, their check and their help. */
export const planes = ['control', 'storage', 'events', 'players'] as const
export type Plane = (typeof planes)[number]

/** What a request is, as far as faults ask: each kind strikes requests of one trait only. */
export type Trait = 'request' | 'read' | 'list' | 'write' | 'event'

/** What a fault says beside its kind. */
export interface FaultParameters {
  readonly milliseconds?: number
  /** In whole seconds; absent means no such header. */
  readonly retryAfter?: number
  readonly seconds?: number
  /** Content-Length of a truncated list: that of the `part` that is sent (the default), or of the `whole`. */
  readonly contentLength?: 'part' | 'whole'
}
type Parameter = keyof FaultParameters

interface KindRule {
  readonly about: string
  readonly planes: readonly Plane[]
  readonly strikes: Trait
  readonly needs?: Parameter
  readonly takes?: Parameter
}

const http = ['control', 'storage'] as const
/** Origins and key delivery only read, and are not counted. */
const changing = ['control', 'storage', 'events'] as const

const kinds = {
  outage: { about: 'the connection is closed without an answer; nothing is done', planes, strikes: 'request' },
  reset: { about: 'the same, for single requests', planes, strikes: 'request' },
  latency: { about: 'the request waits first', planes, strikes: 'request', needs: 'milliseconds' },
  403: { about: 'refused, as where a role or a SAS is missing; nothing is done', planes: http, strikes: 'request' },
  409: { about: 'a write refused: the container is being deleted', planes: ['storage'], strikes: 'write' },
  412: { about: 'a write refused: a condition is not met', planes: ['storage'], strikes: 'write' },
  429: {
    about: 'answered so (storage: 503 ServerBusy); nothing is done',
    planes: changing,
    strikes: 'request',
    takes: 'retryAfter',
  },
  500: { about: 'answered so; nothing is done', planes, strikes: 'request', takes: 'retryAfter' },
  503: { about: 'answered so; nothing is done', planes, strikes: 'request', takes: 'retryAfter' },
  lostReply: {
    about: 'carried out, then the connection is closed without an answer',
    planes: changing,
    strikes: 'request',
  },
  repeatedWrite: {
    about: 'a write is carried out twice, as by a gateway that tries again; the second answer is given',
    planes: http,
    strikes: 'write',
  },
  staleRead: {
    about: 'reads of media accounts, and blob listings, answer the state of up to so many seconds ago',
    planes: http,
    strikes: 'read',
    needs: 'seconds',
  },
  slowList: {
    about: 'the first half of a list comes at once, the rest after the wait',
    planes: http,
    strikes: 'list',
    needs: 'milliseconds',
  },
  truncatedList: {
    about: 'a list ends in the middle; contentLength is that of the part (default) or of the whole',
    planes: http,
    strikes: 'list',
    takes: 'contentLength',
  },
  lostEvent: { about: 'an event never reaches a subscription', planes: ['events'], strikes: 'event' },
  lateEvent: { about: 'an event waits first', planes: ['events'], strikes: 'event', needs: 'milliseconds' },
  doubledEvent: { about: 'an event is delivered twice', planes: ['events'], strikes: 'event' },
  reorderedEvent: {
    about: 'an event waits until a later one of its subscription was sent, or for the wait (5,000 ms)',
    planes: ['events'],
    strikes: 'event',
    takes: 'milliseconds',
  },
} as const satisfies Readonly<Record<string, KindRule>>

/** Numbers are keys of the table, and so come first; the order is that of the help. */
export type FaultKind = `${keyof typeof kinds}`
export const faultKinds = Object.keys(kinds) as FaultKind[]
export const kindRules: Readonly<Record<FaultKind, KindRule>> = kinds
