/** What each answer shows of a job (contract section 6.10). */
import { envelope, type ResourcePath } from '../envelope.ts'
import { history } from '../history.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import type { AccountContext } from '../kernel.ts'
import type { Job, Transform } from '../state.ts'
import { jobAsRead } from './job-states.ts'

export const jobPath = (transform: Transform, name: string): ResourcePath => [
  'transforms',
  transform.name,
  'jobs',
  name,
]

/** The first versions knew no definitions of inputs. */
const inputFor = (context: AccountContext, input: Json | undefined): Json | undefined => {
  if (history.jobsHaveInputDefinitions(context) || !isObject(input)) return input
  const { inputs } = input
  return {
    ...input,
    inputDefinitions: undefined,
    inputs: Array.isArray(inputs) ? (inputs as readonly Json[]).map(one => inputFor(context, one) ?? null) : undefined,
  }
}

/** The answer to the request that made it. */
export const viewAsMade = (context: AccountContext, transform: Transform, job: Job, properties = job.properties) =>
  envelope({
    account: context.account,
    path: jobPath(transform, job.name),
    properties: { ...properties, input: inputFor(context, properties.input) },
    systemData: job.systemData,
    apiVersion: context.apiVersion,
  })

/** A stored job. @param changer what system data say of who changes it now. */
export const viewStored = (
  context: AccountContext,
  transform: Transform,
  job: Job,
  properties: JsonObject,
  changer: JsonObject,
) => {
  const shown = viewAsMade(context, transform, job, properties)
  if (shown.systemData === undefined || history.jobsRememberCallers(context)) return shown
  return {
    ...shown,
    systemData: { createdAt: properties.created, ...changer, lastModifiedAt: properties.lastModified },
  }
}

/** As GET and lists show it. */
export const viewAsRead = (context: AccountContext, transform: Transform, job: Job): JsonObject =>
  viewStored(context, transform, job, jobAsRead(job.properties), {})
