/** The two regions of the local ground: what is where, and the topology document that says so to app and simulator. */

export const regionKeys = ['east', 'west'] as const
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
}

export const hubAccount = 'twinstreamhub'

/** Settings that hold the tokens of the app. */
export const tokenSettings: Readonly<Record<RegionKey, string>> = { east: 'EAST_TOKEN', west: 'WEST_TOKEN' }

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
 * @param bothWays whether a route leads back as well.
 */
export const topology = (armUrl: string, storageUrl: string, bothWays = false): Topology => ({
  accounts: Object.fromEntries(
    regionKeys.map(key => {
      const { storageAccounts, ...account } = regions[key]
      const storageEndpoints = Object.fromEntries(storageAccounts.map(name => [name, `${storageUrl}/${name}`]))
      return [key, { provider: 'arm', ...account, endpoint: armUrl, storageEndpoints, credential: tokenSettings[key] }]
    }),
  ),
  routes: [
    { from: 'east', to: 'west', mode: 'replicate', storage: mapped('east', 'west') },
    ...(bothWays ? [{ from: 'west', to: 'east', mode: 'replicate', storage: mapped('west', 'east') }] : []),
  ],
})
