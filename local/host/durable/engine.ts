import { messageOf } from '../errors.ts'
import { ActivityPump } from './activities.ts'
import { DueTimers } from './due-timers.ts'
import { runEpisode } from './episode.ts'
import { type EventTypeName, historyEvent } from './history.ts'
import { isFinished } from './instance.ts'
import { createInstance, type NewInstance } from './lifecycle.ts'
import type { Runtime } from './runtime.ts'
import type { DurableStore } from './store.ts'

export type Delivery = 'accepted' | 'unknown' | 'finished'

/**
 * Runs orchestrations. All that is to happen is in the store, so that starting is the same as going on after a kill;
 * in memory is only who is ready and who runs.
 */
export class DurableEngine {
  readonly store: DurableStore
  readonly #runtime: Runtime
  readonly #activities: ActivityPump
  readonly #timers: DueTimers
  readonly #ready = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()
  #started = false
  #stopped = false

  constructor(parts: Omit<Runtime, 'wake' | 'workAdded'>) {
    this.store = parts.store
    this.#runtime = { ...parts, wake: id => this.#wake(id), workAdded: () => this.#workAdded() }
    this.#activities = new ActivityPump(this.#runtime)
    this.#timers = new DueTimers(this.#runtime)
  }

  start(): void {
    this.#started = true
    for (const id of this.store.waiting()) this.#ready.add(id)
    this.#pump()
    this.#workAdded()
  }

  /** Begins nothing new; resolves when running activities and episodes have ended and committed. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timers.stop()
    await Promise.all([this.#activities.stop(), ...this.#running.values()])
  }

  /** Timers may have become due. */
  clockMoved(): void {
    if (this.#started) this.#timers.arm()
  }

  /** Throws InstanceExistsError while an instance of that id has not finished. */
  create(instance: NewInstance, now = new Date()): void {
    this.store.write(() => createInstance(this.store, instance, now))
    this.#wake(instance.id)
  }

  /** Puts an external event or a command into the inbox of an instance. */
  deliver(
    id: string,
    type: EventTypeName & ('EventRaised' | 'ExecutionTerminated' | 'ExecutionSuspended' | 'ExecutionResumed'),
    fields: { readonly Name?: string; readonly Input?: string | null; readonly Reason?: string },
    now = new Date(),
  ): Delivery {
    const instance = this.store.instance(id)
    if (!instance) return 'unknown'
    if (isFinished(instance.status)) return 'finished'
    this.store.write(() => this.store.enqueue(id, null, historyEvent(type, now, fields)))
    this.#wake(id)
    return 'accepted'
  }

  #wake(id: string): void {
    this.#ready.add(id)
    this.#pump()
  }

  #workAdded(): void {
    if (!this.#started) return
    this.#activities.pump()
    this.#timers.arm()
  }

  /** One episode at a time per instance; those that became ready first go first. */
  #pump(): void {
    if (!this.#started || this.#stopped) return
    for (const id of this.#ready) {
      if (this.#running.size >= this.#runtime.maxOrchestrators) return
      if (this.#running.has(id)) continue
      this.#ready.delete(id)
      const episode = Promise.resolve()
        .then(() => runEpisode(this.#runtime, id, () => new Date()))
        .catch(error => {
          this.#runtime.log('critical', 'Host.Durable', `Episode of ${id} failed: ${messageOf(error)}`)
          this.#runtime.onFatal(error)
        })
        .finally(() => {
          this.#running.delete(id)
          this.#pump()
        })
      this.#running.set(id, episode)
    }
  }
}
