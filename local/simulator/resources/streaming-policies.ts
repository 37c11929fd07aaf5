/** Streaming policies: made once, never changed (contract section 6.6). */
import { apiVersions } from '../api-versions.ts'
import { badRequest, conflict, missingReference, notFound } from '../arm-errors.ts'
import { envelope } from '../envelope.ts'
import { history } from '../history.ts'
import { formatInstant, parseInstant } from '../instants.ts'
import { textAt } from '../json.ts'
import { type AccountContext, createdNow, param, propertiesOf, type Reply } from '../kernel.ts'
import { quotas } from '../limits.ts'
import { listReply } from '../lists.ts'
import type { ListProperties, Reader } from '../odata.ts'
import { checkName } from '../resource-names.ts'
import { resourceOperations } from '../resource-operations.ts'
import { readObject } from '../shape.ts'
import type { Resource } from '../state.ts'
import { deletedReply } from './deleted.ts'
import { policyNamesOf } from './policy-keys.ts'
import { isPredefined } from './predefined-policies.ts'
import { streamingPolicyShape } from './streaming-policy-shape.ts'

const view = (context: AccountContext, policy: Resource) =>
  envelope({
    account: context.account,
    path: ['streamingPolicies', policy.name],
    properties: policy.properties,
    systemData: policy.systemData,
    apiVersion: context.apiVersion,
  })

const get = (context: AccountContext): Reply => {
  const policy = context.account.streamingPolicies.get(param(context, 'policy'))
  if (policy === undefined) throw notFound()
  return { status: 200, body: view(context, policy) }
}

const put = (context: AccountContext): Reply => {
  const { account } = context
  const name = param(context, 'policy')
  checkName(name)
  if (account.streamingPolicies.get(name) !== undefined)
    throw conflict(`The streaming policy '${name}' already exists and cannot be updated.`)
  if (isPredefined(name)) throw badRequest('Names of predefined streaming policies cannot be used.')
  const wanted = readObject(streamingPolicyShape, propertiesOf(context), {
    acceptUnknownTypes: context.kernel.switches().acceptUnknownTypes,
  })
  const named = history.policiesCheckKeyPolicies(context) ? policyNamesOf(wanted) : []
  for (const policy of named)
    if (account.contentKeyPolicies.get(policy) === undefined)
      throw missingReference(context.kernel.switches().unknownReference, `content key policy '${policy}'`)
  if (account.streamingPolicies.size >= quotas.streamingPolicies)
    throw badRequest(`The quota of ${quotas.streamingPolicies} streaming policies is reached.`)
  const policy: Resource = {
    name,
    properties: { created: formatInstant(context.now), ...wanted },
    systemData: createdNow(context),
  }
  account.streamingPolicies.set(policy)
  return { status: 201, body: view(context, policy) }
}

const remove = (context: AccountContext): Reply => {
  const { account, kernel } = context
  const name = param(context, 'policy')
  if (isPredefined(name)) throw badRequest('Predefined streaming policies cannot be deleted.')
  if (account.streamingPolicies.get(name) !== undefined && kernel.switches().policyInUse === 'refuse')
    for (const locator of account.streamingLocators.values())
      if (textAt(locator.properties, 'streamingPolicyName')?.toLowerCase() === name.toLowerCase())
        throw badRequest(`The streaming policy '${name}' is used by the streaming locator '${locator.name}'.`)
  return deletedReply(context, account.streamingPolicies.delete(name))
}

const all = ['eq', 'ne', 'ge', 'le', 'gt', 'lt'] as const
const listProperties: ListProperties = {
  name: { type: 'text', operators: all, sortable: true },
  'properties/created': { type: 'instant', operators: all, sortable: true },
}
const readProperty: Reader = (policy, path) =>
  path === 'name' ? policy.name.toLowerCase() : parseInstant(textAt(policy.properties, 'created') ?? '')

export const streamingPolicyOperations = resourceOperations({
  group: 'StreamingPolicies',
  path: 'streamingPolicies',
  param: 'policy',
  apiVersions: apiVersions.metadata,
  putName: 'Create',
  list: context =>
    listReply(context, {
      name: 'streamingPolicies',
      sorted: context.account.streamingPolicies.sorted(),
      view: policy => view(context, policy),
      properties: listProperties,
      read: readProperty,
      takesTop: true,
    }),
  get,
  put,
  delete: remove,
})
