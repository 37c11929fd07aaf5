/**
 * State of the ledger model: a unit's row with both versions, what is under way for it, and what may still go wrong.
 * Times are classes, as far as any transition tells them apart.
 */
import type { OutcomeName } from '../../src/lib/model.ts'

export interface RowState {
  readonly running: boolean
  readonly run: number
  readonly key: string
  readonly pass: string
  /** 2 lasts, 1 over, 0 over for so long that the run is lost. */
  readonly lease: number
  /** 2 young, 1 old enough to be asked for, 0 too old not to have begun. */
  readonly age: number
  readonly desired: number
  readonly observed: number
  readonly outcome: OutcomeName | ''
  /** -1 not due, 1 later, 0 now. */
  readonly due: number
  /** What was asked for when its pass first began. */
  readonly generation: number
}

/** Which pass of which instance something belongs to. */
export interface PassState {
  readonly run: number
  readonly key: string
  readonly n: number
  /** `${key}.${n}` unless a mutant says otherwise. */
  readonly pass: string
  readonly previous: string
  readonly generation: number
  /** Last request that was counted when the survey read; for the properties only. */
  readonly seen: number
}

/** A policy's whole pass is one task; that of an asset has three. */
export type Task = 'survey' | 'write' | 'close' | 'policy'

/** No version of the source. */
export const nothing = -1

/** One execution of an activity: which of its operations comes next, and what it has read. */
export interface Activity extends PassState {
  readonly task: Task
  readonly at: number
  /** Version of the source that it will write, `nothing` until it has read and once it has written. */
  readonly read: number
  readonly failed: boolean
  /** It goes on to write although its pass had lost the row before; for the properties only. */
  readonly late: boolean
}

/** A running orchestration instance, waiting for an execution of its task. Finished and missing ones are not kept. */
export interface Instance extends PassState {
  readonly task: Task
  readonly failed: boolean
  /** Says that it is running and takes no step any more. */
  readonly hung: boolean
}

export interface StartState {
  readonly run: number
  readonly key: string
}

/** Between the reading of a suspect and the swap that follows it. */
export interface Dispatcher {
  readonly at: 'idle' | 'read' | 'asked'
  readonly run: number
  /** Nobody has swapped the row since. */
  readonly fresh: boolean
  readonly alive: boolean
}

export const faultKinds = [
  'crash',
  'double',
  'lostReply',
  'failedStart',
  'failedInstance',
  'hungInstance',
  'redelivery',
  'slow',
  'trouble',
] as const
export type Fault = (typeof faultKinds)[number]

export interface State {
  readonly kind: 'asset' | 'policy'
  readonly row: RowState | undefined
  readonly source: number
  readonly target: number
  /** Changes of the source still to come, each with a request behind it. */
  readonly changes: number
  /** Requests under way. */
  readonly requests: number
  /** The slot is held by another unit, and how often one will still take it. */
  readonly slotTaken: boolean
  readonly rivals: number
  readonly starts: readonly StartState[]
  readonly instances: readonly Instance[]
  readonly activities: readonly Activity[]
  readonly dispatchers: readonly Dispatcher[]
  /** Key of the start that has begun the row's run, empty until then; for the properties only. */
  readonly begunBy: string
  /** Kinds of faults that may happen, and how many of them still. */
  readonly faults: readonly Fault[]
  readonly faultsLeft: number
}

export interface Bounds {
  readonly kind: State['kind']
  /** Changes of the source, each with its request. */
  readonly changes: number
  readonly dispatchers: number
  /** Other units that want the only slot. */
  readonly rivals: number
  /** What may go wrong, each as often as it likes. */
  readonly faults: readonly Fault[]
  /** How much of it in one history. */
  readonly mostFaults: number
}

export const idle: Dispatcher = { at: 'idle', run: 0, fresh: false, alive: false }

export const initialState = ({ kind, changes, dispatchers, rivals, faults, mostFaults }: Bounds): State => ({
  kind,
  row: undefined,
  source: 0,
  target: 0,
  changes,
  requests: 0,
  slotTaken: false,
  rivals,
  starts: [],
  instances: [],
  activities: [],
  dispatchers: Array.from({ length: dispatchers }, () => idle),
  begunBy: '',
  faults,
  faultsLeft: faults.length === 0 ? 0 : mostFaults,
})
