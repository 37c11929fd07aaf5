/** Drives jobs from Scheduled to their end on the clock of the simulator, writes their outputs and tells the events. */
import { accountId } from '../envelope.ts'
import { isObject, type JsonObject, textAt } from '../json.ts'
import type { Kernel } from '../kernel.ts'
import type { Account, Job } from '../state.ts'
import { placeOf } from './asset-place.ts'
import { encodeInto } from './encoder.ts'
import { jobEvents } from './job-events.ts'
import {
  endOutput,
  isFinal,
  type JobError,
  type JobState,
  moveTo,
  outputsOf,
  progressTo,
  stateOf,
} from './job-states.ts'

/** An input with this label makes its job end in error, an output with it only itself and so the job. */
export const failingLabel = 'simulate-error'

const unsupported: JobError = {
  code: 'ContentUnsupported',
  message: 'The content is not supported. The simulator was asked to fail this job.',
  category: 'Content',
  retry: 'DoNotRetry',
}

const uploadFailed = (reason: string): JobError => ({
  code: 'UploadNotAccessible',
  message: `The output could not be written: ${reason}`,
  category: 'Upload',
  retry: 'MayRetry',
})

export interface RunningJob {
  readonly account: Account
  readonly transform: string
  readonly name: string
  readonly run: string
}

/** The job as it is now, or undefined when it was deleted meanwhile. */
const current = ({ account, transform, name, run }: RunningJob): Job | undefined => {
  const job = account.transforms.get(transform)?.jobs.get(name)
  return job?.run === run ? job : undefined
}

const isToFail = (kernel: Kernel, job: Job): boolean =>
  (isObject(job.properties.input) && textAt(job.properties.input, 'label') === failingLabel) ||
  kernel.switches().failJobs.some(prefix => job.name.toLowerCase().startsWith(prefix.toLowerCase()))

/** Stores what a job has become and tells of it. @param before told as what it was. */
const store = (
  kernel: Kernel,
  running: RunningJob,
  job: Job,
  properties: JsonObject,
  before: JsonObject = job.properties,
): void => {
  const { account, transform, name } = running
  account.transforms.get(transform)?.jobs.set({ ...job, properties })
  const events = jobEvents({ transform, job: name }, before, properties, kernel.clock.ticks(), kernel.uuid)
  kernel.events?.publish(accountId(account), events)
}

const change = (kernel: Kernel, running: RunningJob, job: Job, state: JobState): void =>
  store(kernel, running, job, moveTo(job.properties, state, kernel.clock.ticks()))

const writeOutput = async (kernel: Kernel, account: Account, output: JsonObject): Promise<JobError | undefined> => {
  if (kernel.sampleDir === undefined) return uploadFailed('the simulator has no sample to encode (sampleDir)')
  const assetName = textAt(output, 'assetName') ?? ''
  const asset = account.assets.get(assetName)
  if (asset === undefined) return uploadFailed(`asset '${assetName}' does not exist`)
  try {
    await encodeInto(kernel.blobStore, placeOf(asset), kernel.sampleDir)
    return undefined
  } catch (error) {
    return uploadFailed(error instanceof Error ? error.message : String(error))
  }
}

/** The job while it is being processed. */
const processing = (running: RunningJob): Job | undefined => {
  const job = current(running)
  return job !== undefined && stateOf(job.properties) === 'Processing' ? job : undefined
}

const finishOutput = async (kernel: Kernel, running: RunningJob, index: number): Promise<void> => {
  const job = processing(running)
  if (job === undefined) return
  const output = outputsOf(job.properties)[index] ?? {}
  const fails = isToFail(kernel, job) || textAt(output, 'label') === failingLabel
  const error = fails ? unsupported : await writeOutput(kernel, running.account, output)
  // It may have been canceled or deleted while the files were written.
  const after = processing(running)
  if (after !== undefined)
    store(kernel, running, after, endOutput(after.properties, index, kernel.clock.ticks(), error))
}

/** Outputs are done one after the other; half-way each tells its progress. */
const finishOutputs = (kernel: Kernel, running: RunningJob, job: Job, milliseconds: number): void => {
  const outputs = outputsOf(job.properties)
  const open = outputs.keys().filter(index => !isFinal(stateOf(outputs[index] ?? {})))
  // A job without outputs ends as well.
  const indexes = outputs.length === 0 ? [0] : [...open]
  const share = milliseconds / indexes.length
  for (const [place, index] of indexes.entries()) {
    kernel.clock.after(share * (place + 0.5), () => {
      const half = processing(running)
      if (half !== undefined) store(kernel, running, half, progressTo(half.properties, index, 50))
    })
    kernel.clock.after(share * (place + 1), () => {
      finishOutput(kernel, running, index).catch((error: unknown) =>
        kernel.report(`Job ${running.name} stopped: ${String(error)}`),
      )
    })
  }
}

/**
 * Tells of a job that was just stored as Scheduled, or as Queued and no event yet, schedules its outputs and brings all
 * of them to their end.
 */
export const startJob = (kernel: Kernel, running: RunningJob): void => {
  const job = current(running)
  if (job === undefined) return
  if (stateOf(job.properties) !== 'Queued') {
    const scheduled = moveTo(job.properties, 'Scheduled', kernel.clock.ticks())
    store(kernel, running, job, scheduled, { ...job.properties, state: 'Queued' })
  }
  continueJob(kernel, running)
}

const begin = (kernel: Kernel, running: RunningJob): void => {
  const queued = current(running)
  if (queued !== undefined && stateOf(queued.properties) === 'Queued') change(kernel, running, queued, 'Scheduled')
  const scheduled = current(running)
  if (scheduled === undefined || stateOf(scheduled.properties) !== 'Scheduled') return
  change(kernel, running, scheduled, 'Processing')
  continueJob(kernel, running)
}

const endCanceling = (kernel: Kernel, running: RunningJob): void => {
  const canceling = current(running)
  if (canceling !== undefined) change(kernel, running, canceling, 'Canceled')
}

/** Brings a job on from the state it is in, when it has been in it long enough from now on. */
const continueJob = (kernel: Kernel, running: RunningJob): void => {
  const job = current(running)
  const state = job === undefined ? undefined : stateOf(job.properties)
  const third = kernel.jobMilliseconds / 3
  const after = (milliseconds: number, action: () => void) => kernel.clock.after(milliseconds, action)
  if (state === 'Queued' || state === 'Scheduled') after(third, () => begin(kernel, running))
  if (state === 'Canceling') after(third, () => endCanceling(kernel, running))
  if (job !== undefined && state === 'Processing') finishOutputs(kernel, running, job, kernel.jobMilliseconds - third)
}

const jobsOf = (account: Account) =>
  [...account.transforms.values()].flatMap(transform => [...transform.jobs.values()].map(job => ({ transform, job })))

/** Goes on with the jobs of an account that was restored. */
export const continueJobs = (kernel: Kernel, account: Account): void => {
  for (const { transform, job } of jobsOf(account))
    continueJob(kernel, { account, transform: transform.name, name: job.name, run: job.run })
}

/** Stops the jobs of an account that is given up: none of its steps finds its job. */
export const dropJobs = (account: Account): void => {
  for (const { transform, job } of jobsOf(account)) transform.jobs.delete(job.name)
}

/** Canceling at once, Canceled soon after; a job that has ended stays as it is. */
export const cancelJob = (kernel: Kernel, running: RunningJob): void => {
  const job = current(running)
  if (job === undefined || isFinal(stateOf(job.properties)) || stateOf(job.properties) === 'Canceling') return
  change(kernel, running, job, 'Canceling')
  continueJob(kernel, running)
}
