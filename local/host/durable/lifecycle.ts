import { randomUUID } from 'node:crypto'
import type { NewChild } from './decision.ts'
import { historyEvent, type ParentInstance } from './history.ts'
import { type Instance, isFinished } from './instance.ts'
import type { DurableStore } from './store.ts'

export type Ending =
  | { readonly kind: 'completed'; readonly output: string | null }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'terminated'; readonly reason: string }

export interface NewInstance {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly input: string | null
  readonly parent?: ParentInstance
}

/** An instance of that id has not finished yet. */
export class InstanceExistsError extends Error {
  override readonly name = 'InstanceExistsError'

  constructor(status: string) {
    super(`An Orchestration instance with the status ${status} already exists.`)
  }
}

export const newInstanceId = (): string => randomUUID().replaceAll('-', '')

/** Creates an instance, replacing a finished one of the same id. Throws InstanceExistsError. Runs in a transaction. */
export const createInstance = (store: DurableStore, { parent = undefined, ...given }: NewInstance, now: Date): void => {
  const before = store.instance(given.id)
  if (before && !isFinished(before.status)) throw new InstanceExistsError(before.status)
  const instance: Instance = {
    ...given,
    executionId: newInstanceId(),
    status: 'Pending',
    output: null,
    customStatus: null,
    createdAt: now.getTime(),
    updatedAt: now.getTime(),
    parent: parent ?? null,
  }
  store.insert(instance)
  enqueueStart(store, instance, now)
}

const enqueueStart = (store: DurableStore, instance: Instance, now: Date): void => {
  const { id, name, version, input, executionId, parent } = instance
  const fields = {
    Name: name,
    Version: version,
    Input: input,
    OrchestrationInstance: { InstanceId: id, ExecutionId: executionId },
    ParentInstance: parent,
  }
  store.enqueue(id, executionId, historyEvent('ExecutionStarted', now, fields))
}

/** Returns the ids of the instances to wake: the children, or the parent itself where a child could not be made. */
export const createChildren = (
  store: DurableStore,
  parent: Instance,
  children: readonly NewChild[],
  now: Date,
): string[] =>
  children.map(({ taskId, instanceId, name, version, input }) => {
    const link: ParentInstance = {
      Name: parent.name,
      TaskScheduleId: taskId,
      OrchestrationInstance: { InstanceId: parent.id, ExecutionId: parent.executionId },
    }
    try {
      createInstance(store, { id: instanceId, name, version, input, parent: link }, now)
      return instanceId
    } catch (error) {
      if (!(error instanceof InstanceExistsError)) throw error
      answerParent(store, link, { kind: 'failed', reason: error.message }, now)
      return parent.id
    }
  })

/** Continue-as-new: empty history and a new execution; events that came after the decision are kept for it. */
export const startExecution = (store: DurableStore, instance: Instance, input: string | null, now: Date): string => {
  const executionId = newInstanceId()
  store.clearHistory(instance.id)
  store.dropTimers(instance.id)
  store.update(instance.id, { status: 'Running', executionId, input }, now)
  enqueueStart(store, { ...instance, executionId, input }, now)
  return instance.id
}

/** Ends an instance and tells its parent. Returns the ids of the instances to wake. */
export const finish = (store: DurableStore, instance: Instance, ending: Ending, now: Date): string[] => {
  const status = ({ completed: 'Completed', failed: 'Failed', terminated: 'Terminated' } as const)[ending.kind]
  const output = ending.kind === 'completed' ? ending.output : JSON.stringify(ending.reason)
  const fields = { OrchestrationStatus: status, Result: output }
  store.appendHistory(instance.id, [historyEvent('ExecutionCompleted', now, fields)])
  store.update(instance.id, { status, output }, now)
  store.dropTimers(instance.id)
  store.consume(store.inbox(instance.id).map(row => row.seq))
  return instance.parent && answerParent(store, instance.parent, ending, now)
    ? [instance.parent.OrchestrationInstance.InstanceId]
    : []
}

const answerParent = (store: DurableStore, parent: ParentInstance, ending: Ending, now: Date): boolean => {
  const { InstanceId, ExecutionId } = parent.OrchestrationInstance
  const TaskScheduledId = parent.TaskScheduleId
  const event =
    ending.kind === 'completed'
      ? historyEvent('SubOrchestrationInstanceCompleted', now, { TaskScheduledId, Result: ending.output })
      : historyEvent('SubOrchestrationInstanceFailed', now, { TaskScheduledId, Reason: ending.reason, Details: '' })
  return store.enqueue(InstanceId, ExecutionId, event)
}
