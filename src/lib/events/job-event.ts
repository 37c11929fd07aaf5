import type { AccountKey } from '../model.ts'
import { type Envelope, isObject } from './envelope.ts'
import { isResourceName } from './names.ts'
import { type AssetTrigger, type EventReading, type IgnoredCode, ignore } from './trigger.ts'

/** `transforms/{transform}/jobs/{job}` without a leading slash (events section 2.2). */
const jobSubject = /^transforms\/[^/\p{Cc}]{1,260}\/jobs\/[^/\p{Cc}]{1,260}$/iu

/** Far above what a job can have; an event of 1 MB must not become a flood of requests. */
const mostOutputs = 100

const failedStates = ['error', 'canceled', 'canceling']

/** `error` is null on the wire when there is none, and `state` decides where it is given (events section 2.2). */
const problemOf = (output: unknown): IgnoredCode | undefined => {
  if (!isObject(output)) return 'EventMalformed'
  const state = typeof output.state === 'string' ? output.state.toLowerCase() : 'finished'
  if (failedStates.includes(state) || (output.error !== null && output.error !== undefined)) return 'OutputFailed'
  if (state !== 'finished') return 'OutputNotFinished'
  return isResourceName(output.assetName) ? undefined : 'NameInvalid'
}

/** Lower-cased names of the assets with an output of that problem. */
const assetsWith = (code: IgnoredCode, outputs: readonly unknown[]): ReadonlySet<string> =>
  new Set(
    outputs.flatMap(output =>
      isObject(output) && typeof output.assetName === 'string' && problemOf(output) === code
        ? [output.assetName.toLowerCase()]
        : [],
    ),
  )

/** @param finishedAt when the whole job had finished; an output alone says nothing of others into the same asset. */
const readOutputs = (
  account: AccountKey,
  outputs: readonly unknown[],
  finishedAt: number | undefined,
): EventReading => {
  const triggers = new Map<string, AssetTrigger>()
  const ignored: IgnoredCode[] = []
  const failed = assetsWith('OutputFailed', outputs)
  const unfinished = assetsWith('OutputNotFinished', outputs)
  for (const output of outputs) {
    const problem = problemOf(output)
    if (problem !== undefined) ignored.push(problem)
    if (problem !== undefined || !isObject(output) || typeof output.assetName !== 'string') continue
    const name = output.assetName
    // Several outputs may feed one asset, and names differ in case only by accident.
    const key = name.toLowerCase()
    // An output that failed leaves half of an asset, whatever else was written into it.
    if (failed.has(key)) continue
    const trigger: AssetTrigger = { kind: 'asset', account, name, reason: 'jobFinished' }
    triggers.set(key, finishedAt === undefined || unfinished.has(key) ? trigger : { ...trigger, finishedAt })
  }
  return { triggers: [...triggers.values()], ignored }
}

const isOfOneOutput = ({ type }: Envelope) => type.toLowerCase() === 'microsoft.media.joboutputfinished'

/** All outputs of `JobFinished`, the one of `JobOutputFinished`. */
const outputsOf = (envelope: Envelope): readonly unknown[] | undefined => {
  const { data } = envelope
  if (isOfOneOutput(envelope)) return isObject(data.output) ? [data.output] : undefined
  return Array.isArray(data.outputs) && data.outputs.length > 0 ? data.outputs : undefined
}

/** Reads `Microsoft.Media.JobFinished` and `JobOutputFinished`. An output that failed starts nothing. */
export const readJobEvent = (envelope: Envelope, account: AccountKey): EventReading => {
  if (!jobSubject.test(envelope.subject)) return ignore('SubjectInvalid')
  const outputs = outputsOf(envelope)
  if (outputs === undefined) return ignore('OutputsMissing')
  if (outputs.length > mostOutputs) return ignore('OutputsTooMany')
  return readOutputs(account, outputs, isOfOneOutput(envelope) ? undefined : envelope.time)
}
