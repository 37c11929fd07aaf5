import type { Action } from './actions.ts'
import { EventType, type HistoryEvent } from './history.ts'
import { Plan, type ScheduledTask, type TimerLimits } from './plan.ts'

export interface Replayed {
  /** Tasks the history does not know yet, in order of their ids. */
  readonly scheduled: readonly ScheduledTask[]
  /** Ids of timers, new or recorded, that nobody waits for any more. */
  readonly cancelledTimers: readonly number[]
  /** The list has run to its end and no task is open. */
  readonly settled: boolean
  readonly continueAsNew?: { readonly input: unknown }
  /** Set when history and list contradict each other: the orchestrator is not deterministic. */
  readonly contradiction?: string
}

/**
 * Plays the list of actions against the history and finds what is new (contract durable section 4). Pure: the only
 * clock is the history's own.
 */
export const replay = (history: readonly HistoryEvent[], actions: readonly Action[], limits: TimerLimits): Replayed => {
  const plan = new Plan(actions, limits)
  for (const event of history) {
    const contradiction = apply(plan, event)
    if (contradiction) return { scheduled: [], cancelledTimers: [], settled: false, contradiction }
  }
  return {
    scheduled: [...plan.scheduled.values()].sort((a, b) => a.id - b.id),
    cancelledTimers: plan.cancelledTimers,
    settled: plan.ended && plan.open.size === 0,
    ...(plan.continueAsNew ? { continueAsNew: plan.continueAsNew } : {}),
  }
}

const apply = (plan: Plan, event: HistoryEvent): string | undefined => {
  switch (event.EventType) {
    case EventType.OrchestratorStarted:
      plan.clock = Math.max(plan.clock, Date.parse(event.Timestamp))
      return undefined
    case EventType.ExecutionStarted:
      plan.advance()
      return undefined
    case EventType.TaskScheduled:
      return confirm(plan, event, 'activity')
    case EventType.SubOrchestrationInstanceCreated:
      return confirm(plan, event, 'subOrchestration')
    case EventType.TimerCreated:
      return confirm(plan, event, 'timer')
    case EventType.EventSent:
      plan.expectAnswer(event.EventId, requestId(event))
      return confirm(plan, event, 'event')
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      plan.open.get(event.TaskScheduledId ?? -1)?.settle()
      return undefined
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      plan.open.get(event.TaskScheduledId ?? -1)?.settle(true)
      return undefined
    case EventType.TimerFired:
      plan.open.get(event.TimerId ?? -1)?.settle()
      return undefined
    case EventType.EventRaised:
      plan.raise(event.Name ?? '')
      return undefined
    default:
      return undefined
  }
}

const confirm = (plan: Plan, event: HistoryEvent, kind: ScheduledTask['kind']): string | undefined => {
  const task = plan.scheduled.get(event.EventId)
  plan.scheduled.delete(event.EventId)
  const named = kind === 'activity' || kind === 'subOrchestration'
  if (task?.kind === kind && (!named || sameName(nameOf(task), event.Name))) return undefined
  const recorded = named ? `${words[kind]} '${event.Name}'` : words[kind]
  const asked = task ? `${words[task.kind]}${nameOf(task) ? ` '${nameOf(task)}'` : ''}` : 'nothing'
  return (
    `Non-Deterministic workflow detected: task ${event.EventId} was ${recorded} when it was first run, but the ` +
    `orchestrator now asks for ${asked} there. Did its code change while this instance was running? ` +
    'Give a changed orchestrator a new version, and use no clock, random value or I/O in it.'
  )
}

const words = {
  activity: 'activity',
  subOrchestration: 'sub-orchestration',
  timer: 'a timer',
  event: 'an entity message',
}

const nameOf = (task: ScheduledTask): string =>
  task.kind === 'activity' || task.kind === 'subOrchestration' ? task.name : ''

/** Function names are matched without regard to case, as the extension does. */
const sameName = (asked: string, recorded = ''): boolean => asked.toLowerCase() === recorded.toLowerCase()

const requestId = (event: HistoryEvent): string => {
  const request = JSON.parse(event.Input ?? '{}') as { id?: string }
  return request.id ?? ''
}
