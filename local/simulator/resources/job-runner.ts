/** Drives jobs from Scheduled to their end on the clock of the simulator, writes their outputs and tells the events. */
import { accountId } from '../envelope.ts'
import { isObject, type JsonObject, textAt } from '../json.ts'
import type { Kernel } from '../kernel.ts'
import type { Account, Job } from '../state.ts'
import { placeOf } from './asset-place.ts'
import { encodeInto } from './encoder.ts'
import { jobEvents } from './job-events.ts'
import { isFinal, type JobError, type JobState, moveTo, outputsOf, stateOf } from './job-states.ts'

/** An input with this label makes its job end in error. */
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

const change = (kernel: Kernel, running: RunningJob, job: Job, state: JobState, error?: JobError): void => {
  const before = stateOf(job.properties)
  const now = kernel.clock.ticks()
  const properties = moveTo(job.properties, state, now, error)
  running.account.transforms.get(running.transform)?.jobs.set({ ...job, properties })
  announce(kernel, running, properties, before)
}

const announce = (kernel: Kernel, { account, transform, name }: RunningJob, job: JsonObject, before: string): void => {
  const events = jobEvents({ transform, job: name }, job, before, kernel.clock.ticks(), kernel.uuid)
  kernel.events?.publish(accountId(account), events)
}

const writeOutputs = async (kernel: Kernel, account: Account, job: Job): Promise<JobError | undefined> => {
  if (kernel.sampleDir === undefined) return uploadFailed('the simulator has no sample to encode (sampleDir)')
  for (const output of outputsOf(job.properties)) {
    const assetName = textAt(output, 'assetName') ?? ''
    const asset = account.assets.get(assetName)
    if (asset === undefined) return uploadFailed(`asset '${assetName}' does not exist`)
    try {
      await encodeInto(kernel.blobStore, placeOf(asset), kernel.sampleDir)
    } catch (error) {
      return uploadFailed(error instanceof Error ? error.message : String(error))
    }
  }
  return undefined
}

const finish = async (kernel: Kernel, running: RunningJob): Promise<void> => {
  const job = current(running)
  if (job === undefined || stateOf(job.properties) !== 'Processing') return
  const error = isToFail(kernel, job) ? unsupported : await writeOutputs(kernel, running.account, job)
  // It may have been canceled or deleted while the files were written.
  const after = current(running)
  if (after === undefined || stateOf(after.properties) !== 'Processing') return
  change(kernel, running, after, error === undefined ? 'Finished' : 'Error', error)
}

/** Tells of a job that was just stored as Scheduled, or as Queued and no event yet, and brings it to its end. */
export const startJob = (kernel: Kernel, running: RunningJob): void => {
  const job = current(running)
  if (job === undefined) return
  if (stateOf(job.properties) !== 'Queued') announce(kernel, running, job.properties, 'Queued')
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
  if (state === 'Processing')
    after(kernel.jobMilliseconds - third, () => {
      finish(kernel, running).catch((error: unknown) => kernel.report(`Job ${running.name} stopped: ${String(error)}`))
    })
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
