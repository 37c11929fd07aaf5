/** Jobs (contract section 6.10). */
import { apiVersions } from '../api-versions.ts'
import { badRequest, conflict, notFound } from '../arm-errors.ts'
import { resourceId, systemDataView } from '../envelope.ts'
import { history } from '../history.ts'
import { formatInstant, parseInstant } from '../instants.ts'
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'
import { type AccountContext, createdNow, modifiedNow, param, propertiesOf, type Reply } from '../kernel.ts'
import { quotas } from '../limits.ts'
import { listReply } from '../lists.ts'
import type { ListProperties, Reader } from '../odata.ts'
import { checkName } from '../resource-names.ts'
import { resourceOperations } from '../resource-operations.ts'
import { readObject } from '../shape.ts'
import type { Job, Transform } from '../state.ts'
import { deletedReply } from './deleted.ts'
import { cancelJob, type RunningJob, startJob } from './job-runner.ts'
import { jobPatchShape, jobShape } from './job-shape.ts'
import { isFinal, jobAsRead, outputsOf, stateOf } from './job-states.ts'
import { jobPath, viewAsMade, viewAsRead, viewStored } from './job-views.ts'
import { findTransform } from './transforms.ts'

const find = (context: AccountContext): { transform: Transform; job: Job } => {
  const transform = findTransform(context)
  const job = transform.jobs.get(param(context, 'job'))
  if (job === undefined) throw notFound()
  return { transform, job }
}

const runningOf = (context: AccountContext, transform: Transform, job: Job): RunningJob => ({
  account: context.account,
  transform: transform.name,
  name: job.name,
  run: job.run,
})

/** `VideoAnalyzerPreset_0`: the type of the preset and the place of the output. */
const defaultLabel = (transform: Transform, index: number): string => {
  const { outputs } = transform.properties
  const output = Array.isArray(outputs) ? (outputs as readonly Json[])[index] : undefined
  const preset = isObject(output) && isObject(output.preset) ? textAt(output.preset, '@odata.type') : undefined
  return `${preset?.split('.').at(-1) ?? 'Output'}_${index}`
}

/** Assets that an input names, however deep. */
const assetsIn = (input: Json | undefined): string[] => {
  if (Array.isArray(input)) return (input as readonly Json[]).flatMap(assetsIn)
  if (!isObject(input)) return []
  const named = textAt(input, 'assetName')
  return [...(named === undefined ? [] : [named]), ...assetsIn(input.inputs)]
}

/** In the words that a user reported. */
const checkAssets = ({ account }: AccountContext, wanted: JsonObject): void => {
  const id = textAt(account.properties, 'mediaServiceId') ?? account.name
  const outputs = outputsOf(wanted).map(output => textAt(output, 'assetName') ?? '')
  for (const name of [...assetsIn(wanted.input), ...outputs])
    if (account.assets.get(name) === undefined)
      throw badRequest(`Asset '${name}' is not found under account '${id}' when creating job.`)
}

const put = (context: AccountContext): Reply => {
  const { kernel, now } = context
  const transform = findTransform(context)
  const name = param(context, 'job')
  checkName(name)
  if (transform.jobs.get(name) !== undefined) throw conflict(`The job '${name}' already exists.`)
  const wanted = readObject(jobShape, propertiesOf(context))
  checkAssets(context, wanted)
  if (outputsOf(wanted).length > quotas.jobOutputs) throw badRequest(`A job has ${quotas.jobOutputs} outputs at most.`)
  const created = formatInstant(now)
  const job: Job = {
    name,
    run: kernel.uuid(),
    properties: {
      created,
      state: history.jobsAreScheduledAtOnce(context) ? 'Scheduled' : 'Queued',
      description: wanted.description,
      input: wanted.input,
      lastModified: created,
      outputs: outputsOf(wanted).map((output, index) => ({
        '@odata.type': output['@odata.type'],
        state: 'Queued',
        progress: 0,
        label: output.label ?? defaultLabel(transform, index),
        presetOverride: output.presetOverride,
        assetName: output.assetName,
      })),
      priority: wanted.priority,
      correlationData: wanted.correlationData,
    },
    systemData: createdNow(context),
  }
  transform.jobs.set(job)
  startJob(kernel, runningOf(context, transform, job))
  return { status: 201, body: viewAsMade(context, transform, job) }
}

/** Only description and priority change; the rest of the body is ignored, as recorded. */
const patch = (context: AccountContext): Reply => {
  const { transform, job } = find(context)
  const lastModified = formatInstant(context.now)
  const changed: Job = {
    ...job,
    properties: { ...job.properties, ...readObject(jobPatchShape, propertiesOf(context)), lastModified },
    systemData: modifiedNow(context, job.systemData),
  }
  transform.jobs.set(changed)
  const { lastModifiedBy, lastModifiedByType } = systemDataView(changed.systemData ?? createdNow(context))
  const properties = { ...jobAsRead(changed.properties), lastModified }
  const body = viewStored(context, transform, changed, properties, { lastModifiedBy, lastModifiedByType })
  return { status: 200, body }
}

const remove = (context: AccountContext): Reply => {
  const transform = findTransform(context)
  const job = transform.jobs.get(param(context, 'job'))
  if (job === undefined) return deletedReply(context, false)
  const state = stateOf(job.properties)
  if (!isFinal(state))
    throw badRequest(
      history.jobsNameWhatIsNotFinal(context)
        ? `The job Delete operation for '${resourceId(context.account, jobPath(transform, job.name))}' resource failed. ` +
            `The job is in the '${state}' state. Cancel the job or retry after the processing completes.`
        : `The job is in the non-final state '${state}.' Please cancel it or wait for it to finish before deleting.`,
    )
  return deletedReply(context, transform.jobs.delete(job.name))
}

const cancel = (context: AccountContext): Reply => {
  const { transform, job } = find(context)
  cancelJob(context.kernel, runningOf(context, transform, job))
  return { status: 200 }
}

const some = ['gt', 'ge', 'lt', 'le'] as const
const listProperties: ListProperties = {
  name: { type: 'text', operators: ['eq'], sortable: true },
  'properties/state': { type: 'jobState', operators: ['eq', 'ne'], sortable: false },
  'properties/created': { type: 'instant', operators: some, sortable: true },
  'properties/lastModified': { type: 'instant', operators: some, sortable: true },
}
const readProperty: Reader = (job, path) => {
  if (path === 'name') return job.name.toLowerCase()
  const value = textAt(jobAsRead(job.properties), path.slice('properties/'.length))
  return path === 'properties/state' ? value?.toLowerCase() : parseInstant(value ?? '')
}

export const jobOperations = resourceOperations({
  group: 'Jobs',
  path: 'transforms/{transform}/jobs',
  param: 'job',
  apiVersions: apiVersions.encoding,
  writeBucket: 'resourceRequests',
  putName: 'Create',
  list: context => {
    const transform = findTransform(context)
    return listReply(context, {
      name: 'jobs',
      sorted: transform.jobs.sorted(),
      view: job => viewAsRead(context, transform, job),
      properties: listProperties,
      read: readProperty,
    })
  },
  get: context => {
    const { transform, job } = find(context)
    return { status: 200, body: viewAsRead(context, transform, job) }
  },
  put,
  patch,
  delete: remove,
  actions: { cancelJob: { run: cancel } },
})
