/**
 * A task hub in memory, which outlives every process of the app: orchestrators run on the durable library's own engine,
 * and an activity whose process died is delivered again, with the same input.
 */
import type { HistoryEvent } from '../../local/host/durable/history.ts'
import type { Start } from '../../src/lib/model.ts'
import { type OrchestratorName as Name, orchestrators, type Recording, version } from '../replay/golden.ts'
import { started, World } from '../support/sdk-world.ts'
import type { AppProcess } from './app-process.ts'

interface Instance {
  readonly name: Name
  input: unknown
  world: World
  activities: { readonly taskId: number; readonly name: string; readonly input: string | null }[]
  timers: { readonly taskId: number; readonly fireAt: number }[]
  running: boolean
}

export class TaskHub {
  readonly #instances = new Map<string, Instance>()
  /** Executions that have ended. */
  readonly recordings: Recording[] = []

  /** A start of a running instance is refused, which is success; a finished one is replaced. */
  async start({ instanceId, input }: Start): Promise<void> {
    if (this.state(instanceId) === 'running') return
    const name = input.unit.kind === 'asset' ? 'replicateAsset' : 'replicatePolicy'
    await this.#begin(instanceId, name, input)
  }

  state(id: string): 'running' | 'finished' | 'missing' {
    const instance = this.#instances.get(id)
    return instance === undefined ? 'missing' : instance.running ? 'running' : 'finished'
  }

  /** Lets a process work until there is nothing to do any more, or it has died. */
  async work(app: AppProcess): Promise<'done' | 'died'> {
    for (;;) {
      if (app.dead) return 'died'
      const busy = [...this.#instances].find(([, { running, activities }]) => running && activities.length > 0)
      if (busy !== undefined) {
        if ((await this.#activity(...busy, app)) === 'died') return 'died'
      } else if (!(await this.#timer())) return 'done'
    }
  }

  async #begin(id: string, name: Name, input: unknown): Promise<void> {
    const world = new World(orchestrators[name], input)
    const instance: Instance = { name, input, world, activities: [], timers: [], running: true }
    this.#instances.set(id, instance)
    const fields = { Name: name, Version: version, Input: JSON.stringify(input) }
    await this.#episode(id, instance, started(undefined, fields))
  }

  async #activity(id: string, instance: Instance, app: AppProcess): Promise<'done' | 'died'> {
    const [task] = instance.activities
    if (task === undefined) return 'done'
    const answer = await app.activity(task.name, JSON.parse(task.input ?? 'null'), this)
    if ('died' in answer) return 'died'
    instance.activities = instance.activities.slice(1)
    const { world } = instance
    const event =
      'failed' in answer ? world.failed(task.taskId, answer.failed) : world.completed(task.taskId, answer.result)
    await this.#episode(id, instance, event)
    return 'done'
  }

  /** Nothing else is left to do: time passes. */
  async #timer(): Promise<boolean> {
    const waiting = [...this.#instances].find(([, { running, timers }]) => running && timers.length > 0)
    if (waiting === undefined) return false
    const [id, instance] = waiting
    const [timer, ...rest] = instance.timers
    if (timer === undefined) return false
    instance.timers = rest
    await this.#episode(id, instance, instance.world.fired(timer.taskId, timer.fireAt))
    return true
  }

  async #episode(id: string, instance: Instance, event: HistoryEvent): Promise<void> {
    const { activities, timers, outcome } = await instance.world.episode(event)
    instance.activities.push(...activities)
    instance.timers.push(...timers)
    if (outcome.kind === 'waiting') return
    instance.running = false
    const { name, input, world } = instance
    this.recordings.push({ orchestrator: name, input, history: world.history })
    if (outcome.kind === 'failed') throw new Error(`${id} failed: ${outcome.reason}`)
    if (outcome.kind === 'continuedAsNew') await this.#begin(id, name, JSON.parse(outcome.input ?? 'null'))
  }
}
