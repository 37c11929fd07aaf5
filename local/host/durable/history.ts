/** Numbers of the history events, as they travel in the trigger data (contract durable section 3). */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const

export type EventTypeName = keyof typeof EventType
export type EventTypeNumber = (typeof EventType)[EventTypeName]

const names = new Map<number, EventTypeName>(
  Object.entries(EventType).map(([name, number]) => [number, name as EventTypeName]),
)

export const eventTypeName = (type: number): string => names.get(type) ?? `EventType${type}`

/** One history event. Which of the optional fields are there depends on EventType; texts named Input and Result are JSON. */
export interface HistoryEvent {
  readonly EventType: EventTypeNumber
  /** Task id for scheduled events, else -1. */
  readonly EventId: number
  /** True for events of earlier episodes: the orchestrator sees them as replay. */
  readonly IsPlayed: boolean
  /** ISO time, UTC. */
  readonly Timestamp: string
  readonly Name?: string
  readonly Version?: string
  readonly Input?: string | null
  readonly Result?: string | null
  readonly TaskScheduledId?: number
  readonly TimerId?: number
  readonly FireAt?: string
  readonly Reason?: string
  readonly Details?: string
  readonly InstanceId?: string
  readonly OrchestrationInstance?: { readonly InstanceId: string; readonly ExecutionId: string }
  readonly ParentInstance?: ParentInstance | null
  readonly OrchestrationStatus?: string
}

export interface ParentInstance {
  readonly Name: string
  readonly TaskScheduleId: number
  readonly OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string }
}

type Fields = Omit<HistoryEvent, 'EventType' | 'IsPlayed' | 'Timestamp' | 'EventId'>

/** A new event of this episode; `id` only for scheduled events. */
export const historyEvent = (type: EventTypeName, now: Date, fields: Fields = {}, id = -1): HistoryEvent => ({
  EventType: EventType[type],
  EventId: id,
  IsPlayed: false,
  Timestamp: now.toISOString(),
  ...fields,
})

export const played = (event: HistoryEvent): HistoryEvent => ({ ...event, IsPlayed: true })
