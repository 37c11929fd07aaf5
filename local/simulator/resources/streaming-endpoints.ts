/** Streaming endpoints (contract section 6.9). */
import { apiVersions } from '../api-versions.ts'
import { badRequest, conflict, locationRequired, operationInProgress, trackedNotFound } from '../arm-errors.ts'
import { history } from '../history.ts'
import { formatInstant } from '../instants.ts'
import { isObject, type JsonObject, textAt } from '../json.ts'
import {
  type AccountContext,
  type AccountOperation,
  bodyOf,
  createdNow,
  modifiedNow,
  param,
  propertiesOf,
  type Reply,
} from '../kernel.ts'
import { names, quotas } from '../limits.ts'
import { listReply } from '../lists.ts'
import { beginOperation, endOfOperation, operationLocation, operationStatus } from '../long-operations.ts'
import { displayNameOf } from '../regions.ts'
import { resourceOperations } from '../resource-operations.ts'
import { int32, object, readObject } from '../shape.ts'
import type { TrackedResource } from '../state.ts'
import { deletedReply } from './deleted.ts'
import { endpointShape } from './streaming-endpoint-shape.ts'
import { asRead, build, isChanging, noTime, view } from './streaming-endpoint-views.ts'

const find = (context: AccountContext): TrackedResource => {
  const { account } = context
  const name = param(context, 'endpoint')
  const endpoint = account.streamingEndpoints.get(name)
  if (endpoint === undefined)
    throw trackedNotFound('mediaservices', `${account.name}/streamingEndpoints/${name}`, account.resourceGroup)
  return endpoint
}

const headersFor = (context: AccountContext, name: string, deletes = false) =>
  beginOperation(context, 'streamingendpointoperations', `streamingendpoints/${name}`, deletes)

const locationAndTags = (context: AccountContext) => {
  const { location, tags } = bodyOf(context)
  return {
    location: displayNameOf(typeof location === 'string' ? location : context.account.location),
    ...(isObject(tags) ? { tags } : {}),
  }
}

/** The first versions did not ask for units. */
const scaled = (context: AccountContext, properties: JsonObject): JsonObject =>
  history.endpointsNeedScaleUnits(context) ? properties : { scaleUnits: 0, ...properties }

const put = (context: AccountContext): Reply => {
  const { account, now } = context
  const name = param(context, 'endpoint')
  if (!names.streamingEndpoint.test(name)) throw badRequest(`The streaming endpoint name '${name}' is not valid.`)
  if (account.streamingEndpoints.get(name) !== undefined)
    throw conflict(`The streaming endpoint '${name}' already exists.`)
  if (account.streamingEndpoints.size >= quotas.streamingEndpoints)
    throw badRequest(`The quota of ${quotas.streamingEndpoints} streaming endpoints is reached.`)
  if (textAt(bodyOf(context), 'location') === undefined) throw locationRequired()
  const starts = context.query.get('autoStart') === 'true'
  const time = formatInstant(now)
  const wanted = readObject(endpointShape, scaled(context, propertiesOf(context)))
  const endpoint: TrackedResource = {
    name,
    ...locationAndTags(context),
    properties: build(account, name, wanted, starts ? 'Running' : 'Stopped', time, time),
    systemData: createdNow(context),
    change: { during: 'Stopped', until: endOfOperation(context) },
  }
  account.streamingEndpoints.set(endpoint)
  const status = history.endpointsAreCreated(context) ? 201 : 202
  return { status, headers: headersFor(context, name), body: view(context, endpoint, {}) }
}

const change = (context: AccountContext, endpoint: TrackedResource, properties: JsonObject, during?: string) => {
  if (isChanging(endpoint, context.now)) throw operationInProgress()
  const changed: TrackedResource = {
    ...endpoint,
    properties: { ...endpoint.properties, ...properties, lastModified: formatInstant(context.now) },
    systemData: modifiedNow(context, endpoint.systemData),
    ...(during === undefined ? {} : { change: { during, until: endOfOperation(context) } }),
  }
  context.account.streamingEndpoints.set(changed)
  return changed
}

/** The first versions answered at once, without host, state and times; a GET has them. */
const patch = (context: AccountContext): Reply => {
  const before = find(context)
  const sent = propertiesOf(context)
  const wanted = readObject(endpointShape, { ...before.properties, ...sent })
  const { scaleUnits: _scaled, ...rest } = wanted
  const changes = rest.cdnEnabled === false ? { ...rest, cdnProvider: null, cdnProfile: '' } : rest
  const moved = { ...before, ...locationAndTags(context) }
  if (history.endpointsUpdateSlowly(context)) {
    const updated = change(context, moved, changes, textAt(before.properties, 'resourceState'))
    return { status: 202, headers: headersFor(context, before.name), body: view(context, updated) }
  }
  const changed = change(context, moved, changes)
  const hidden = {
    ...asRead(changed.properties),
    cdnProvider: sent.cdnProvider ?? null,
    cdnProfile: sent.cdnProfile ?? null,
    hostName: null,
    resourceState: null,
    created: noTime,
    lastModified: noTime,
  }
  return { status: 200, body: view(context, changed, hidden) }
}

const remove = (context: AccountContext): Reply => {
  const endpoint = context.account.streamingEndpoints.get(param(context, 'endpoint'))
  if (endpoint === undefined) return deletedReply(context, false)
  if (endpoint.name.toLowerCase() === 'default') throw badRequest('The default streaming endpoint cannot be deleted.')
  if (isChanging(endpoint, context.now)) throw operationInProgress()
  context.account.streamingEndpoints.delete(endpoint.name)
  return { status: 202, headers: headersFor(context, endpoint.name, true) }
}

const turn =
  (during: string, after: string) =>
  (context: AccountContext): Reply => {
    const endpoint = change(context, find(context), { resourceState: after }, during)
    return { status: 202, headers: headersFor(context, endpoint.name) }
  }

const scaleShape = object({ scaleUnit: int32(0, quotas.streamingUnits) })
const scale = (context: AccountContext): Reply => {
  const { scaleUnit } = readObject(scaleShape, bodyOf(context))
  change(context, find(context), { scaleUnits: scaleUnit })
  return { status: 200 }
}

const skus = (context: AccountContext): Reply => {
  find(context)
  const maximum = history.endpointsScaleToTen(context) ? 10 : quotas.streamingUnits
  const premium: JsonObject = {
    resourceType: 'Microsoft.Media/mediaservices/streamingEndpoints',
    sku: { name: 'Premium' },
    capacity: { scaleType: 'Automatic', default: 1, minimum: 1, maximum },
  }
  return { status: 200, body: { value: [premium] } }
}

const more = (id: string, path: string, run: AccountOperation['run']): AccountOperation => ({
  id,
  method: 'GET',
  path,
  apiVersions: apiVersions.streaming,
  action: 'streamingEndpoints/read',
  run,
})

export const streamingEndpointOperations: readonly AccountOperation[] = [
  ...resourceOperations({
    group: 'StreamingEndpoints',
    path: 'streamingEndpoints',
    param: 'endpoint',
    apiVersions: apiVersions.streaming,
    putName: 'Create',
    list: context =>
      listReply(context, {
        name: 'streamingEndpoints',
        sorted: context.account.streamingEndpoints.sorted(),
        view: endpoint => view(context, endpoint),
      }),
    get: context => ({ status: 200, body: view(context, find(context)) }),
    put,
    patch,
    delete: remove,
    actions: {
      start: { run: turn('Starting', 'Running') },
      stop: { run: turn('Stopping', 'Stopped') },
      scale: { run: scale },
    },
  }),
  more('StreamingEndpoints_Skus', 'streamingEndpoints/{endpoint}/skus', skus),
  more('StreamingEndpoints_AsyncOperation', 'streamingEndpointOperations/{operation}', operationStatus),
  more(
    'StreamingEndpoints_OperationLocation',
    'streamingEndpoints/{endpoint}/operationLocations/{operation}',
    operationLocation(context => {
      const endpoint = context.account.streamingEndpoints.get(textAt(context.params, 'endpoint') ?? '')
      return endpoint === undefined ? { status: 200 } : { status: 200, body: view(context, endpoint) }
    }),
  ),
]
