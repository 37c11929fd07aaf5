import * as z from 'zod'
import { isBaseAddress, withoutTrailingSlash } from './address.ts'

/** A text of one pattern; the message is what is allowed. */
const text = (pattern: RegExp, allowed: string) => z.string({ error: allowed }).regex(pattern, { error: allowed })

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(', ')}` })

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const storageName = text(/^[a-z0-9]{3,24}$/, 'a storage account name: 3 to 24 lower-case letters and digits')
const addressRule = 'an https address without query (http only on 127.0.0.1, [::1] or localhost)'
const address = z
  .string({ error: addressRule })
  .refine(isBaseAddress, { error: addressRule })
  .transform(withoutTrailingSlash)

const locationRule = 'an Azure location, e.g. eastus2 or "East US 2"'
/** Display names ("East US 2") and short names stand for the same location. */
const location = z
  .string({ error: locationRule })
  .transform(name => name.toLowerCase().replaceAll(' ', ''))
  .pipe(text(/^[a-z][a-z0-9]{2,39}$/, locationRule))

const accountNameRule = 'a media account name: 3 to 24 lower-case letters and digits'
const groupRule = 'a resource group name: up to 90 letters, digits, hyphens, underscores, dots and parentheses'
const settingRule = '"identity", or the name of the application setting that holds the key or token'

/** Providers of later releases, so that a document written for one gets an answer that helps. */
const laterProviders = new Set<unknown>(['rms', 'mkio'])

const provider = z.literal('arm', {
  error: issue => (laterProviders.has(issue.input) ? 'arm (this provider is not supported by this release)' : 'arm'),
})

export const accountSchema = z.strictObject(
  {
    provider,
    subscriptionId: text(guid, 'a subscription id: a GUID'),
    resourceGroup: text(/^[\p{L}\p{N}_\-.()]{0,89}[\p{L}\p{N}_\-()]$/u, groupRule),
    accountName: text(/^[a-z0-9]{3,24}$/, accountNameRule),
    location,
    endpoint: address.default('https://management.azure.com'),
    storageEndpoints: z
      .record(storageName, address, { error: 'an object of storage account name to blob endpoint' })
      .default({}),
    credential: text(/^[A-Za-z_][A-Za-z0-9_]{0,126}$/, settingRule).default('identity'),
    storageAccess: choice(['credential', 'containerSas']).default('credential'),
  },
  { error: 'an account: {provider, subscriptionId, resourceGroup, accountName, location, …}' },
)

const accountKey = z.string({ error: 'the key of an account' })

export const routeSchema = z.strictObject(
  {
    from: accountKey,
    to: accountKey,
    mode: choice(['observe', 'replicate', 'hold', 'paused']).default('observe'),
    storage: z
      .record(storageName, storageName, { error: 'an object of source storage account to target storage account' })
      .default({}),
    include: z
      .strictObject(
        {
          namePrefix: z
            .string({ error: 'a text; empty for all' })
            .max(260, { error: '260 characters at most' })
            .default(''),
        },
        { error: 'an object: {namePrefix}' },
      )
      .default({ namePrefix: '' }),
    deletes: choice(['locators', 'assets']).default('locators'),
  },
  { error: 'a route: {from, to, mode, storage, …}' },
)

/** The outer shape only: accounts and routes are checked one by one, so that one mistake hides no other. */
export const topologySchema = z.strictObject(
  {
    accounts: z.record(z.string(), z.unknown(), { error: 'an object of account key to account' }),
    routes: z.array(z.unknown(), { error: 'a list of routes' }).min(1, { error: 'at least one route' }),
  },
  { error: 'an object: {accounts, routes}' },
)

export const accountKeyRule = 'an account key: up to 24 lower-case letters, digits and hyphens, a letter first'
export const isAccountKey = (key: string): boolean => /^[a-z][a-z0-9-]{0,23}$/.test(key)
