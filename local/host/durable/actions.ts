/** What an orchestrator asks for, by the numbers of the protocol (contract durable section 2.3). */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const

export interface RetryOptions {
  readonly firstRetryIntervalInMilliseconds: number
  readonly maxNumberOfAttempts: number
  readonly backoffCoefficient?: number
  readonly maxRetryIntervalInMilliseconds?: number
}

export interface Action {
  readonly actionType: number
  readonly functionName?: string
  readonly input?: unknown
  readonly instanceId?: string
  readonly version?: string
  readonly retryOptions?: RetryOptions
  readonly fireAt?: string
  readonly isCanceled?: boolean
  readonly externalEventName?: string
  readonly operation?: string
  readonly httpRequest?: { readonly method?: string }
  readonly compoundActions?: readonly Action[]
}

/** What one call of an orchestrator function said. */
export interface OrchestratorResult {
  /** All actions since the execution began, in order, every time. */
  readonly actions: readonly Action[]
  readonly isDone: boolean
  readonly output?: unknown
  readonly customStatus?: unknown
  /** Message of the exception that left the generator. */
  readonly error?: string
}

interface State {
  readonly actions?: readonly (readonly Action[])[]
  readonly isDone?: boolean
  readonly output?: unknown
  readonly customStatus?: unknown
  readonly error?: string
}

const failureMarker = '$OutOfProcData$:'

/** Reads the state text an orchestrator returned. Throws when it is no JSON. */
export const parseState = (text: string): OrchestratorResult => {
  const state = JSON.parse(text) as State
  return {
    actions: state.actions?.flat() ?? [],
    isDone: state.isDone === true,
    output: state.output,
    customStatus: state.customStatus,
    ...(state.error === undefined ? {} : { error: state.error }),
  }
}

/**
 * An orchestrator whose generator threw still reports its actions, hidden in the message of the error it throws
 * (contract durable section 2.2). Undefined: the function itself failed.
 */
export const parseFailure = (message: string): OrchestratorResult | undefined => {
  const at = message.indexOf(failureMarker)
  if (at < 0) return undefined
  const result = parseState(message.slice(at + failureMarker.length))
  return { ...result, isDone: false, error: result.error ?? '' }
}
