/** Events of jobs and their outputs, in the published form: one general and one special event for each change. */
import type { PublishedEvent } from '../event-publisher.ts'
import { formatFullInstant } from '../instants.ts'
import { isObject, type JsonObject } from '../json.ts'
import { outputsOf, stateOf } from './job-states.ts'

const special: Readonly<Record<string, string>> = { Error: 'Errored' }

const outputView = (output: JsonObject): JsonObject => ({
  '@odata.type': '#Microsoft.Media.JobOutputAsset',
  assetName: output.assetName,
  error: output.error ?? null,
  label: output.label,
  progress: output.progress,
  state: output.state,
})

const correlationOf = (job: JsonObject): JsonObject => (isObject(job.correlationData) ? job.correlationData : {})

export interface JobPlace {
  readonly transform: string
  readonly job: string
}

/** @param before state of job and outputs before the change; the change is in `job`. */
export const jobEvents = (
  place: JobPlace,
  job: JsonObject,
  before: string,
  now: bigint,
  newId: () => string,
): PublishedEvent[] => {
  const state = stateOf(job)
  const event = (kind: string, data: JsonObject): PublishedEvent => ({
    id: newId(),
    eventType: `Microsoft.Media.${kind}`,
    subject: `transforms/${place.transform}/jobs/${place.job}`,
    eventTime: formatFullInstant(now, ''),
    data,
    dataVersion: '1.0',
  })
  const name = special[state] ?? state
  const outputs = outputsOf(job).flatMap(output => {
    const data = { previousState: before, output: outputView(output), jobCorrelationData: correlationOf(job) }
    return [event('JobOutputStateChange', data), event(`JobOutput${name}`, data)]
  })
  const common = { previousState: before, state, correlationData: correlationOf(job) }
  const ended = ['Finished', 'Error', 'Canceled'].includes(state)
  const full = ended ? { outputs: outputsOf(job).map(outputView), ...common } : common
  return [...outputs, event('JobStateChange', common), event(`Job${name}`, full)]
}
