/** Events of Resource Manager for writes, deletes and actions on media resources (events.md section 3). */
import { accountId } from './envelope.ts'
import { formatFullInstant } from './instants.ts'
import type { JsonObject } from './json.ts'
import type { Kernel } from './kernel.ts'
import { claimsOf, evidenceOf } from './resource-event-claims.ts'
import type { Account } from './state.ts'

/** A request that was carried out. */
export interface ResourceChange {
  readonly account: Account
  readonly method: string
  readonly url: URL
  /** Below `Microsoft.Media/mediaservices/`, such as `streamingLocators/write`. */
  readonly action: string
  /** Whether it made what was not there. */
  readonly isNew: boolean
  readonly principal: string
  readonly client: ResourceClient
}

/** Who asked. */
export interface ResourceClient {
  readonly address: string
  readonly requestId?: string
}

const kinds: Readonly<Record<string, string>> = { PUT: 'Write', PATCH: 'Write', DELETE: 'Delete', POST: 'Action' }

/** Resource id as the client spells it; an action is not a part of it. */
const resourceOf = ({ method, url }: ResourceChange): string => {
  const path = decodeURIComponent(url.pathname)
  return method === 'POST' ? path.slice(0, path.lastIndexOf('/')) : path
}

/** Left out where a resource was created. */
const httpRequestOf = ({ method, url, isNew, client }: ResourceChange, newId: () => string): JsonObject =>
  isNew
    ? {}
    : {
        httpRequest: {
          clientRequestId: client.requestId ?? newId(),
          clientIpAddress: client.address,
          method,
          url: `https://management.azure.com${url.pathname}${url.search}`,
        },
      }

const dataOf = (change: ResourceChange, now: bigint, newId: () => string): JsonObject => {
  const { account, principal, client } = change
  const [resourceUri, operationName] = [resourceOf(change), `Microsoft.Media/mediaservices/${change.action}`]
  const claims = claimsOf(principal, client.address, now)
  return {
    authorization: {
      scope: resourceUri,
      action: operationName,
      evidence: evidenceOf(principal, account.subscriptionId),
    },
    claims,
    correlationId: newId(),
    ...httpRequestOf(change, newId),
    resourceProvider: 'Microsoft.Media',
    resourceUri,
    operationName,
    status: 'Succeeded',
    subscriptionId: account.subscriptionId,
    tenantId: claims['http://schemas.microsoft.com/identity/claims/tenantid'],
  }
}

/** Tells the topics of subscription and resource group what was done, where the switch `armEvents` is on. */
export const tellOfChange = ({ switches, events, clock, uuid }: Kernel, change: ResourceChange): void => {
  const kind = kinds[change.method]
  if (!switches().armEvents || kind === undefined || events === undefined) return
  const [group = ''] = accountId(change.account).split('/providers/')
  for (const topic of [`/subscriptions/${change.account.subscriptionId}`, group])
    events.publish(topic, [
      {
        id: uuid(),
        eventType: `Microsoft.Resources.Resource${kind}Success`,
        subject: resourceOf(change),
        eventTime: formatFullInstant(clock.ticks()),
        data: dataOf(change, clock.ticks(), uuid),
        dataVersion: '2',
      },
    ])
}
