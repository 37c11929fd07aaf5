/** Live events, as far as they are needed to have outputs that name assets; nothing is ever streamed. */
import { apiVersions } from '../api-versions.ts'
import { conflict, operationInProgress, trackedNotFound } from '../arm-errors.ts'
import { Collection } from '../collection.ts'
import { envelope } from '../envelope.ts'
import { formatInstant } from '../instants.ts'
import { isObject, type JsonObject } from '../json.ts'
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
import { listReply } from '../lists.ts'
import { beginOperation, endOfOperation, operationLocation, operationStatus } from '../long-operations.ts'
import { displayNameOf } from '../regions.ts'
import { checkName } from '../resource-names.ts'
import { resourceOperations } from '../resource-operations.ts'
import { anyObject, arrayOf, bool, defaulted, object, oneOf, optional, readObject, text } from '../shape.ts'
import type { LiveEvent } from '../state.ts'
import { deletedReply } from './deleted.ts'

const liveEventShape = object({
  description: optional(text),
  useStaticHostname: defaulted(bool, false),
  streamOptions: defaulted(arrayOf(text), []),
  input: object({
    keyFrameIntervalDuration: optional(text),
    streamingProtocol: oneOf('FragmentedMP4', 'RTMP'),
    accessToken: optional(text),
    endpoints: defaulted(arrayOf(anyObject), []),
    accessControl: optional(anyObject),
  }),
  preview: optional(anyObject),
  encoding: optional(anyObject),
  crossSiteAccessPolicies: optional(anyObject),
  hostnamePrefix: optional(text),
  transcriptions: defaulted(arrayOf(anyObject), []),
})

const isChanging = ({ change }: LiveEvent, now: bigint) => change !== undefined && now < change.until

const view = (context: AccountContext, event: LiveEvent): JsonObject => {
  const changing = isChanging(event, context.now)
  const { resourceState, ...rest } = event.properties
  const { properties, ...frame } = envelope({
    account: context.account,
    path: ['liveevents', event.name],
    properties: {
      ...rest,
      resourceState: changing ? event.change?.during : resourceState,
      provisioningState: changing ? 'InProgress' : 'Succeeded',
    },
    systemData: event.systemData,
    apiVersion: context.apiVersion,
  })
  return { ...frame, location: event.location, tags: event.tags ?? {}, properties }
}

/** Throws the 404 of something that Resource Manager tracks. */
const find = (context: AccountContext): LiveEvent => {
  const { account } = context
  const event = account.liveEvents.get(param(context, 'event'))
  if (event === undefined)
    throw trackedNotFound(
      'mediaservices',
      `${account.name}/liveEvents/${param(context, 'event')}`,
      account.resourceGroup,
    )
  return event
}

const headersFor = (context: AccountContext, name: string, deletes = false) =>
  beginOperation(context, 'liveeventoperations', `liveevents/${name}`, deletes)

const put = (context: AccountContext): Reply => {
  const { account, now } = context
  const name = param(context, 'event')
  checkName(name)
  if (account.liveEvents.get(name) !== undefined) throw conflict(`The live event '${name}' already exists.`)
  const { location, tags } = bodyOf(context)
  const starts = context.query.get('autoStart') === 'true'
  const created = formatInstant(now)
  const event: LiveEvent = {
    name,
    location: displayNameOf(typeof location === 'string' ? location : account.location),
    ...(isObject(tags) ? { tags } : {}),
    properties: {
      ...readObject(liveEventShape, propertiesOf(context)),
      resourceState: starts ? 'Running' : 'Stopped',
      created,
      lastModified: created,
    },
    systemData: createdNow(context),
    change: { during: 'Stopped', until: endOfOperation(context) },
    outputs: new Collection(() => context.kernel.clock.ticks()),
  }
  account.liveEvents.set(event)
  return { status: 201, headers: headersFor(context, name), body: view(context, event) }
}

const change = (context: AccountContext, event: LiveEvent, properties: JsonObject, during: string): LiveEvent => {
  if (isChanging(event, context.now)) throw operationInProgress()
  const changed: LiveEvent = {
    ...event,
    properties: { ...event.properties, ...properties, lastModified: formatInstant(context.now) },
    systemData: modifiedNow(context, event.systemData),
    change: { during, until: endOfOperation(context) },
  }
  context.account.liveEvents.set(changed)
  return changed
}

const patch = (context: AccountContext): Reply => {
  const before = find(context)
  const wanted = readObject(liveEventShape, { ...before.properties, ...propertiesOf(context) })
  const changed = change(context, before, wanted, String(before.properties.resourceState))
  return { status: 202, headers: headersFor(context, changed.name), body: view(context, changed) }
}

const turn =
  (during: string, after: string) =>
  (context: AccountContext): Reply => {
    const event = change(context, find(context), { resourceState: after }, during)
    return { status: 202, headers: headersFor(context, event.name) }
  }

const remove = (context: AccountContext): Reply => {
  const event = context.account.liveEvents.get(param(context, 'event'))
  if (event === undefined) return deletedReply(context, false)
  if (isChanging(event, context.now)) throw operationInProgress()
  context.account.liveEvents.delete(event.name)
  return { status: 202, headers: headersFor(context, event.name, true) }
}

const more = (id: string, path: string, run: AccountOperation['run']): AccountOperation => ({
  id,
  method: 'GET',
  path,
  apiVersions: apiVersions.streaming,
  action: 'liveEvents/read',
  run,
})

export const liveEventOperations: readonly AccountOperation[] = [
  ...resourceOperations({
    group: 'LiveEvents',
    path: 'liveEvents',
    param: 'event',
    apiVersions: apiVersions.streaming,
    putName: 'Create',
    list: context =>
      listReply(context, {
        name: 'liveEvents',
        sorted: context.account.liveEvents.sorted(),
        view: event => view(context, event),
      }),
    get: context => ({ status: 200, body: view(context, find(context)) }),
    put,
    patch,
    delete: remove,
    actions: {
      allocate: { run: turn('Allocating', 'StandBy') },
      start: { run: turn('Starting', 'Running') },
      stop: { run: turn('Stopping', 'Stopped') },
      reset: { run: turn('Stopping', 'Running') },
    },
  }),
  more('LiveEvents_AsyncOperation', 'liveEventOperations/{operation}', operationStatus),
  more(
    'LiveEvents_OperationLocation',
    'liveEvents/{event}/operationLocations/{operation}',
    operationLocation(context => {
      const event = context.account.liveEvents.get(param(context, 'event'))
      return event === undefined ? { status: 200 } : { status: 200, body: view(context, event) }
    }),
  ),
]
