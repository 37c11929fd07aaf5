/** Writes of accounts as long-running operations, where the switch `accountWrites` says so (contract section 6.9). */
import { ArmError } from '../arm-errors.ts'
import { history } from '../history.ts'
import { formatInstant } from '../instants.ts'
import type { JsonObject } from '../json.ts'
import { type Context, param, type Reply, type RootOperation } from '../kernel.ts'
import { endOfOperation } from '../long-operations.ts'
import { type Account, type LongOperation, regionOf } from '../state.ts'

const isLong = (context: Context) =>
  context.kernel.switches().accountWrites === 'longRunning' && history.accountsShowState(context)

const inLocation = (subscription: string, location: string) =>
  `/subscriptions/${subscription}/providers/Microsoft.Media/locations/${location}`

/** Operations on an account itself have its own path, which is empty. */
const onAccount = ''

const retryAfter = ({ kernel }: Context) => String(Math.ceil(kernel.operationMilliseconds / 1000))

/** Headers of the answer to a write; none when it is done at once. */
export const beginAccountOperation = (
  context: Context,
  account: Account,
): Readonly<Record<string, string>> | undefined => {
  if (!isLong(context)) return undefined
  const { kernel, now, origin, apiVersion } = context
  const id = kernel.uuid()
  const until = endOfOperation({ ...context, account })
  account.operations.set(id, { id, resource: onAccount, target: kernel.uuid(), until, deletes: false, started: now })
  const base = origin + inLocation(account.subscriptionId, regionOf(account.location))
  return {
    'azure-asyncoperation': `${base}/mediaServicesOperationStatuses/${id}?api-version=${apiVersion}`,
    location: `${base}/mediaServicesOperationResults/${id}?api-version=${apiVersion}`,
    'retry-after': retryAfter(context),
  }
}

export const isAccountChanging = (account: Account, now: bigint): boolean =>
  account.operations.values().some(({ resource, until }) => resource === onAccount && now < until)

interface Found {
  readonly account: Account
  readonly operation: LongOperation
}

const find = (context: Context): Found => {
  for (const account of context.kernel.state.accounts()) {
    if (account.subscriptionId.toLowerCase() !== param(context, 'subscription').toLowerCase()) continue
    const operation = account.operations.get(param(context, 'operation'))
    if (operation?.resource === onAccount) return { account, operation }
  }
  throw new ArmError(404, 'NotFound', 'The operation was not found.')
}

const status = (context: Context): Reply => {
  const { id, started, until, error } = find(context).operation
  const done = context.now >= until
  const ended: JsonObject = error === undefined ? { status: 'Succeeded' } : { status: 'Failed', error: { ...error } }
  const place = `/subscriptions/${param(context, 'subscription')}/locations/${param(context, 'location')}`
  return {
    status: 200,
    headers: done ? {} : { 'retry-after': retryAfter(context) },
    body: {
      name: id,
      id: `${place}/MediaServicesOperationStatuses/${id}`,
      startTime: formatInstant(started ?? until),
      endTime: formatInstant(until),
      ...(done ? ended : { status: 'InProgress' }),
    },
  }
}

const result =
  (view: (context: Context, account: Account) => JsonObject) =>
  (context: Context): Reply => {
    const { account, operation } = find(context)
    if (context.now >= operation.until) return { status: 200, body: view(context, account) }
    const here = `${context.origin}${context.path}?api-version=${context.apiVersion}`
    return { status: 202, headers: { location: here, 'retry-after': retryAfter(context) } }
  }

/** @param view shows an account. */
export const polledAccountOperations = (
  apiVersions: readonly string[],
  view: (context: Context, account: Account) => JsonObject,
): RootOperation[] => {
  const polled = (kind: 'Statuses' | 'Results', run: RootOperation['run']): RootOperation => ({
    apiVersions,
    root: true,
    id: `MediaServicesOperation${kind}_Get`,
    method: 'GET',
    path: `${inLocation('{subscription}', '{location}')}/mediaServicesOperation${kind}/{operation}`,
    action: 'read',
    run,
  })
  return [polled('Statuses', status), polled('Results', result(view))]
}
