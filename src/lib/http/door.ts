import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import type { Issue } from '../config/issues.ts'
import { isServiceError, type ServiceErrorKind } from '../service-error.ts'
import { errorName, logEvent } from '../telemetry/log-event.ts'
import { logIssues } from '../telemetry/log-issues.ts'
import { Problem } from './problem.ts'
import type { ProblemCode } from './problem-codes.ts'

/** The app as the doors see it: working, or started with mistakes in its settings. */
export type AppState<R> =
  | (R & { readonly state: 'ready' })
  | { readonly state: 'broken'; readonly issues: readonly Issue[] }

export type PlainDoor = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>
/** A door that starts something. */
export type Door<S> = (request: HttpRequest, starter: S, context: InvocationContext) => Promise<HttpResponseInit>

const serviceProblems: Partial<Record<ServiceErrorKind, ProblemCode>> = {
  unavailable: 'SourceUnavailable',
  throttled: 'Throttled',
  budgetUsed: 'Throttled',
  unauthorized: 'NotAuthorized',
}

/** By name: the ledger's own guard is behind its port. */
const isLedgerError = (error: unknown): boolean => error instanceof Error && error.name === 'TableError'

/** Doors call the source account only, so an error of a service is one of the source. */
const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  if (isLedgerError(error))
    return new Problem('LedgerUnavailable', 'What the app knows could not be read.', { retryAfter: 30 })
  const code = isServiceError(error) ? serviceProblems[error.kind] : undefined
  if (code === undefined) return new Problem('Unexpected', 'The request could not be answered.')
  const seconds = isServiceError(error) && error.retryAfter !== undefined ? Math.ceil(error.retryAfter / 1000) : 30
  return new Problem(code, 'The source account was asked, and gave no answer that helps.', { retryAfter: seconds })
}

/** Answers every failure with a problem document, and logs it without what was sent. */
const answer = async (
  name: string,
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> => {
  try {
    return await work()
  } catch (error) {
    const problem = problemOf(error)
    logEvent(context.log.bind(context), 'requestRefused', {
      door: name,
      status: problem.status,
      code: problem.code,
      error: error instanceof Problem ? undefined : errorName(error),
    })
    return problem.response()
  }
}

const readyOf = <R>(app: AppState<R>, context: InvocationContext): R => {
  if (app.state === 'ready') return app
  logIssues(context.log.bind(context), app.issues)
  throw new Problem('NotReady', 'The app has started with mistakes in its settings.')
}

/**
 * Makes an HTTP function of a handler; it refuses while the app is broken.
 * @param name for the log.
 */
export const plainDoor =
  <R>(name: string, app: AppState<R>, handle: (app: R, request: HttpRequest) => Promise<HttpResponseInit>): PlainDoor =>
  (request, context) =>
    answer(name, context, async () => handle(readyOf(app, context), request))

/** The same for a handler that starts something. */
export const door =
  <R, S>(
    name: string,
    app: AppState<R>,
    handle: (app: R, request: HttpRequest, starter: S, context: InvocationContext) => Promise<HttpResponseInit>,
  ): Door<S> =>
  (request, starter, context) =>
    answer(name, context, async () => handle(readyOf(app, context), request, starter, context))
