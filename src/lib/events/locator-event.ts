import * as z from 'zod'
import type { AccountKey } from '../model.ts'
import type { AllowList } from './allow-list.ts'
import type { Envelope } from './envelope.ts'
import { isResourceName } from './names.ts'
import { type EventReading, ignore, type LocatorTrigger } from './trigger.ts'

export const locatorTypes = {
  created: 'Twinstream.LocatorCreated',
  deleted: 'Twinstream.LocatorDeleted',
} as const

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Data of both events. Fields that are not known are passed over, so that publishers may add their own. */
const locatorData = z.object({
  locatorName: z.string(),
  /** Saves the lookup of the asset. */
  assetName: z.string().nullish(),
  streamingLocatorId: z.string().regex(guid).nullish(),
  /** Resource id of the media account; wanted where more than one account is the source of a route. */
  account: z.string().nullish(),
})

/** An event that names no account is taken as a hint for each: where the locator is not known nothing comes of it. */
const accountsFor = (named: string | null | undefined, allow: AllowList): readonly AccountKey[] => {
  if (typeof named !== 'string') return [...allow.accounts.values()]
  const key = allow.accounts.get(named.toLowerCase())
  return key === undefined ? [] : [key]
}

/** Reads `Twinstream.LocatorCreated` and `Twinstream.LocatorDeleted`. */
export const readLocatorEvent = (envelope: Envelope, allow: AllowList): EventReading => {
  const parsed = locatorData.safeParse(envelope.data)
  if (!parsed.success) return ignore('EventMalformed')
  const { locatorName: name, assetName, streamingLocatorId, account } = parsed.data
  const asset = assetName ?? undefined
  if (!isResourceName(name) || (asset !== undefined && !isResourceName(asset))) return ignore('NameInvalid')
  const accounts = accountsFor(account, allow)
  if (accounts.length === 0) return ignore('AccountUnknown')
  const created = envelope.type.toLowerCase() === locatorTypes.created.toLowerCase()
  const trigger: Omit<LocatorTrigger, 'account'> = {
    kind: 'streamingLocator',
    name,
    reason: created ? 'locatorCreated' : 'locatorDeleted',
    ...(asset === undefined ? {} : { asset }),
    ...(typeof streamingLocatorId === 'string' ? { id: streamingLocatorId.toLowerCase() } : {}),
  }
  return { triggers: accounts.map(key => ({ ...trigger, account: key })), ignored: [] }
}
