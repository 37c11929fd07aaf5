/** Content key policies (contract section 6.5). */
import { apiVersions } from '../api-versions.ts'
import { badRequest, notFound } from '../arm-errors.ts'
import { envelope } from '../envelope.ts'
import { history } from '../history.ts'
import { formatInstant, parseInstant, roundToSql } from '../instants.ts'
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'
import { type AccountContext, modifiedNow, param, propertiesOf, type Reply } from '../kernel.ts'
import { quotas } from '../limits.ts'
import { listReply } from '../lists.ts'
import type { ListProperties, Reader } from '../odata.ts'
import { checkName } from '../resource-names.ts'
import { resourceOperations } from '../resource-operations.ts'
import { maskObject, readObject } from '../shape.ts'
import type { Account, Resource } from '../state.ts'
import { policyRequestShape, policyShape } from './content-key-policy-shape.ts'
import { deletedReply } from './deleted.ts'
import { policyNamesOf } from './policy-keys.ts'

/** Secrets are hidden in every answer but getPolicyPropertiesWithSecrets. */
const view = (context: AccountContext, policy: Resource) =>
  envelope({
    account: context.account,
    path: ['contentKeyPolicies', policy.name],
    properties: maskObject(policyShape, policy.properties, history.secretsAreNull(context) ? null : undefined),
    systemData: policy.systemData,
    apiVersion: context.apiVersion,
  })

const find = (context: AccountContext): Resource => {
  const policy = context.account.contentKeyPolicies.get(param(context, 'policy'))
  if (policy === undefined) throw notFound()
  return policy
}

const checkPlayReady = (playRight: Json | undefined): void => {
  if (
    isObject(playRight) &&
    playRight.digitalVideoOnlyContentRestriction === true &&
    playRight.allowPassingVideoContentToUnknownOutput === 'Allowed'
  )
    throw badRequest(
      'PlayReady does not allow passing to unknown outputs if the DigitalVideoOnlyContentRestriction is enabled.',
    )
}

const membersOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : []

/** The times of an offline rental take the place of the rental duration: it is shown as 0, as recorded. */
const settled = (option: JsonObject): JsonObject =>
  isObject(option.configuration) && isObject(option.configuration.offlineRentalConfiguration)
    ? { ...option, configuration: { ...option.configuration, rentalDuration: 0 } }
    : option

/** Every write gives the options new ids; the policy keeps its own. */
const store = (context: AccountContext, name: string, before: Resource | undefined, sent: JsonObject): Resource => {
  const { kernel, now } = context
  const wanted = readObject(policyRequestShape, sent, {
    acceptUnknownTypes: kernel.switches().acceptUnknownTypes,
    acceptNullSecrets: kernel.switches().nullSecrets === 'store',
  })
  const options = membersOf(wanted.options)
  if (options.length > quotas.contentKeyPolicyOptions)
    throw badRequest(`A content key policy has ${quotas.contentKeyPolicyOptions} options at most.`)
  for (const { configuration } of options)
    if (isObject(configuration))
      for (const license of membersOf(configuration.licenses)) checkPlayReady(license.playRight)
  const written = formatInstant(roundToSql(now))
  const policy: Resource = {
    name,
    properties: {
      policyId: before?.properties.policyId ?? kernel.uuid(),
      created: before?.properties.created ?? written,
      lastModified: written,
      description: wanted.description,
      options: options.map(option => ({ policyOptionId: kernel.uuid(), ...settled(option) })),
    },
    systemData: modifiedNow(context, before?.systemData),
  }
  context.account.contentKeyPolicies.set(policy)
  return policy
}

const put = (context: AccountContext): Reply => {
  const name = param(context, 'policy')
  checkName(name)
  const before = context.account.contentKeyPolicies.get(name)
  const policy = store(context, before?.name ?? name, before, propertiesOf(context))
  return { status: 200, body: view(context, policy) }
}

const withoutId = ({ policyOptionId: _id, ...option }: JsonObject): JsonObject => option

const patch = (context: AccountContext): Reply => {
  const before = find(context)
  const { description, options } = before.properties
  const kept = { description, options: membersOf(options).map(withoutId) }
  const policy = store(context, before.name, before, { ...kept, ...propertiesOf(context) })
  return { status: 200, body: view(context, policy) }
}

const userOf = (account: Account, name: string): string | undefined => {
  const isName = (other: string | undefined) => other?.toLowerCase() === name.toLowerCase()
  for (const locator of account.streamingLocators.values())
    if (isName(textAt(locator.properties, 'defaultContentKeyPolicyName'))) return `streaming locator '${locator.name}'`
  for (const policy of account.streamingPolicies.values())
    if (policyNamesOf(policy.properties).some(isName)) return `streaming policy '${policy.name}'`
  return undefined
}

const remove = (context: AccountContext): Reply => {
  const { account, kernel } = context
  const name = param(context, 'policy')
  const user = kernel.switches().policyInUse === 'refuse' ? userOf(account, name) : undefined
  if (user !== undefined) throw badRequest(`The content key policy '${name}' is used by the ${user}.`)
  return deletedReply(context, account.contentKeyPolicies.delete(name))
}

const all = ['eq', 'ne', 'ge', 'le', 'gt', 'lt'] as const
const listProperties: ListProperties = {
  name: { type: 'text', operators: all, sortable: true },
  'properties/created': { type: 'instant', operators: all, sortable: true },
  'properties/lastModified': { type: 'instant', operators: all, sortable: true },
  'properties/description': { type: 'text', operators: all, sortable: false },
  'properties/policyId': { type: 'guid', operators: ['eq', 'ne'], sortable: false },
}
const readProperty: Reader = (policy, path) => {
  if (path === 'name') return policy.name.toLowerCase()
  const value = textAt(policy.properties, path.slice('properties/'.length))
  return listProperties[path]?.type === 'instant' ? parseInstant(value ?? '') : value?.toLowerCase()
}

export const contentKeyPolicyOperations = resourceOperations({
  group: 'ContentKeyPolicies',
  path: 'contentKeyPolicies',
  param: 'policy',
  apiVersions: apiVersions.metadata,
  list: context =>
    listReply(context, {
      name: 'contentKeyPolicies',
      sorted: context.account.contentKeyPolicies.sorted(),
      view: policy => view(context, policy),
      properties: listProperties,
      read: readProperty,
      takesTop: true,
    }),
  get: context => ({ status: 200, body: view(context, find(context)) }),
  put,
  patch,
  delete: remove,
  actions: {
    getPolicyPropertiesWithSecrets: {
      bucket: 'policySecrets',
      run: context => ({ status: 200, body: find(context).properties }),
    },
  },
})
