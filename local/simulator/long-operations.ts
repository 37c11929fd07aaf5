/** Long-running operations of tracked resources: headers of the first answer and what polling shows (contract section 6.9). */
import { ArmError } from './arm-errors.ts'
import { ticksPerMillisecond } from './clock.ts'
import type { AccountContext, Reply } from './kernel.ts'
import { param } from './kernel.ts'

const baseOf = ({ account, origin }: AccountContext) =>
  `${origin}/subscriptions/${account.subscriptionId}/resourcegroups/${account.resourceGroup}` +
  `/providers/Microsoft.Media/mediaservices/${account.name}`

/** When an operation that begins now is done. */
export const endOfOperation = ({ kernel, now }: AccountContext): bigint =>
  now + BigInt(kernel.operationMilliseconds) * ticksPerMillisecond

/**
 * Begins an operation and answers the headers that lead to it.
 * @param operations such as `streamingendpointoperations`.
 * @param resource path below the account, such as `streamingendpoints/default`.
 */
export const beginOperation = (
  context: AccountContext,
  operations: string,
  resource: string,
): Readonly<Record<string, string>> => {
  const { account, apiVersion, kernel } = context
  const id = kernel.uuid()
  account.operations.set(id, { id, target: kernel.uuid(), until: endOfOperation(context) })
  const version = `api-version=${apiVersion}`
  return {
    'azure-asyncoperation': `${baseOf(context)}/${operations}/${id}?${version}`,
    location: `${baseOf(context)}/${resource}/operationlocations/${id}?${version}`,
  }
}

const find = (context: AccountContext) => {
  const operation = context.account.operations.get(param(context, 'operation'))
  if (operation === undefined) throw new ArmError(404, 'NotFound', 'The operation was not found.')
  return operation
}

/** What `Azure-AsyncOperation` leads to. */
export const operationStatus = (context: AccountContext): Reply => {
  const { id, target, until } = find(context)
  return {
    status: 200,
    headers: {
      'azure-asyncoperation': `${context.origin}${context.path}?api-version=${context.apiVersion}`,
    },
    body: {
      name: id,
      status: context.now < until ? 'InProgress' : 'Succeeded',
      error: { code: 'None', message: null, target },
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
