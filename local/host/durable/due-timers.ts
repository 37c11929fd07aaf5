import { historyEvent } from './history.ts'
import type { Runtime } from './runtime.ts'

/** The longest delay setTimeout takes. */
const longestDelay = 2 ** 31 - 1

/** Fires durable timers: one alarm, always set to the earliest in the store. */
export class DueTimers {
  readonly #runtime: Runtime
  #alarm: NodeJS.Timeout | undefined
  #stopped = false

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  arm(): void {
    clearTimeout(this.#alarm)
    if (this.#stopped) return
    const next = this.#runtime.store.nextTimer()
    if (next === undefined) return
    const delay = Math.min(Math.max(next - Date.now(), 0), longestDelay)
    this.#alarm = setTimeout(() => this.#fire(), delay)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#alarm)
  }

  #fire(): void {
    const { store, wake, onFatal } = this.#runtime
    try {
      const now = new Date()
      const woken = store.write(() =>
        store.takeDueTimers(now.getTime()).filter(row => {
          const fields = { TimerId: row.task_id, FireAt: new Date(row.fire_at).toISOString() }
          return store.enqueue(row.instance_id, row.execution_id, historyEvent('TimerFired', now, fields))
        }),
      )
      for (const row of woken) wake(row.instance_id)
      this.arm()
    } catch (error) {
      onFatal(error)
    }
  }
}
