/**
 * Two media accounts in two regions on the simulator and Azurite, and the app's own pair over them: everything real but
 * the host. What is proven here is read through a client of its own.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { type Azurite, startAzurite } from '../../local/azurite.ts'
import { Counters } from '../../local/simulator/counters.ts'
import { Faults } from '../../local/simulator/faults.ts'
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts'
import { createBlobStore } from '../../local/simulator/storage/blob-store.ts'
import { startStorage } from '../../local/simulator/storage/storage.ts'
import { type ArmClient, armClient } from '../../local/stack/arm.ts'
import { type JudgedLine, ownRequestId, trafficOf } from '../../local/stack/simulator-control.ts'
import { StorageWrites } from '../../local/stack/storage-writes.ts'
import { readSettings } from '../../src/lib/config/settings.ts'
import { createPairs } from '../../src/lib/pairs.ts'
import type { Pair } from '../../src/lib/replicate/pair.ts'
import { timing } from '../../src/lib/timing.ts'
import { unlimited } from './unlimited.ts'

export type Region = 'east' | 'west'
const regions: readonly Region[] = ['east', 'west']
export const storageOf = (region: Region) => `contoso${region}store`

/** A route of a topology document. */
export const routeOf = (from: Region, to: Region, options: object = {}) => ({
  from,
  to,
  mode: 'replicate',
  storage: { [storageOf(from)]: storageOf(to) },
  ...options,
})

export interface TwoRegions {
  readonly simulator: Simulator
  readonly arm: Readonly<Record<Region, ArmClient>>
  /** The document that the app's pair is made of. */
  readonly topology: object
  /** Connection string of a storage account with tables, for a ledger. */
  readonly ledgerConnection: string
  /** @param route options of the route on top of the usual ones. */
  pair(route?: object): Pair
  /** A route of two that lead to and fro. */
  eitherWay(route: 'east>west' | 'west>east'): Pair
  putBlob(region: Region, container: string, name: string, text: string, type?: string): Promise<void>
  deleteBlob(region: Region, container: string, name: string): Promise<void>
  setTags(region: Region, container: string, name: string, tags: Record<string, string>): Promise<void>
  tags(region: Region, container: string, name: string): Promise<Record<string, string>>
  /** Resolves when a listing of storage tells that the second of whatever was written so far is over. */
  theSecondIsOver(region: Region): Promise<void>
  /** Resolves when storage stamps what is written with a later second than before. */
  theNextSecond(region: Region): Promise<void>
  blobs(region: Region, container: string): Promise<Readonly<Record<string, string>>>
  /** Requests that changed something, by account, since the last call. */
  writes(region: Region): readonly string[]
  /** Answered calls to the media accounts since they were last forgotten; those through `arm` are nobody's of the app. */
  traffic(): readonly JudgedLine[]
  /** Requests of the app that may have changed files since they were last forgotten. */
  storageWrites(): StorageWrites['all']
  forgetTraffic(): void
  close(): Promise<void>
}

const accountOf = (region: Region, url: string, storageUrl: string) => ({
  provider: 'arm',
  subscriptionId: `${region === 'east' ? '1' : '2'}0000000-0000-0000-0000-000000000000`,
  resourceGroup: `media-${region}`,
  accountName: `contoso${region}`,
  location: region === 'east' ? 'eastus2' : 'westus2',
  endpoint: url,
  storageEndpoints: { [storageOf(region)]: `${storageUrl}/${storageOf(region)}` },
  credential: `${region.toUpperCase()}_TOKEN`,
  storageAccess: region === 'east' ? 'containerSas' : 'credential',
})

const topologyOf = (url: string, storageUrl: string, route: object) => ({
  accounts: Object.fromEntries(regions.map(region => [region, accountOf(region, url, storageUrl)])),
  routes: [routeOf('east', 'west', route)],
})

const pairOver = (topology: object, route = 'east>west'): Pair => {
  const result = readSettings({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    TWINSTREAM_TOPOLOGY: JSON.stringify(topology),
    EAST_TOKEN: 'token-of-east',
    WEST_TOKEN: 'token-of-west',
  })
  if (!result.ok) throw new Error(JSON.stringify(result.issues))
  const pair = createPairs(result.settings, timing(0.01), () => Date.now(), unlimited).pair(route, 'event')
  if (pair === undefined) throw new Error('The route is missing.')
  return pair
}

const armOf = (simulator: Simulator, region: Region): ArmClient => {
  const { subscriptionId, resourceGroup, accountName } = accountOf(region, '', '')
  return armClient({
    endpoint: simulator.url,
    accountId: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Media/mediaServices/${accountName}`,
    token: 'publisher',
    requestId: ownRequestId,
  })
}

const containerClient = (azurite: Azurite, region: Region, container: string) => {
  const name = storageOf(region)
  const key = azurite.accounts.find(account => account.name === name)?.key ?? ''
  return new BlobServiceClient(
    `${azurite.blobUrl}/${name}`,
    new StorageSharedKeyCredential(name, key),
  ).getContainerClient(container)
}

export const startTwoRegions = async (): Promise<TwoRegions> => {
  const accounts = regions.map(region => ({ name: storageOf(region), key: randomBytes(64).toString('base64') }))
  const azurite = await startAzurite({ accounts })
  const faults = new Faults()
  const counters = new Counters()
  const storageWrites = new StorageWrites()
  const storage = await startStorage({
    azurite,
    faults,
    counters,
    accountOf: name => regions.find(region => storageOf(region) === name),
    carriedOut: request => storageWrites.add(request),
  })
  const simulator = await startSimulator({
    topology: topologyOf('http://127.0.0.1:1', storage.url, {}),
    blobStore: createBlobStore(azurite, storage.url),
    faults,
    counters,
    sampleDir: join(import.meta.dirname, '../../local/sample'),
  })
  const theNextSecond = async (region: Region): Promise<void> => {
    const probe = containerClient(azurite, region, 'clock')
    await probe.createIfNotExists()
    const written = async () =>
      (await probe.getBlockBlobClient('tick').uploadData(Buffer.from('t'))).lastModified?.getTime()
    const first = await written()
    while ((await written()) === first) await sleep(50)
  }
  return {
    simulator,
    arm: { east: armOf(simulator, 'east'), west: armOf(simulator, 'west') },
    topology: topologyOf(simulator.url, storage.url, {}),
    ledgerConnection: azurite.connectionString(storageOf('west')),
    pair: (route = {}) => pairOver(topologyOf(simulator.url, storage.url, route)),
    eitherWay(route) {
      const { accounts, routes } = topologyOf(simulator.url, storage.url, {})
      return pairOver({ accounts, routes: [...routes, routeOf('west', 'east')] }, route)
    },
    async putBlob(region, container, name, text, type = 'video/mp4') {
      const blob = containerClient(azurite, region, container).getBlockBlobClient(name)
      await blob.uploadData(Buffer.from(text), { blobHTTPHeaders: { blobContentType: type } })
    },
    async setTags(region, container, name, tags) {
      await containerClient(azurite, region, container).getBlobClient(name).setTags(tags)
    },
    async tags(region, container, name) {
      return (await containerClient(azurite, region, container).getBlobClient(name).getTags()).tags
    },
    async deleteBlob(region, container, name) {
      await containerClient(azurite, region, container).deleteBlob(name)
    },
    async theSecondIsOver(region) {
      for (let seconds = 0; seconds < 2; seconds += 1) await theNextSecond(region)
    },
    theNextSecond,
    async blobs(region, container) {
      const client = containerClient(azurite, region, container)
      const found: Record<string, string> = {}
      for await (const { name } of client.listBlobsFlat()) {
        found[name] = (await client.getBlockBlobClient(name).downloadToBuffer()).toString()
      }
      return found
    },
    writes(region) {
      const report = counters.report() as { accounts: Record<string, Record<string, unknown>> }
      return Object.keys(report.accounts[region] ?? {}).filter(name =>
        /CreateOrUpdate|_Create$|Delete|Update/.test(name),
      )
    },
    traffic: () => trafficOf(simulator),
    storageWrites: () => storageWrites.all,
    forgetTraffic() {
      simulator.traffic.reset()
      storageWrites.reset()
    },
    async close() {
      await simulator.close()
      await storage.close()
      await azurite.close()
    },
  }
}
