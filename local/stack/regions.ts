/** The regions of the local ground: what is where, and the topology document that says so to app and simulator. */

export const regionKeys = ['east', 'west', 'north', 'south'] as const
export type RegionKey = (typeof regionKeys)[number]

interface Region {
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly accountName: string
  readonly location: string
  /** The primary one first; whatever is called `other` is not mapped by the routes. */
  readonly storageAccounts: readonly string[]
}

export const regions: Readonly<Record<RegionKey, Region>> = {
  east: {
    subscriptionId: 'ea570000-0c3d-4a5e-9b1f-6a7b8c9d0e1f',
    resourceGroup: 'media-east',
    accountName: 'contosoeast',
    location: 'eastus2',
    storageAccounts: ['contosoeaststore', 'contosoeastarchive', 'contosoeastother'],
  },
  west: {
    subscriptionId: '3e570000-1d4e-4b6f-8c2a-7b8c9d0e1f2a',
    resourceGroup: 'media-west',
    accountName: 'contosowest',
    location: 'westus2',
    storageAccounts: ['contosoweststore', 'contosowestarchive'],
  },
  north: {
    subscriptionId: 'd0570000-2e5f-4c7a-9d3b-8c9d0e1f2a3b',
    resourceGroup: 'media-north',
    accountName: 'contosonorth',
    location: 'northeurope',
    storageAccounts: ['contosonorthstore', 'contosonortharchive'],
  },
  south: {
    subscriptionId: '50570000-3f6a-4d8b-8e4c-9d0e1f2a3b4c',
    resourceGroup: 'media-south',
    accountName: 'contososouth',
    location: 'brazilsouth',
    storageAccounts: ['contososouthstore', 'contososoutharchive'],
  },
}

/** Which routes there are: from one region to another. */
export type Routing = readonly (readonly [from: RegionKey, to: RegionKey])[]
/** As a rule there is one route; two lead to and fro, or three from one region to all others. */
export const routings = {
  there: [['east', 'west']],
  bothWays: [
    ['east', 'west'],
    ['west', 'east'],
  ],
  fanOut: [
    ['east', 'west'],
    ['east', 'north'],
    ['east', 'south'],
  ],
} as const satisfies Readonly<Record<string, Routing>>

const distinct = (keys: readonly RegionKey[]): readonly RegionKey[] => [...new Set(keys)]
export const regionsIn = (routing: Routing): readonly RegionKey[] => distinct(routing.flat())
export const sourcesIn = (routing: Routing): readonly RegionKey[] => distinct(routing.map(([from]) => from))
export const targetsIn = (routing: Routing): readonly RegionKey[] => distinct(routing.map(([, to]) => to))

export const hubAccount = 'twinstreamhub'

/** Settings that hold the tokens of the app. */
export const tokenSettings: Readonly<Record<RegionKey, string>> = {
  east: 'EAST_TOKEN',
  west: 'WEST_TOKEN',
  north: 'NORTH_TOKEN',
  south: 'SOUTH_TOKEN',
}

export const accountId = ({ subscriptionId, resourceGroup, accountName }: Region): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Media/mediaservices/${accountName}`

export interface Topology {
  readonly accounts: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly routes: readonly Readonly<Record<string, unknown>>[]
}

/** Files lie in the storage account of the same purpose. */
const purposes = ['store', 'archive'] as const
const mapped = (from: RegionKey, to: RegionKey) =>
  Object.fromEntries(purposes.map(purpose => [`contoso${from}${purpose}`, `contoso${to}${purpose}`]))

/**
 * @param armUrl address of the resource manager.
 * @param storageUrl address below which every storage account is found by its name.
 * @param routing routes, and thereby the accounts.
 */
export const topology = (armUrl: string, storageUrl: string, routing: Routing): Topology => ({
  accounts: Object.fromEntries(
    regionsIn(routing).map(key => {
      const { storageAccounts, ...account } = regions[key]
      const playersEndpoint = `${armUrl}/hosts`
      const storageEndpoints = Object.fromEntries(storageAccounts.map(name => [name, `${storageUrl}/${name}`]))
      return [
        key,
        {
          provider: 'arm',
          ...account,
          endpoint: armUrl,
          storageEndpoints,
          playersEndpoint,
          credential: tokenSettings[key],
        },
      ]
    }),
  ),
  routes: routing.map(([from, to]) => ({ from, to, mode: 'replicate', storage: mapped(from, to) })),
})
