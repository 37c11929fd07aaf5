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

const timesOf = (state: JobState, now: bigint): JsonObject => {
  const time = formatInstant(now)
  if (state === 'Processing') return { startTime: time }
  return isFinal(state) ? { endTime: time } : {}
}

const outputTo = (output: JsonObject, state: JobState, now: bigint, error?: JobError): JsonObject => ({
  ...output,
  state,
  ...(state === 'Finished' || state === 'Error' ? { progress: 100 } : {}),
  ...timesOf(state, now),
  ...(error === undefined ? {} : { error: errorView(error) }),
})

const withOutputs = (job: JsonObject, change: (output: JsonObject, index: number) => JsonObject): JsonObject => ({
  ...job,
  outputs: outputsOf(job).map(change),
})

/** What has ended stays; what has not begun is not being canceled either, as recorded. */
const goesAlong = (output: JsonObject, state: JobState): boolean =>
  !isFinal(stateOf(output)) && !(state === 'Canceling' && stateOf(output) === 'Queued')

/** The job goes to `state`, and its outputs with it. Begin and end are noted; lastModified stays, as recorded. */
export const moveTo = (job: JsonObject, state: JobState, now: bigint): JsonObject => ({
  ...withOutputs(job, output => (goesAlong(output, state) ? outputTo(output, state, now) : output)),
  state,
  ...timesOf(state, now),
})

/** One output comes to its end, in error when there is one; with the last of them the job does. */
export const endOutput = (job: JsonObject, index: number, now: bigint, error?: JobError): JsonObject => {
  const state = error === undefined ? 'Finished' : 'Error'
  const changed = withOutputs(job, (output, at) => (at === index ? outputTo(output, state, now, error) : output))
  const states = outputsOf(changed).map(stateOf)
  if (!states.every(isFinal)) return changed
  return moveTo(changed, states.includes('Error') ? 'Error' : 'Finished', now)
}

export const progressTo = (job: JsonObject, index: number, progress: number): JsonObject =>
  withOutputs(job, (output, at) => (at === index ? { ...output, progress } : output))

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
