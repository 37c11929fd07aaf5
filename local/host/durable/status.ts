import { EventType, eventTypeName, type HistoryEvent } from './history.ts'
import { type Instance, isFinished } from './instance.ts'

const parsed = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown))

/** Times as the extension writes them: whole seconds. */
const seconds = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** The status object of contract durable section 7. */
export const statusObject = (instance: Instance, showInput: boolean, history?: readonly object[]) => ({
  name: instance.name,
  instanceId: instance.id,
  runtimeStatus: instance.status,
  input: showInput ? parsed(instance.input) : null,
  customStatus: parsed(instance.customStatus),
  output: parsed(instance.output),
  createdTime: seconds(instance.createdAt),
  lastUpdatedTime: seconds(instance.updatedAt),
  ...(history ? { historyEvents: history } : {}),
})

/** 202 while it goes on; a failed instance is 200 unless the caller wants 500. */
export const statusCode = ({ status }: Instance, failureIs500: boolean): number => {
  if (!isFinished(status)) return 202
  return status === 'Failed' && failureIs500 ? 500 : 200
}

const folded = new Set<number>([
  EventType.OrchestratorStarted,
  EventType.OrchestratorCompleted,
  EventType.TaskScheduled,
  EventType.SubOrchestrationInstanceCreated,
  EventType.TimerCreated,
])

/** The history for people: each completion carries what it completes, and nothing that only replay needs. */
export const foldHistory = (history: readonly HistoryEvent[], showOutput: boolean): object[] => {
  const scheduled = new Map(history.filter(event => event.EventId >= 0).map(event => [event.EventId, event]))
  return history
    .filter(event => !folded.has(event.EventType))
    .map(
      ({
        EventId: _id,
        IsPlayed: _played,
        EventType: type,
        Result,
        Input,
        TaskScheduledId,
        TimerId,
        Name,
        ...rest
      }) => {
        const origin = scheduled.get(TaskScheduledId ?? TimerId ?? -1)
        const functionName = type === EventType.ExecutionStarted ? Name : origin?.Name
        return {
          EventType: eventTypeName(type),
          ...rest,
          ...(Name !== undefined && functionName === undefined ? { Name } : {}),
          ...(functionName === undefined ? {} : { FunctionName: functionName }),
          ...(origin ? { ScheduledTime: origin.Timestamp } : {}),
          ...(Input === undefined || !showOutput ? {} : { Input: parsed(Input) }),
          ...(Result === undefined || !showOutput ? {} : { Result: parsed(Result) }),
        }
      },
    )
}
