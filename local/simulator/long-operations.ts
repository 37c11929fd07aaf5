/** Long-running operations of tracked resources: headers of the first answer and what polling shows (contract section 6.9). */
import { ArmError } from './arm-errors.ts'
import { ticksPerMillisecond } from './clock.ts'
import { history } from './history.ts'
import type { AccountContext, Reply } from './kernel.ts'
import { param } from './kernel.ts'

/** Shown in place of what is gone. */
const nobody = '00000000-0000-0000-0000-000000000000'

const baseOf = ({ account, origin }: AccountContext) =>
  `${origin}/subscriptions/${account.subscriptionId}/resourcegroups/${account.resourceGroup}` +
  `/providers/Microsoft.Media/mediaservices/${account.name}`

/** When an operation that begins now is done. */
export const endOfOperation = ({ kernel, now }: AccountContext): bigint =>
  now + BigInt(kernel.operationMilliseconds) * ticksPerMillisecond

/** An id of the resource that all its operations show. */
const targetOf = ({ account, kernel }: AccountContext, resource: string): string => {
  const last = [...account.operations.values()].findLast(operation => operation.resource === resource)
  return last === undefined || last.deletes ? kernel.uuid() : last.target
}

/**
 * Begins an operation and answers the headers that lead to it.
 * @param operations such as `streamingendpointoperations`.
 * @param resource path below the account, such as `streamingendpoints/default`.
 * @param deletes says whether the resource is gone after it.
 */
export const beginOperation = (
  context: AccountContext,
  operations: string,
  resource: string,
  deletes = false,
): Readonly<Record<string, string>> => {
  const { account, apiVersion, kernel } = context
  const id = kernel.uuid()
  const target = targetOf(context, resource)
  account.operations.set(id, { id, resource, target, until: endOfOperation(context), deletes })
  const version = `api-version=${apiVersion}`
  const status = `${baseOf(context)}/${operations}/${id}?${version}`
  return {
    'azure-asyncoperation': status,
    location: history.operationsHaveLocations(context)
      ? `${baseOf(context)}/${resource}/operationlocations/${id}?${version}`
      : status,
  }
}

const find = (context: AccountContext) => {
  const operation = context.account.operations.get(param(context, 'operation'))
  if (operation === undefined) throw new ArmError(404, 'NotFound', 'The operation was not found.')
  return operation
}

/** What `Azure-AsyncOperation` leads to. */
export const operationStatus = (context: AccountContext): Reply => {
  const { apiVersion, now } = context
  const { id, target, until, deletes } = find(context)
  const here = `${context.origin}${context.path}?api-version=${apiVersion}`
  const forgotten = deletes && now >= until && history.operationsForgetDeleted(context)
  return {
    status: 200,
    headers: {
      'azure-asyncoperation': here,
      ...(history.operationsHaveLocations(context) ? {} : { location: here }),
    },
    body: {
      name: id,
      status: now < until ? 'InProgress' : 'Succeeded',
      error: { code: 'None', message: null, target: forgotten ? nobody : target },
    },
  }
}

/** What `Location` leads to: 202 while it goes on, then whatever `done` answers. */
export const operationLocation =
  (done: (context: AccountContext) => Reply) =>
  (context: AccountContext): Reply => {
    const { until } = find(context)
    if (context.now >= until) return done(context)
    return { status: 202, headers: { location: `${context.origin}${context.path}?api-version=${context.apiVersion}` } }
  }
