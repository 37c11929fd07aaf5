import type { OrchestratorResult } from './actions.ts'
import { type HistoryEvent, historyEvent } from './history.ts'
import type { Instance } from './instance.ts'
import { httpActivity, type ScheduledTask, type TimerLimits } from './plan.ts'
import { replay } from './replay.ts'

/** An orchestrator's answer, or why the function itself failed. */
export type OrchestratorAnswer = OrchestratorResult | { readonly crashed: string }

export interface NewActivity {
  readonly taskId: number
  readonly name: string
  /** Text of the trigger data, null for no data. */
  readonly input: string | null
}

export interface NewTimer {
  readonly taskId: number
  readonly fireAt: number
}

export interface NewChild {
  readonly taskId: number
  readonly instanceId: string
  readonly name: string
  readonly version: string
  readonly input: string | null
}

export type Outcome =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'completed'; readonly output: string | null }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'continuedAsNew'; readonly input: string | null }

/** Everything one episode changes. Committed in one transaction, so that a kill leaves all of it or nothing. */
export interface Decision {
  readonly events: readonly HistoryEvent[]
  readonly activities: readonly NewActivity[]
  readonly timers: readonly NewTimer[]
  readonly children: readonly NewChild[]
  readonly cancelledTimers: readonly number[]
  readonly customStatus: string | null
  readonly outcome: Outcome
}

export interface DecisionContext {
  readonly instance: Instance
  /** The whole history of this execution, this episode's events included. */
  readonly history: readonly HistoryEvent[]
  readonly now: Date
  readonly limits: TimerLimits
  readonly defaultVersion: string
  /** Does an activity or orchestrator of that name exist? */
  readonly exists: (kind: 'activity' | 'subOrchestration', name: string) => boolean
}

const longestCustomStatus = 16 * 1024

/** Decides what an episode means: new work, or the end. Pure. */
export const decide = (answer: OrchestratorAnswer, context: DecisionContext): Decision => {
  if ('crashed' in answer) return failed(answer.crashed, context)
  const customStatus = answer.customStatus ? JSON.stringify(answer.customStatus) : context.instance.customStatus
  const tooLong = customStatus !== null && Buffer.byteLength(customStatus, 'utf16le') > longestCustomStatus
  if (tooLong) return failed('The custom status is longer than 16 KB. Keep it to names, counts and codes.', context)

  const played = replay(context.history, answer.actions, context.limits)
  if (played.contradiction) return failed(played.contradiction, context)
  const refusal = played.scheduled.map(task => refuse(task, context)).find(text => text !== undefined)
  if (refusal) return failed(refusal, context)

  const over = played.settled && (answer.isDone || answer.error !== undefined)
  const outcome = over ? ending(answer, played.continueAsNew, context) : ({ kind: 'waiting' } as const)
  return { ...work(played.scheduled, context), cancelledTimers: played.cancelledTimers, customStatus, outcome }
}

const ending = (
  answer: OrchestratorResult,
  continueAsNew: { readonly input: unknown } | undefined,
  { instance }: DecisionContext,
): Outcome => {
  if (answer.error !== undefined) return { kind: 'failed', reason: failureText(instance.name, answer.error) }
  if (continueAsNew) return { kind: 'continuedAsNew', input: jsonText(continueAsNew.input) }
  return { kind: 'completed', output: jsonText(answer.output) }
}

const work = (tasks: readonly ScheduledTask[], context: DecisionContext) => {
  const events: HistoryEvent[] = []
  const activities: NewActivity[] = []
  const timers: NewTimer[] = []
  const children: NewChild[] = []
  for (const task of tasks) {
    if (task.kind === 'activity') {
      events.push(historyEvent('TaskScheduled', context.now, { Name: task.name, Version: '' }, task.id))
      activities.push({ taskId: task.id, name: task.name, input: activityInput(task.input) })
    } else if (task.kind === 'timer') {
      events.push(historyEvent('TimerCreated', context.now, { FireAt: task.fireAt }, task.id))
      if (!task.cancelled) timers.push({ taskId: task.id, fireAt: Date.parse(task.fireAt) })
    } else if (task.kind === 'subOrchestration') {
      const child = newChild(task, context)
      events.push(historyEvent('SubOrchestrationInstanceCreated', context.now, childFields(child), task.id))
      children.push(child)
    }
  }
  events.push(historyEvent('OrchestratorCompleted', context.now))
  return { events, activities, timers, children }
}

const newChild = (
  task: ScheduledTask & { kind: 'subOrchestration' },
  { instance, defaultVersion }: DecisionContext,
): NewChild => ({
  taskId: task.id,
  instanceId: task.instanceId ?? `${instance.executionId}:${task.id}`,
  name: task.name,
  version: task.version ?? defaultVersion,
  input: jsonText(task.input),
})

const childFields = (child: NewChild) => ({ Name: child.name, Version: child.version, InstanceId: child.instanceId })

const refuse = (task: ScheduledTask, { instance, exists }: DecisionContext): string | undefined => {
  if (task.kind === 'event') return `Entities (${task.name}) are not carried out by the development host.`
  if (task.kind === 'timer') return undefined
  if (task.name === httpActivity)
    return 'callHttp is not carried out by the development host: call an activity instead.'
  if (task.kind === 'subOrchestration' && task.instanceId === instance.id) {
    return `The sub-orchestration '${task.name}' has the instance id of its own parent.`
  }
  if (exists(task.kind, task.name)) return undefined
  const kind = task.kind === 'activity' ? 'an activity' : 'an orchestrator'
  return `The function '${task.name}' doesn't exist, is disabled, or is not ${kind} function.`
}

const failed = (reason: string, { instance, now }: DecisionContext): Decision => ({
  events: [historyEvent('OrchestratorCompleted', now)],
  activities: [],
  timers: [],
  children: [],
  cancelledTimers: [],
  customStatus: instance.customStatus,
  outcome: { kind: 'failed', reason: failureText(instance.name, reason) },
})

export const failureText = (name: string, error: string): string => `Orchestrator function '${name}' failed: ${error}`

/** The SDK has already encoded a top-level string, so a string is its own text (contract durable section 2.3). */
const activityInput = (input: unknown): string | null => {
  if (input === null || input === undefined) return null
  return typeof input === 'string' ? input : JSON.stringify(input)
}

const jsonText = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value)
