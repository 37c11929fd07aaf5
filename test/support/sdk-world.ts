import { createRequire } from 'node:module'
import type { OrchestrationHandler } from 'durable-functions'
import { parseFailure, parseState } from '../../local/host/durable/actions.ts'
import { type Decision, decide, type OrchestratorAnswer } from '../../local/host/durable/decision.ts'
import { type HistoryEvent, historyEvent, played } from '../../local/host/durable/history.ts'
import type { Instance } from '../../local/host/durable/instance.ts'
import { timerLimits, timerLimitTexts } from '../../local/host/durable/runtime.ts'

// The SDK's own replay engine; a deep path, for which no types are shipped.
const require = createRequire(import.meta.url)
const { createOrchestrator, DummyOrchestrationContext } = require('durable-functions/lib/src/util/testingUtils') as {
  createOrchestrator(generator: OrchestrationHandler): (input: object, context: object) => Promise<object>
  DummyOrchestrationContext: new (name: string, id: string, log: () => void) => object
}

export const begin = new Date('2026-01-01T00:00:00Z')

export const instance: Instance = {
  id: 'i',
  name: 'Test',
  version: '1',
  executionId: 'x',
  status: 'Running',
  input: null,
  output: null,
  customStatus: null,
  createdAt: 0,
  updatedAt: 0,
  parent: null,
}

export const started = (now = begin, fields: Pick<HistoryEvent, 'Name' | 'Version' | 'Input'> = {}) =>
  historyEvent('ExecutionStarted', now, { Name: 'Test', Version: '1', Input: null, ...fields })

/** Calls the real SDK with a history, as the host would. */
export const ask = async (
  generator: OrchestrationHandler,
  history: readonly HistoryEvent[],
  input: unknown = null,
): Promise<OrchestratorAnswer> => {
  const trigger = {
    // The library has turned time stamps into dates before it comes to the replay engine.
    history: history.map(event => ({ ...event, Timestamp: new Date(event.Timestamp) })),
    input,
    instanceId: 'i',
    isReplaying: false,
    parentInstanceId: null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: timerLimitTexts.hop,
    maximumShortTimerDuration: timerLimitTexts.longest,
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  }
  try {
    const state = await createOrchestrator(generator)(trigger, new DummyOrchestrationContext('Test', 'id', () => {}))
    return parseState(JSON.stringify(state))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return parseFailure(message) ?? { crashed: message }
  }
}

/** One instance in memory: its history and what it waits for. Nothing else survives an episode. */
export class World {
  history: HistoryEvent[] = []
  decisions: Decision[] = []
  now = begin
  readonly #generator: OrchestrationHandler
  readonly #input: unknown

  constructor(generator: OrchestrationHandler, input: unknown = null) {
    this.#generator = generator
    this.#input = input
  }

  /** What an episode with these events would decide; changes nothing. */
  async tryEpisode(...events: HistoryEvent[]): Promise<{ history: HistoryEvent[]; decision: Decision }> {
    const history = [...this.history.map(played), historyEvent('OrchestratorStarted', this.now), ...events]
    const decision = decide(await ask(this.#generator, history, this.#input), {
      instance,
      history,
      now: this.now,
      limits: timerLimits,
      defaultVersion: '1',
      exists: () => true,
    })
    return { history: [...history, ...decision.events], decision }
  }

  async episode(...events: HistoryEvent[]): Promise<Decision> {
    const { history, decision } = await this.tryEpisode(...events)
    this.history = history
    this.decisions.push(decision)
    return decision
  }

  completed(taskId: number, result: unknown): HistoryEvent {
    return historyEvent('TaskCompleted', this.now, { TaskScheduledId: taskId, Result: JSON.stringify(result ?? null) })
  }

  failed(taskId: number, reason = 'no'): HistoryEvent {
    return historyEvent('TaskFailed', this.now, { TaskScheduledId: taskId, Reason: reason, Details: '' })
  }

  fired(taskId: number, fireAt: number): HistoryEvent {
    this.now = new Date(Math.max(this.now.getTime(), fireAt))
    return historyEvent('TimerFired', this.now, { TimerId: taskId, FireAt: new Date(fireAt).toISOString() })
  }

  raised(name: string, value?: unknown): HistoryEvent {
    return historyEvent('EventRaised', this.now, {
      Name: name,
      Input: value === undefined ? null : JSON.stringify(value),
    })
  }
}
