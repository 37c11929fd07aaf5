/** An account as the service sets it up (contract section 6.1). */
import { ticksPerMillisecond } from './clock.ts'
import { Collection } from './collection.ts'
import type { JsonObject } from './json.ts'
import type { Kernel } from './kernel.ts'
import { displayNameOf } from './regions.ts'
import { predefinedPolicies } from './resources/predefined-policies.ts'
import { defaultEndpoint } from './resources/streaming-endpoint-views.ts'
import { type Account, emptyCollections } from './state.ts'

export interface AccountPlan {
  readonly key: string
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly name: string
  readonly location: string
  /** The primary one first. */
  readonly storageAccounts: readonly string[]
  readonly properties: JsonObject
  readonly tags?: JsonObject
  readonly identity?: JsonObject
  readonly createdBy: string
  /** Decides what its default streaming endpoint is like. */
  readonly apiVersion: string
}

export const storageAccountId = (plan: Pick<AccountPlan, 'subscriptionId' | 'resourceGroup'>, name: string): string =>
  `/subscriptions/${plan.subscriptionId}/resourceGroups/${plan.resourceGroup}` +
  `/providers/Microsoft.Storage/storageAccounts/${name}`

/** What an account has that names nothing but its storage. */
export const defaultAccountProperties = (
  plan: Pick<AccountPlan, 'subscriptionId' | 'resourceGroup'>,
  storageAccounts: readonly string[],
): JsonObject => ({
  storageAccounts: storageAccounts.map((name, index) => ({
    id: storageAccountId(plan, name),
    type: index === 0 ? 'Primary' : 'Secondary',
  })),
})

export const newAccount = (
  plan: AccountPlan,
  mediaServiceId: string,
  { clock, operationMilliseconds }: Pick<Kernel, 'clock' | 'operationMilliseconds'>,
): Account => {
  const now = clock.ticks()
  const ticks = () => clock.ticks()
  const account: Account = {
    key: plan.key,
    subscriptionId: plan.subscriptionId,
    resourceGroup: plan.resourceGroup,
    name: plan.name,
    location: displayNameOf(plan.location),
    ...(plan.tags === undefined ? {} : { tags: plan.tags }),
    ...(plan.identity === undefined ? {} : { identity: plan.identity }),
    properties: { mediaServiceId, ...plan.properties },
    systemData: {
      createdBy: plan.createdBy,
      createdAt: now,
      lastModifiedBy: plan.createdBy,
      lastModifiedAt: now,
    },
    storageAccounts: plan.storageAccounts,
    ...emptyCollections(ticks),
    streamingPolicies: new Collection(ticks, predefinedPolicies()),
  }
  const started = now + BigInt(operationMilliseconds) * ticksPerMillisecond
  const endpoint = defaultEndpoint(account, plan.apiVersion, now, started)
  return { ...account, streamingEndpoints: new Collection(ticks, [endpoint]) }
}
