import { messageOf } from '../errors.ts'
import type { Invoke } from '../invoke.ts'
import type { RegisteredFunction } from '../registry.ts'
import { parseFailure, parseState } from './actions.ts'
import type { OrchestratorAnswer } from './decision.ts'
import { EventType, type HistoryEvent } from './history.ts'
import type { Instance } from './instance.ts'
import { timerLimitTexts } from './runtime.ts'

/** Schema of the trigger data this host speaks: V3, as bundle 4.35 does (contract durable section 2.1). */
const upperSchemaVersion = 2

export const callOrchestrator = async (
  invoke: Invoke,
  fn: RegisteredFunction,
  instance: Instance,
  history: readonly HistoryEvent[],
): Promise<OrchestratorAnswer> => {
  const trigger = {
    history,
    input: instance.input === null ? null : (JSON.parse(instance.input) as unknown),
    instanceId: instance.id,
    isReplaying: history.some(event => event.EventType === EventType.ExecutionStarted && event.IsPlayed),
    parentInstanceId: instance.parent?.OrchestrationInstance.InstanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: upperSchemaVersion,
    longRunningTimerIntervalDuration: timerLimitTexts.hop,
    maximumShortTimerDuration: timerLimitTexts.longest,
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  }
  try {
    const response = await invoke(fn, { data: { string: JSON.stringify(trigger) } })
    const state = response.returnValue?.json
    return state === undefined ? { crashed: 'The function returned no orchestrator state.' } : parseState(state)
  } catch (error) {
    return parseFailure(messageOf(error)) ?? { crashed: messageOf(error) }
  }
}
