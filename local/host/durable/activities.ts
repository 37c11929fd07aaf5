import type { TypedData } from '../core-api.ts'
import { messageOf } from '../errors.ts'
import { type HistoryEvent, historyEvent } from './history.ts'
import type { Runtime } from './runtime.ts'
import type { WorkRow } from './store.ts'

/**
 * Runs scheduled activities, first come first served, at most `maxActivities` at a time. An activity leaves the store
 * together with its result, so one that was cut short runs again after a restart: at least once.
 */
export class ActivityPump {
  readonly #runtime: Runtime
  readonly #running = new Set<Promise<void>>()
  #claimed = 0
  #stopped = false

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  pump(): void {
    while (!this.#stopped && this.#running.size < this.#runtime.maxActivities) {
      const row = this.#runtime.store.nextWork(this.#claimed)
      if (!row) return
      this.#claimed = row.seq
      const run = this.#run(row)
        .catch(this.#runtime.onFatal)
        .finally(() => {
          this.#running.delete(run)
          this.pump()
        })
      this.#running.add(run)
    }
  }

  /** Takes nothing new; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#running)
  }

  async #run(row: WorkRow): Promise<void> {
    const { store, counters, wake, log } = this.#runtime
    const event = await this.#call(row)
    if (store.db.closed) return
    const ok = event.TaskScheduledId !== undefined && event.Reason === undefined
    const taken = store.write(() => {
      counters.count(row.name, ok ? 'succeeded' : 'failed')
      return store.removeWork(row.seq) && store.enqueue(row.instance_id, row.execution_id, event)
    })
    if (!ok) log('warning', 'Host.Durable', event.Reason ?? '')
    if (taken) wake(row.instance_id)
  }

  async #call(row: WorkRow): Promise<HistoryEvent> {
    const { registry, invoke, counters, doubling } = this.#runtime
    const TaskScheduledId = row.task_id
    const fail = (message: string): HistoryEvent => {
      const Reason = `Activity function '${row.name}' failed:  ${message}`
      return historyEvent('TaskFailed', new Date(), { TaskScheduledId, Reason, Details: '' })
    }
    const fn = registry.find(row.name, 'activityTrigger')
    if (!fn) return fail(`The function '${row.name}' doesn't exist, is disabled, or is not an activity function.`)
    counters.count(row.name, 'started')
    try {
      const data = row.input === null ? {} : { string: row.input }
      const metadata = {
        instanceId: { string: JSON.stringify(row.instance_id) },
        ...(row.input === null ? {} : { data }),
      }
      const { returnValue } = await doubling.run(row.name, () => invoke(fn, { data, metadata }))
      return historyEvent('TaskCompleted', new Date(), { TaskScheduledId, Result: resultText(returnValue) })
    } catch (error) {
      return fail(messageOf(error))
    }
  }
}

const resultText = (data: TypedData | null | undefined): string | null => {
  if (!data) return null
  if (data.json !== undefined) return data.json
  if (data.string !== undefined) return JSON.stringify(data.string)
  const number = data.int ?? data.double
  if (number !== undefined) return String(number)
  if (data.bytes !== undefined) throw new Error('An activity cannot return bytes: return a text or an object.')
  return null
}
