/** Live outputs: what names an asset that is still being recorded. */
import { apiVersions } from '../api-versions.ts'
import { badRequest, conflict, parentNotFound, trackedNotFound } from '../arm-errors.ts'
import { envelope } from '../envelope.ts'
import { formatInstant } from '../instants.ts'
import { textAt } from '../json.ts'
import { type AccountContext, type AccountOperation, createdNow, param, propertiesOf, type Reply } from '../kernel.ts'
import { listReply } from '../lists.ts'
import { beginOperation, operationLocation, operationStatus } from '../long-operations.ts'
import { checkName } from '../resource-names.ts'
import { resourceOperations } from '../resource-operations.ts'
import { anyObject, duration, int64, object, optional, readObject, text } from '../shape.ts'
import type { LiveEvent, Resource } from '../state.ts'
import { deletedReply } from './deleted.ts'

const liveOutputShape = object({
  description: optional(text),
  assetName: text,
  archiveWindowLength: duration,
  rewindWindowLength: optional(duration),
  manifestName: optional(text),
  hls: optional(anyObject),
  outputSnapTime: optional(int64(0n)),
})

const parentOf = (context: AccountContext): LiveEvent => {
  const event = context.account.liveEvents.get(param(context, 'event'))
  if (event === undefined) throw parentNotFound(`${context.account.name}/${param(context, 'event')}`)
  return event
}

const view = (context: AccountContext, event: LiveEvent, output: Resource) =>
  envelope({
    account: context.account,
    path: ['liveevents', event.name, 'liveoutputs', output.name],
    properties: output.properties,
    systemData: output.systemData,
    apiVersion: context.apiVersion,
  })

const get = (context: AccountContext): Reply => {
  const event = parentOf(context)
  const output = event.outputs.get(param(context, 'output'))
  if (output === undefined)
    throw trackedNotFound(
      'mediaservices',
      `${context.account.name}/liveEvents/${event.name}/liveOutputs/${param(context, 'output')}`,
      context.account.resourceGroup,
    )
  return { status: 200, body: view(context, event, output) }
}

const headersFor = (context: AccountContext, event: string, output: string) =>
  beginOperation(context, 'liveoutputoperations', `liveevents/${event}/liveoutputs/${output}`)

const put = (context: AccountContext): Reply => {
  const event = parentOf(context)
  const name = param(context, 'output')
  checkName(name)
  if (event.outputs.get(name) !== undefined) throw conflict(`The live output '${name}' already exists.`)
  const wanted = readObject(liveOutputShape, propertiesOf(context))
  const asset = textAt(wanted, 'assetName') ?? ''
  if (context.account.assets.get(asset) === undefined) throw badRequest(`The asset '${asset}' does not exist.`)
  const created = formatInstant(context.now)
  const output: Resource = {
    name,
    properties: {
      ...wanted,
      manifestName: wanted.manifestName ?? context.kernel.uuid(),
      outputSnapTime: wanted.outputSnapTime ?? 0,
      resourceState: 'Running',
      provisioningState: 'Succeeded',
      created,
      lastModified: created,
    },
    systemData: createdNow(context),
  }
  event.outputs.set(output)
  return { status: 201, headers: headersFor(context, event.name, name), body: view(context, event, output) }
}

const remove = (context: AccountContext): Reply => {
  const event = parentOf(context)
  const name = param(context, 'output')
  if (!event.outputs.delete(name)) return deletedReply(context, false)
  return { status: 202, headers: headersFor(context, event.name, name) }
}

const more = (id: string, path: string, run: AccountOperation['run']): AccountOperation => ({
  id,
  method: 'GET',
  path,
  apiVersions: apiVersions.streaming,
  action: 'liveEvents/liveOutputs/read',
  run,
})

export const liveOutputOperations: readonly AccountOperation[] = [
  ...resourceOperations({
    group: 'LiveOutputs',
    path: 'liveEvents/{event}/liveOutputs',
    param: 'output',
    apiVersions: apiVersions.streaming,
    putName: 'Create',
    list: context => {
      const event = parentOf(context)
      return listReply(context, {
        name: 'liveOutputs',
        sorted: event.outputs.sorted(),
        view: output => view(context, event, output),
      })
    },
    get,
    put,
    delete: remove,
  }),
  more('LiveOutputs_AsyncOperation', 'liveOutputOperations/{operation}', operationStatus),
  more(
    'LiveOutputs_OperationLocation',
    'liveEvents/{event}/liveOutputs/{output}/operationLocations/{operation}',
    operationLocation(context => {
      const event = context.account.liveEvents.get(param(context, 'event'))
      return event?.outputs.get(param(context, 'output')) === undefined ? { status: 200 } : get(context)
    }),
  ),
]
