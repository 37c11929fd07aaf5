/** Long-running operations on tracks: their own addresses and their own form (contract sections 2 and 6.9). */
import { ArmError } from '../arm-errors.ts'
import { resourceId } from '../envelope.ts'
import { formatInstant } from '../instants.ts'
import type { JsonObject } from '../json.ts'
import { type AccountContext, param, type Reply } from '../kernel.ts'
import { endOfOperation } from '../long-operations.ts'
import type { LongOperation } from '../state.ts'
import type { TrackError } from './text-file.ts'

export type TrackPath = readonly ['assets', string, 'tracks', string]

const keyOf = (path: TrackPath) => path.join('/').toLowerCase()

const version = ({ apiVersion }: AccountContext) => `api-version=${apiVersion}`

const retryAfter = ({ kernel }: AccountContext) => String(Math.ceil(kernel.operationMilliseconds / 1000))

/** Begins an operation and answers the headers that lead to it. @param error what it ends with. */
export const beginTrackOperation = (
  context: AccountContext,
  path: TrackPath,
  error: TrackError | undefined,
): Readonly<Record<string, string>> => {
  const { account, kernel, now, origin } = context
  const id = kernel.uuid()
  account.operations.set(id, {
    id,
    resource: keyOf(path),
    target: kernel.uuid(),
    until: endOfOperation(context),
    deletes: false,
    started: now,
    ...(error === undefined ? {} : { error }),
  })
  const base = origin + resourceId(account, path)
  return {
    'azure-asyncoperation': `${base}/operationStatuses/${id}?${version(context)}`,
    location: `${base}/operationResults/${id}?${version(context)}`,
    'retry-after': retryAfter(context),
  }
}

/** Whether an operation on the track is under way. */
export const isTrackChanging = ({ account, now }: AccountContext, path: TrackPath): boolean =>
  account.operations.values().some(({ resource, until }) => resource === keyOf(path) && now < until)

type TrackOperation = LongOperation & { readonly started: bigint }

const find = (context: AccountContext, path: TrackPath): TrackOperation => {
  const operation = context.account.operations.get(param(context, 'operation'))
  if (operation?.started === undefined || operation.resource !== keyOf(path))
    throw new ArmError(404, 'NotFound', 'The operation was not found.')
  return { ...operation, started: operation.started }
}

/** What `Azure-AsyncOperation` leads to. */
export const trackOperationStatus = (context: AccountContext, path: TrackPath): Reply => {
  const { id, until, started, error } = find(context, path)
  const done = context.now >= until
  const ended: JsonObject = error === undefined ? { status: 'Succeeded' } : { status: 'Failed', error: { ...error } }
  return {
    status: 200,
    headers: done ? {} : { 'retry-after': retryAfter(context) },
    body: {
      name: id,
      id: resourceId(context.account, [...path, 'operationStatuses', id]),
      startTime: formatInstant(started),
      ...(done ? { endTime: formatInstant(until), ...ended } : { status: 'InProgress' }),
    },
  }
}

/** What `Location` leads to: 202 while it goes on, then the track, or 204 when there is none any more. */
export const trackOperationResult = async (
  context: AccountContext,
  path: TrackPath,
  shown: () => Promise<JsonObject | undefined>,
): Promise<Reply> => {
  const { id, until, error } = find(context, path)
  if (context.now < until)
    return {
      status: 202,
      headers: { location: `${context.origin}${context.path}?${version(context)}`, 'retry-after': retryAfter(context) },
    }
  if (error !== undefined) throw new ArmError(400, error.code, error.message)
  const result = await shown()
  if (result === undefined) return { status: 204 }
  const type = 'Microsoft.Media/mediaservices/assets/tracks/operationResults'
  return { status: 200, body: { ...result, id: resourceId(context.account, [...path, 'operationResults', id]), type } }
}
