import * as z from 'zod'
import { routeModes } from '../model.ts'
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

const hostRule = 'a host name without scheme, port and path, e.g. lic.contoso.com'
const hostName = z
  .string({ error: hostRule })
  .max(253, { error: hostRule })
  .transform(name => name.toLowerCase())
  .pipe(text(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, hostRule))

export const accountSchema = z.strictObject(
  {
    provider: provider.describe(
      'Kind of the account: `arm`, the Azure Media Services v3 API. Other kinds are not supported by this release.',
    ),
    subscriptionId: text(guid, 'a subscription id: a GUID').describe('Subscription of the account.'),
    resourceGroup: text(/^[\p{L}\p{N}_\-.()]{0,89}[\p{L}\p{N}_\-()]$/u, groupRule).describe(
      'Resource group of the account.',
    ),
    accountName: text(/^[a-z0-9]{3,24}$/, accountNameRule).describe(
      'Name of the account: 3 to 24 lower-case letters and digits.',
    ),
    location: location.describe('Azure location, in its short or its display form.'),
    endpoint: address
      .default('https://management.azure.com')
      .describe('Address of the resource manager. Plain http only on this machine.'),
    storageEndpoints: z
      .record(storageName, address, { error: 'an object of storage account name to blob endpoint' })
      .default({})
      .describe(
        'Blob endpoints by storage account name, for those that are not `https://{name}.blob.core.windows.net`.',
      ),
    credential: text(/^[A-Za-z_][A-Za-z0-9_]{0,126}$/, settingRule)
      .default('identity')
      .describe(
        '`identity`: the identity of the app; or the name of the application setting that holds a key or token.',
      ),
    storageAccess: choice(['credential', 'delegationSas', 'containerSas'])
      .default('credential')
      .describe(
        'How files of this account are read: `credential`: as the account is; `delegationSas`: by SAS that the credential signs (Storage Blob Delegator), where storage does not accept its token for copies; `containerSas`: by SAS addresses that the account hands out.',
      ),
    notFoundCodes: z
      .array(text(/^[\w.-]{1,100}$/, 'the code of an error'), { error: 'a list of codes' })
      .min(1, { error: 'at least one code' })
      .default(['NotFound'])
      .describe(
        'Codes of a 404 by which this account says that there is no such object, `NotFound` of Azure Media Services. Nothing is withdrawn, deleted or made anew for any other 404, e.g. of a proxy.',
      ),
    playersEndpoint: address
      .exactOptional()
      .describe(
        'Address below which hosts of origins and key delivery answer by their name; where it is left out, DNS leads to them. For a simulator.',
      ),
    playerHosts: z
      .array(hostName, { error: 'a list of host names' })
      .exactOptional()
      .describe(
        'Hosts of yours that manifests of this account send players to for segments and keys, e.g. of Front Door. Readiness asks these, hosts of `rewriteUrls` and those of the account itself, and no others.',
      ),
  },
  { error: 'an account: {provider, subscriptionId, resourceGroup, accountName, location, …}' },
)

const nameRule = 'a name: 1 to 260 characters'
const objectName = z.string({ error: nameRule }).min(1, { error: nameRule }).max(260, { error: nameRule })

const accountKey = z.string({ error: 'the key of an account' })

export const routeSchema = z.strictObject(
  {
    from: accountKey.describe('Key of the account to be copied. It is never written to.'),
    to: accountKey.describe('Key of the account that holds the twins.'),
    mode: choice(routeModes)
      .default('observe')
      .describe('`observe`: compare and report; `replicate`; `hold`: as during an outage; `paused`: nothing.'),
    storage: z
      .record(storageName, storageName, { error: 'an object of source storage account to target storage account' })
      .default({})
      .describe('Target storage account by source storage account. Assets in storage that is not listed are blocked.'),
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
      .default({ namePrefix: '' })
      .describe(
        'Assets whose name begins with `namePrefix`, without regard to case; empty for all. Twins that a narrower prefix leaves out stay as they are, but their locators still go with those of the source.',
      ),
    rewriteUrls: z
      .array(z.strictObject({ from: hostName, to: hostName }, { error: 'an object of two host names: {from, to}' }), {
        error: 'a list of {from, to}',
      })
      .refine(rules => new Set(rules.map(({ from }) => from)).size === rules.length, { error: 'each `from` once' })
      .default([])
      .describe(
        'Host names in custom licence and key URLs of streaming policies: where the source has `from`, the twin has `to`.',
      ),
    deleteLimit: z
      .int({ error: 'a whole number' })
      .min(0, { error: '0 at least: every delete waits for somebody' })
      .exactOptional()
      .describe(
        "Deletes in a day that go on by themselves; one more stops them all with `DeleteWave` until `confirmDeletes`. 5 % of the route's units, at least 20, where it is left out.",
      ),
    deletes: choice(['locators', 'assets'])
      .default('locators')
      .describe(
        'What is deleted when the source deletes it: `locators` (with filters, and policies that nothing uses), or `assets` too, after seven days.',
      ),
    canary: z
      .strictObject(
        { asset: objectName, probed: objectName, rebuilt: objectName },
        { error: 'an object of three names: {asset, probed, rebuilt}' },
      )
      .refine(({ probed, rebuilt }) => probed.toLowerCase() !== rebuilt.toLowerCase(), {
        error: 'two locators: the one that probes ask for must not be the one that is rebuilt',
        path: ['rebuilt'],
      })
      .exactOptional()
      .describe(
        'A short title that its owner has published twice in the source: `asset`, the locator that probes of players ask for (`probed`), and another one (`rebuilt`) that is taken off the target every day and comes back as any other, to show that the whole road works, and how long it takes.',
      ),
    indexTags: choice(['leave', 'copy'])
      .default('leave')
      .describe(
        'Index tags of files: `copy` keeps them as in the source and needs Storage Blob Data Owner, or roles with `blobs/tags/read` and `write`, on both sides, which a SAS that a media account hands out does not give; `leave` does not look at them, and units say how many files have some.',
      ),
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
