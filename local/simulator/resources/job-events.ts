/**
 * Events of jobs and their outputs, in the published form (events.md section 2): one general and one special event for
 * each change of state, and one for progress. Pure.
 */
import type { PublishedEvent } from '../event-publisher.ts'
import { formatFullInstant } from '../instants.ts'
import { isObject, type JsonObject } from '../json.ts'
import { isFinal, outputsOf, stateOf } from './job-states.ts'

/** Names of events whose state is called otherwise. */
const special: Readonly<Record<string, string>> = { Error: 'Errored' }

/** Progress is told with this id, whichever job it is of. */
const noId = '00000000-0000-0000-0000-000000000000'

const outputView = (output: JsonObject): JsonObject => ({
  '@odata.type': '#Microsoft.Media.JobOutputAsset',
  assetName: output.assetName,
  error: output.error ?? null,
  label: output.label,
  progress: output.progress,
  state: output.state,
})

/** Left out of the events of a job that has none. */
const correlation = (name: string, { correlationData }: JsonObject): JsonObject =>
  isObject(correlationData) && Object.keys(correlationData).length > 0 ? { [name]: correlationData } : {}

export interface JobPlace {
  readonly transform: string
  readonly job: string
}

interface Change {
  readonly kind: string
  readonly data: JsonObject
  readonly id?: string
}

const stateChange = (kind: 'Job' | 'JobOutput', state: string, general: JsonObject, own: JsonObject): Change[] => [
  { kind: `${kind}StateChange`, data: general },
  { kind: `${kind}${special[state] ?? state}`, data: own },
]

const outputChanges = (job: JsonObject, before: JsonObject | undefined, output: JsonObject): Change[] => {
  const state = stateOf(output)
  const previousState = before === undefined ? 'Queued' : stateOf(before)
  const jobCorrelation = correlation('jobCorrelationData', job)
  if (state !== previousState) {
    const data = { previousState, output: outputView(output), ...jobCorrelation }
    return stateChange('JobOutput', state, data, data)
  }
  if (before?.progress === output.progress) return []
  const { label, progress } = output
  return [{ kind: 'JobOutputProgress', data: { ...jobCorrelation, label, progress }, id: noId }]
}

const jobChanges = (before: JsonObject, job: JsonObject): Change[] => {
  const [previousState, state] = [stateOf(before), stateOf(job)]
  if (previousState === state) return []
  const data = { previousState, state, ...correlation('correlationData', job) }
  const outputs = isFinal(state) ? { outputs: outputsOf(job).map(outputView) } : {}
  return stateChange('Job', state, data, { ...outputs, ...data })
}

/** What is told when a job became `after`: of its outputs first, then of itself. */
export const jobEvents = (
  place: JobPlace,
  before: JsonObject,
  after: JsonObject,
  now: bigint,
  newId: () => string,
): PublishedEvent[] => {
  const earlier = outputsOf(before)
  const changes = [
    ...outputsOf(after).flatMap((output, index) => outputChanges(after, earlier[index], output)),
    ...jobChanges(before, after),
  ]
  return changes.map(({ kind, data, id = newId() }) => ({
    id,
    eventType: `Microsoft.Media.${kind}`,
    subject: `transforms/${place.transform}/jobs/${place.job}`,
    eventTime: formatFullInstant(now, ''),
    data,
    dataVersion: '1.0',
  }))
}
