import { EventType, type HistoryEvent } from './history.ts'

/** What waits in an instance's inbox. `executionId` is null for events that any execution takes. */
export interface InboxRow {
  readonly seq: number
  readonly executionId: string | null
  readonly event: HistoryEvent
}

export type Step =
  /** The orchestrator runs with these events, in this order. */
  | { readonly kind: 'run'; readonly events: readonly HistoryEvent[]; readonly consumed: readonly number[] }
  /** It stays or becomes suspended: only suspends and resumes are taken, the rest keeps waiting. */
  | { readonly kind: 'suspend'; readonly events: readonly HistoryEvent[]; readonly consumed: readonly number[] }
  | {
      readonly kind: 'terminate'
      readonly events: readonly HistoryEvent[]
      readonly consumed: readonly number[]
      readonly reason: string
    }

const isControl = ({ EventType: type }: HistoryEvent): boolean =>
  type === EventType.ExecutionSuspended || type === EventType.ExecutionResumed

/** Decides what an instance does with its inbox. Pure. Rows meant for an earlier execution are dropped. */
export const nextStep = (suspended: boolean, executionId: string, rows: readonly InboxRow[]): Step => {
  const ours = rows.filter(row => row.executionId === null || row.executionId === executionId)
  const termination = ours.find(row => row.event.EventType === EventType.ExecutionTerminated)
  if (termination) {
    const reason = termination.event.Input ?? ''
    return { kind: 'terminate', events: [termination.event], consumed: rows.map(row => row.seq), reason }
  }
  const control = ours.filter(row => isControl(row.event))
  const last = control.at(-1)?.event.EventType
  const stays = last === undefined ? suspended : last === EventType.ExecutionSuspended
  if (stays) return { kind: 'suspend', events: control.map(row => row.event), consumed: control.map(row => row.seq) }
  const started = ours.filter(row => row.event.EventType === EventType.ExecutionStarted)
  const others = ours.filter(row => row.event.EventType !== EventType.ExecutionStarted)
  return { kind: 'run', events: [...started, ...others].map(row => row.event), consumed: rows.map(row => row.seq) }
}
