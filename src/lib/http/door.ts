import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { isServiceError, type ServiceErrorKind } from '../service-error.ts'
import { errorName, logEvent } from '../telemetry/log-event.ts'
import { Problem } from './problem.ts'
import type { ProblemCode } from './problem-codes.ts'

/** The app as the doors see it: working, or started with mistakes in its settings. */
export type AppState<R> = (R & { readonly state: 'ready' }) | { readonly state: 'broken' }

export type Door<S> = (request: HttpRequest, starter: S, context: InvocationContext) => Promise<HttpResponseInit>

const serviceProblems: Partial<Record<ServiceErrorKind, ProblemCode>> = {
  unavailable: 'SourceUnavailable',
  throttled: 'Throttled',
  unauthorized: 'NotAuthorized',
}

/** Doors call the source account only, so an error of a service is one of the source. */
const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  const code = isServiceError(error) ? serviceProblems[error.kind] : undefined
  if (code === undefined) return new Problem('Unexpected', 'The request could not be answered.')
  const seconds = isServiceError(error) && error.retryAfter !== undefined ? Math.ceil(error.retryAfter / 1000) : 30
  return new Problem(code, 'The source account was asked, and gave no answer that helps.', { retryAfter: seconds })
}

/**
 * Makes an HTTP function of a handler: refuses while the app is broken, answers every failure with a problem document.
 * @param name for the log.
 */
export const door =
  <R, S>(
    name: string,
    app: AppState<R>,
    handle: (app: R, request: HttpRequest, starter: S, context: InvocationContext) => Promise<HttpResponseInit>,
  ): Door<S> =>
  async (request, starter, context) => {
    try {
      if (app.state === 'broken') throw new Problem('NotReady', 'The app has started with mistakes in its settings.')
      return await handle(app, request, starter, context)
    } catch (error) {
      const problem = problemOf(error)
      logEvent(context.log.bind(context), 'requestAnswered', {
        door: name,
        status: problem.status,
        code: problem.code,
        error: error instanceof Problem ? undefined : errorName(error),
      })
      return problem.response()
    }
  }
