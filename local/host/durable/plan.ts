import { type Action, ActionType, type RetryOptions } from './actions.ts'
import { settledTask, Task, whenAll, whenAny } from './task.ts'

/** Work with the task id that host and SDK count alike (contract durable section 3.1). */
export type ScheduledTask =
  | { readonly kind: 'activity'; readonly id: number; readonly name: string; readonly input: unknown }
  | {
      readonly kind: 'subOrchestration'
      readonly id: number
      readonly name: string
      readonly input: unknown
      readonly instanceId?: string
      readonly version?: string
    }
  | { readonly kind: 'timer'; readonly id: number; readonly fireAt: string; readonly cancelled: boolean }
  /** A message to an entity, which this host numbers but does not deliver. */
  | { readonly kind: 'event'; readonly id: number; readonly name: string }

/** Durations the orchestrator was told as well, in milliseconds: both sides must split long timers alike. */
export interface TimerLimits {
  readonly longest: number
  readonly hop: number
}

/** The name under which the real host runs callHttp. */
export const httpActivity = 'BuiltIn::HttpActivity'

/**
 * Carries out the list of actions strictly in order, an action at a time, numbering what it schedules. Quirk kept from
 * the real host: a cancelled timer counts as settled from its creation.
 */
export class Plan {
  /** Scheduled and not yet confirmed by the history, by id. */
  readonly scheduled = new Map<number, ScheduledTask>()
  readonly open = new Map<number, Task>()
  readonly cancelledTimers: number[] = []
  continueAsNew: { readonly input: unknown } | undefined
  /** Whether the last action has settled. */
  ended = false
  /** Time of the episode being played, milliseconds since 1970. */
  clock = 0
  readonly #actions: readonly Action[]
  readonly #limits: TimerLimits
  readonly #waiting = new Map<string, Task[]>()
  readonly #buffered = new Map<string, number>()
  #position = 0
  #nextId = 0

  constructor(actions: readonly Action[], limits: TimerLimits) {
    this.#actions = actions
    this.#limits = limits
  }

  advance(): void {
    const action = this.#actions[this.#position]
    if (!action) {
      this.ended = true
      return
    }
    this.#position += 1
    this.#perform(action).whenSettled(() => this.advance())
  }

  /** An external event goes to the waiter that came last, or is kept until somebody waits. */
  raise(name: string): void {
    const task = this.#waiting.get(name)?.pop()
    if (task) task.settle()
    else this.#buffered.set(name, (this.#buffered.get(name) ?? 0) + 1)
  }

  /** The answer to entity call `id` will come as the external event `name`. */
  expectAnswer(id: number, name: string): void {
    const task = this.open.get(id)
    if (task) this.#waiting.set(name, [task])
  }

  #perform(action: Action): Task {
    switch (action.actionType) {
      case ActionType.CallActivity:
        return this.#activity(action)
      case ActionType.CallActivityWithRetry:
        return this.#withRetry(action.retryOptions, () => this.#activity(action))
      case ActionType.CallSubOrchestrator:
        return this.#subOrchestration(action)
      case ActionType.CallSubOrchestratorWithRetry:
        return this.#withRetry(action.retryOptions, () => this.#subOrchestration(action))
      case ActionType.ContinueAsNew:
        this.continueAsNew = { input: action.input }
        return settledTask()
      case ActionType.CreateTimer:
        return this.#createTimer(Date.parse(action.fireAt ?? ''), action.isCanceled === true)
      case ActionType.WaitForExternalEvent:
        return this.#waitFor(action.externalEventName ?? '')
      case ActionType.WhenAll:
        return whenAll((action.compoundActions ?? []).map(child => this.#perform(child)))
      case ActionType.WhenAny:
        return whenAny((action.compoundActions ?? []).map(child => this.#perform(child)))
      case ActionType.CallHttp:
        return this.#schedule({ kind: 'activity', id: this.#nextId, name: httpActivity, input: null })
      case ActionType.SignalEntity:
        return this.#schedule({ kind: 'event', id: this.#nextId, name: 'signalEntity' }, settledTask())
      case ActionType.CallEntity:
        return this.#schedule({ kind: 'event', id: this.#nextId, name: 'callEntity' })
      default:
        return this.#schedule({ kind: 'event', id: this.#nextId, name: `action ${action.actionType}` })
    }
  }

  #schedule(work: ScheduledTask, task = new Task()): Task {
    this.#nextId += 1
    this.scheduled.set(work.id, work)
    this.open.set(work.id, task)
    task.whenSettled(() => this.open.delete(work.id))
    return task
  }

  #activity({ functionName = '', input = null }: Action): Task {
    return this.#schedule({ kind: 'activity', id: this.#nextId, name: functionName, input })
  }

  #subOrchestration({ functionName = '', input = null, instanceId, version }: Action): Task {
    return this.#schedule({
      kind: 'subOrchestration',
      id: this.#nextId,
      name: functionName,
      input,
      ...(instanceId ? { instanceId } : {}),
      ...(version ? { version } : {}),
    })
  }

  /** Also the last failed try is followed by a timer, due at once: the SDK counts on its id. */
  #withRetry(options: RetryOptions | undefined, attempt: () => Task): Task {
    const whole = new Task()
    const attempts = options?.maxNumberOfAttempts ?? 1
    const run = (count: number): void => {
      const task = attempt()
      task.whenSettled(() => {
        if (!task.failed) return whole.settle()
        const last = count >= attempts
        const delay = last || !options ? 0 : retryDelay(options, count)
        this.#timer(this.clock + delay, false).whenSettled(() => (last ? whole.settle(true) : run(count + 1)))
      })
    }
    run(1)
    return whole
  }

  /** A timer longer than the longest goes in hops; what is decided at each hop depends on the history's clock only. */
  #createTimer(fireAt: number, cancelled: boolean): Task {
    if (fireAt - this.clock <= this.#limits.longest) return this.#timer(fireAt, cancelled)
    const whole = new Task()
    const hop = (): void => {
      const left = fireAt - this.clock
      const next = left > this.#limits.longest ? this.clock + this.#limits.hop : fireAt
      this.#timer(next, cancelled).whenSettled(() => (cancelled || fireAt <= this.clock ? whole.settle() : hop()))
    }
    hop()
    return whole
  }

  #timer(fireAt: number, cancelled: boolean): Task {
    const id = this.#nextId
    if (cancelled) this.cancelledTimers.push(id)
    const fire = new Date(fireAt).toISOString()
    return this.#schedule({ kind: 'timer', id, fireAt: fire, cancelled }, cancelled ? settledTask() : new Task())
  }

  #waitFor(name: string): Task {
    const buffered = this.#buffered.get(name) ?? 0
    if (buffered > 0) {
      this.#buffered.set(name, buffered - 1)
      return settledTask()
    }
    const task = new Task()
    this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), task])
    return task
  }
}

/** Milliseconds to wait after failed try `count` (from 1). */
const retryDelay = (options: RetryOptions, count: number): number =>
  Math.min(
    options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (count - 1),
    options.maxRetryIntervalInMilliseconds ?? Number.MAX_SAFE_INTEGER,
  )
