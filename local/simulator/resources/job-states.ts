/** How a job and its outputs change with time. Pure: times are arguments, nothing is changed in place. */
import { formatInstant, roundInstant } from '../instants.ts'
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'

export type JobState = 'Queued' | 'Scheduled' | 'Processing' | 'Finished' | 'Error' | 'Canceling' | 'Canceled'

export const isFinal = (state: string): boolean => ['Finished', 'Error', 'Canceled'].includes(state)

export const outputsOf = (job: JsonObject): JsonObject[] =>
  Array.isArray(job.outputs) ? (job.outputs as readonly Json[]).filter(isObject) : []

export const stateOf = (job: JsonObject): string => textAt(job, 'state') ?? ''

export interface JobError {
  readonly code: string
  readonly message: string
  readonly category: string
  readonly retry: string
}

const errorView = ({ code, message, category, retry }: JobError): JsonObject => ({
  code,
  message,
  category,
  retry,
  details: [{ code, message }],
})

/** An output that has not begun has nothing to cancel. */
const outputState = (output: JsonObject, state: JobState): string =>
  state === 'Canceling' && stateOf(output) === 'Queued' ? 'Queued' : state

/** Job and outputs go to `state` together; begin and end are noted. lastModified stays, as recorded. */
export const moveTo = (job: JsonObject, state: JobState, now: bigint, error?: JobError): JsonObject => {
  const time = formatInstant(now)
  const started = state === 'Processing' ? { startTime: time } : {}
  const ended = isFinal(state) ? { endTime: time } : {}
  const progress = state === 'Finished' || state === 'Error' ? { progress: 100 } : {}
  const failed = error === undefined ? {} : { error: errorView(error) }
  return {
    ...job,
    state,
    outputs: outputsOf(job).map(output => ({
      ...output,
      state: outputState(output, state),
      ...progress,
      ...started,
      ...ended,
      ...failed,
    })),
    ...started,
    ...ended,
  }
}

const times = ['created', 'lastModified', 'startTime', 'endTime']

const rounded = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      times.includes(name) && typeof member === 'string' ? roundInstant(member) : member,
    ]),
  )

/** As GET and lists show it; the answer to a write is not rounded. */
export const jobAsRead = (job: JsonObject): JsonObject => ({ ...rounded(job), outputs: outputsOf(job).map(rounded) })
