/**
 * What an orchestrator may touch: a plain generator over these members replays the same way every time. The files in
 * `orchestrators/` import nothing but this, the model and the types of the activities.
 */
import type { Activities } from './activities.ts'

/** Stands for work under way; yielded, never looked into. */
export interface Task {
  readonly isCompleted: boolean
}

export interface OrchestrationContext {
  readonly df: {
    getInput(): unknown
    callActivity(name: string, input: unknown): Task
    createTimer(at: Date): Task
    continueAsNew(input: unknown): void
    readonly currentUtcDateTime: Date
  }
}

/** Results come back from `yield` untyped; `call` below gives them their type. */
export type Steps<T> = Generator<Task, T, unknown>

export type Orchestrator<T> = (context: OrchestrationContext) => Steps<T>

type Input<N extends keyof Activities> = Parameters<Activities[N]>[0]
type Output<N extends keyof Activities> = Awaited<ReturnType<Activities[N]>>

/** Calls an activity by name; throws what the host reports when the activity itself failed. */
export function* call<N extends keyof Activities & string>(
  context: OrchestrationContext,
  name: N,
  input: Input<N>,
): Steps<Output<N>> {
  return (yield context.df.callActivity(name, input)) as Output<N>
}

/** @param milliseconds how long to wait; the instance uses nothing meanwhile. */
export function* sleep(context: OrchestrationContext, milliseconds: number): Steps<void> {
  const at = structuredClone(context.df.currentUtcDateTime)
  at.setTime(at.getTime() + milliseconds)
  yield context.df.createTimer(at)
}
