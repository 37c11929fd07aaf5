/** How streaming endpoints are kept and shown (contract section 6.9). */
import { envelope } from '../envelope.ts'
import { history } from '../history.ts'
import { formatInstant } from '../instants.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import type { AccountContext } from '../kernel.ts'
import { regionCodeOf } from '../regions.ts'
import type { Account, TrackedResource } from '../state.ts'

export const noTime = '0001-01-01T00:00:00Z'

const hostNameOf = (account: Account, name: string) => {
  const prefix = name.toLowerCase() === 'default' ? '' : `${name}-`
  return `${prefix}${account.name}-${regionCodeOf(account.location)}.streaming.media.azure.net`
}

/** Members that are not set are shown as null, which the published schema does not allow but the service does. */
export const build = (
  account: Account,
  name: string,
  wanted: JsonObject,
  state: string,
  created: string,
  modified: string,
) => ({
  description: wanted.description ?? '',
  scaleUnits: wanted.scaleUnits ?? 0,
  availabilitySetName: wanted.availabilitySetName ?? null,
  cdnEnabled: wanted.cdnEnabled ?? false,
  cdnProvider: wanted.cdnProvider ?? null,
  cdnProfile: wanted.cdnProfile ?? '',
  maxCacheAge: wanted.maxCacheAge ?? null,
  customHostNames: wanted.customHostNames ?? [],
  accessControl: wanted.accessControl ?? null,
  crossSiteAccessPolicies: wanted.crossSiteAccessPolicies ?? null,
  hostName: hostNameOf(account, name),
  freeTrialEndTime: noTime,
  resourceState: state,
  created,
  lastModified: modified,
})

const deliveryNetwork = {
  cdnEnabled: true,
  cdnProvider: 'StandardVerizon',
  cdnProfile: 'AzureMediaStreamingPlatformCdnProfile-StandardVerizon',
}

/**
 * Every new account has it: stopped, without units. Nobody made it, so it has no system data.
 * @param apiVersion with which the account is made; the first ones started it, behind a content delivery network.
 */
export const defaultEndpoint = (
  account: Account,
  apiVersion: string,
  now: bigint,
  startsUntil: bigint,
): TrackedResource => {
  const time = formatInstant(now)
  const stopped = history.defaultEndpointIsStopped({ apiVersion })
  const network = history.defaultEndpointIsPlain({ apiVersion }) ? { cdnProfile: null } : deliveryNetwork
  return {
    name: 'default',
    location: account.location,
    properties: { ...build(account, 'default', {}, stopped ? 'Stopped' : 'Running', time, time), ...network },
    ...(stopped ? {} : { change: { during: 'Starting', until: startsUntil } }),
  }
}

export const isChanging = ({ change }: TrackedResource, now: bigint) => change !== undefined && now < change.until

/** Parts that hold nothing are read as null; only the answer to the PUT shows their members. */
const nullWhenEmpty = (part: Json | undefined): Json =>
  isObject(part) && Object.values(part).some(member => member !== null) ? part : null

export const asRead = ({ accessControl, crossSiteAccessPolicies }: JsonObject): JsonObject => ({
  accessControl: nullWhenEmpty(accessControl),
  crossSiteAccessPolicies: nullWhenEmpty(crossSiteAccessPolicies),
})

/** What the endpoint that the service made by itself shows. */
const nobody: JsonObject = {
  createdBy: null,
  createdByType: null,
  createdAt: null,
  lastModifiedBy: null,
  lastModifiedByType: null,
  lastModifiedAt: null,
}

export const view = (
  context: AccountContext,
  endpoint: TrackedResource,
  changes = asRead(endpoint.properties),
): JsonObject => {
  const changing = isChanging(endpoint, context.now)
  const { resourceState, created, lastModified, ...rest } = endpoint.properties
  const capacity = endpoint.properties.scaleUnits ?? 0
  const { properties, ...frame } = envelope({
    account: context.account,
    path: ['streamingEndpoints', endpoint.name],
    properties: {
      ...rest,
      provisioningState: changing ? 'InProgress' : 'Succeeded',
      resourceState: changing ? endpoint.change?.during : resourceState,
      created,
      lastModified,
      ...changes,
    },
    systemData: endpoint.systemData,
    apiVersion: context.apiVersion,
  })
  const nobodys = endpoint.systemData === undefined && history.resourcesShowSystemData(context)
  return {
    ...frame,
    ...(nobodys ? { systemData: nobody } : {}),
    id: String(frame.id).replace('/streamingEndpoints/', '/streamingendpoints/'),
    location: endpoint.location,
    tags: endpoint.tags ?? {},
    properties,
    ...(history.endpointsShowSku(context) ? { sku: { name: capacity === 0 ? 'Standard' : 'Premium', capacity } } : {}),
  }
}
