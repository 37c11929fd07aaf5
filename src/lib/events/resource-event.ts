import type { AllowList } from './allow-list.ts'
import type { Envelope } from './envelope.ts'
import { isResourceName } from './names.ts'
import { type EventReading, ignore, type Trigger } from './trigger.ts'

/** What was done to the resource, by the type of the event, lower case. */
const changes: Readonly<Record<string, 'written' | 'deleted'>> = {
  'microsoft.resources.resourcewritesuccess': 'written',
  'microsoft.resources.resourcedeletesuccess': 'deleted',
}

export const isResourceEvent = (type: string): boolean => type in changes

/** Scope, account, collection and name; deeper parts (an asset's filters and tracks) belong to that name. */
const resource =
  /^((\/subscriptions\/[^/]+)\/resourcegroups\/[^/]+)(\/providers\/microsoft\.media\/mediaservices\/[^/]+)\/([a-z]+)\/([^/]+)(?:\/.*)?$/is

const policies: Readonly<Record<string, 'contentKeyPolicy' | 'streamingPolicy' | 'accountFilter'>> = {
  contentkeypolicies: 'contentKeyPolicy',
  streamingpolicies: 'streamingPolicy',
  accountfilters: 'accountFilter',
}

/** Whether a subject has its names as a URL has them is not documented; no name may hold a `%` (contract section 5). */
const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

const triggerOf = (
  account: string,
  collection: string,
  name: string,
  change: 'written' | 'deleted',
): Trigger | undefined => {
  if (collection === 'streaminglocators')
    return {
      kind: 'streamingLocator',
      account,
      name,
      reason: change === 'written' ? 'locatorCreated' : 'locatorDeleted',
    }
  const kind = collection === 'assets' ? 'asset' : policies[collection]
  return kind === undefined ? undefined : { kind, account, name, reason: 'resourceChanged' }
}

/**
 * Reads `Microsoft.Resources.ResourceWriteSuccess` and `ResourceDeleteSuccess` of a subscription or resource group, the
 * only events that tell of policies, filters and withdrawals (events section 3). Nothing but the subject is looked at: the
 * rest holds personal data, and no state of the resource.
 */
export const readResourceEvent = (envelope: Envelope, allow: AllowList): EventReading => {
  const [, group, subscription, media, collection, rawName] = resource.exec(envelope.subject) ?? []
  if (group === undefined || subscription === undefined || collection === undefined || rawName === undefined)
    return ignore('ResourceNotUsed')
  const scopes = [group.toLowerCase(), subscription.toLowerCase()]
  if (!scopes.includes(envelope.topic.toLowerCase())) return ignore('TopicNotListed')
  const account = allow.accounts.get(`${group}${media}`.toLowerCase())
  // A resource group has other accounts too: theirs is no mistake of the subscription's.
  if (account === undefined) return ignore('AccountUnknown')
  const change = changes[envelope.type.toLowerCase()]
  const name = decoded(rawName)
  if (!isResourceName(name)) return ignore('NameInvalid')
  const trigger = change === undefined ? undefined : triggerOf(account, collection.toLowerCase(), name, change)
  return trigger === undefined ? ignore('ResourceNotUsed') : { triggers: [trigger], ignored: [] }
}
