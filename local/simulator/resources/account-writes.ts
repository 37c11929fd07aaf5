/** Making, changing and removing media accounts (contract section 6.1). */
import { ArmError, badRequest, locationRequired } from '../arm-errors.ts'
import { history } from '../history.ts'
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'
import { type AccountContext, bodyOf, type Context, modifiedNow, param, propertiesOf, type Reply } from '../kernel.ts'
import { names } from '../limits.ts'
import { newAccount } from '../new-account.ts'
import { readObject } from '../shape.ts'
import type { Account } from '../state.ts'
import { beginAccountOperation } from './account-operations.ts'
import { accountShape } from './account-shape.ts'
import { viewFor } from './account-views.ts'
import { removeLocator } from './locator-index.ts'

/** The account that the path names. */
export const findAccount = (context: Context): Account | undefined =>
  context.kernel.state.account(param(context, 'subscription'), param(context, 'group'), param(context, 'account'))

/** One that the service assigns gets its ids from it, and keeps them. */
const identityOf = ({ kernel }: Context, identity: Json | undefined, before?: JsonObject): JsonObject | undefined => {
  if (!isObject(identity)) return undefined
  if (!(textAt(identity, 'type') ?? '').includes('SystemAssigned')) return identity
  const { principalId = kernel.uuid(), tenantId = kernel.uuid() } = before ?? {}
  return { ...identity, principalId, tenantId }
}

/** Throws for a storage account that does not exist: Azurite knows only those it was started with. */
const storageNamesOf = ({ kernel }: Context, properties: JsonObject): string[] => {
  const accounts = properties.storageAccounts
  if (!Array.isArray(accounts)) return []
  const described = (accounts as readonly Json[]).filter(isObject)
  const primary = described.filter(account => account.type === 'Primary')
  if (primary.length !== 1) throw badRequest('Exactly one storage account of an account must be of type Primary.')
  const names = [...primary, ...described.filter(account => account.type !== 'Primary')].map(
    account => textAt(account, 'id')?.split('/').at(-1) ?? '',
  )
  const missing = names.find(name => kernel.blobStore.has?.(name) === false)
  if (missing !== undefined)
    throw badRequest(`There is no storage account '${missing}'; the simulator has those that its topology names.`)
  return names
}

const create = (context: Context, body: JsonObject, properties: JsonObject): Account => {
  const { kernel, principal } = context
  const name = param(context, 'account')
  if (!names.account.test(name)) throw badRequest(`The account name '${name}' is not valid: ${names.account.source}`)
  const location = textAt(body, 'location')
  if (location === undefined) throw locationRequired()
  const taken = kernel.state.accounts().some(account => account.name === name && account.location === location)
  if (taken) throw new ArmError(409, 'Conflict', `The account name '${name}' is already used in this region.`)
  const { tags } = body
  const identity = identityOf(context, body.identity)
  const account = newAccount(
    {
      key: name,
      subscriptionId: param(context, 'subscription'),
      resourceGroup: param(context, 'group'),
      name,
      location,
      storageAccounts: storageNamesOf(context, properties),
      properties,
      ...(isObject(tags) ? { tags } : {}),
      ...(identity === undefined ? {} : { identity }),
      createdBy: principal,
      apiVersion: context.apiVersion,
    },
    kernel.uuid(),
    kernel,
  )
  kernel.state.addAccount(account)
  return account
}

const update = (context: Context, account: Account, properties: JsonObject): void => {
  const { tags, identity } = bodyOf(context)
  account.storageAccounts = storageNamesOf(context, properties)
  account.properties = { mediaServiceId: account.properties.mediaServiceId, ...properties }
  if (isObject(tags)) account.tags = tags
  const changed = identityOf(context, identity, account.identity)
  if (changed !== undefined) account.identity = changed
  account.systemData = modifiedNow(context, account.systemData)
}

const written = (context: Context, status: number, account: Account): Reply => {
  const headers = beginAccountOperation(context, account)
  return { status, ...(headers === undefined ? {} : { headers }), body: viewFor(context, account) }
}

/** Makes an account, or replaces all of its properties. Throws a 400 or 409 ArmError. */
export const putAccount = (context: Context): Reply => {
  const existing = findAccount(context)
  const properties = readObject(accountShape, propertiesOf(context))
  if (existing === undefined) return written(context, 201, create(context, bodyOf(context), properties))
  update(context, existing, properties)
  return written(context, history.accountsAreTracked(context) ? 200 : 201, existing)
}

/** Changes what is named. Throws a 400 ArmError. */
export const patchAccount = (context: AccountContext): Reply => {
  const { mediaServiceId: _id, ...before } = context.account.properties
  update(context, context.account, readObject(accountShape, { ...before, ...propertiesOf(context) }))
  const reply = written(context, 200, context.account)
  return reply.headers === undefined ? reply : { ...reply, status: 202 }
}

/** Its locators go with it, so that their ids are free again. */
export const removeAccount = (context: Context): Reply => {
  const account = findAccount(context)
  if (account === undefined) return { status: 204 }
  const { state } = context.kernel
  for (const locator of [...account.streamingLocators.values()]) removeLocator(state, account, locator)
  state.removeAccount(account)
  return { status: 200 }
}
