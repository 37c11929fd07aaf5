import type { OrchestrationContext, Orchestrator, Task } from '../../../src/lib/durable/orchestration.ts'

export interface Driven {
  readonly output: unknown
  /** Activities by name with their inputs, and timers as `timer` with the milliseconds slept, in order. */
  readonly steps: readonly { readonly name: string; readonly input: unknown }[]
  readonly continuedWith: unknown
}

/** Runs an orchestrator to its end over activities that answer at once; time moves only by its timers. */
export const drive = (
  orchestrator: Orchestrator<unknown>,
  input: unknown,
  activity: (name: string, input: unknown, call: number) => unknown,
): Driven => {
  const steps: { name: string; input: unknown }[] = []
  let now = Date.parse('2030-01-01T00:00:00Z')
  let continuedWith: unknown
  const context: OrchestrationContext = {
    df: {
      getInput: () => input,
      callActivity: (name, activityInput) => {
        steps.push({ name, input: activityInput })
        return { isCompleted: false }
      },
      createTimer: at => {
        steps.push({ name: 'timer', input: at.getTime() - now })
        now = at.getTime()
        return { isCompleted: false }
      },
      continueAsNew: next => {
        continuedWith = next
      },
      get currentUtcDateTime() {
        return new Date(now)
      },
    },
  }
  const run = orchestrator(context)
  const counts = new Map<string, number>()
  let turn = run.next()
  while (!turn.done) {
    const _task: Task = turn.value
    const last = steps.at(-1)
    if (last === undefined || last.name === 'timer') {
      turn = run.next()
      continue
    }
    const call = (counts.get(last.name) ?? 0) + 1
    counts.set(last.name, call)
    let answer: unknown
    try {
      answer = activity(last.name, last.input, call)
    } catch (error) {
      turn = run.throw(error)
      continue
    }
    turn = run.next(answer)
  }
  return { output: turn.value, steps, continuedWith }
}
