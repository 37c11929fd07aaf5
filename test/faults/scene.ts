/** Both regions and the app as a history finds them: empty, whole, and with hands that meet no fault. */
import { readFile, writeFile } from 'node:fs/promises'
import { TableClient } from '@azure/data-tables'
import { BlobServiceClient } from '@azure/storage-blob'
import type { Azurite } from '../../local/azurite.ts'
import { type ArmClient, armClient } from '../../local/stack/arm.ts'
import { hubAccount, type RegionKey, regionKeys, regions, type Topology } from '../../local/stack/regions.ts'
import { ownRequestId } from '../../local/stack/simulator-control.ts'
import { type Stack, type StackOptions, startStack } from '../../local/stack/stack.ts'
import { type LedgerRelay, startLedgerRelay } from './ledger-relay.ts'

export interface Scene {
  readonly stack: Stack
  /** Clients whose calls no fault strikes, and that are not taken for the app's. */
  readonly arm: Readonly<Record<RegionKey, ArmClient>>
  /** Storage of a region, beside the proxy that fails. */
  readonly blobs: Readonly<Record<RegionKey, BlobServiceClient>>
  readonly relay: LedgerRelay
  /** The ledger itself, beside the relay. */
  readonly ledger: TableClient
  /** What the host has printed since the history began. */
  readonly log: string[]
  /** Empties regions and ledger for the next history; the app goes on running. */
  reset(): Promise<void>
  /** What the route deletes with A: the app is started again where that changes. */
  setDeletes(deletes: 'locators' | 'assets'): Promise<void>
  close(): Promise<void>
}

/** Of the app's delays: a file settles after 0.6 s, a route goes on hold after 3 s. */
export const pace = 0.005

/** Of its timers: each look for changes costs as much as a pass, and passes are what is tried here. */
const timerPace = 0.04

export const ledgerTable = 'TwinstreamUnits'

const ofEach = <T>(make: (region: RegionKey) => T) =>
  Object.fromEntries(regionKeys.map(key => [key, make(key)])) as Record<RegionKey, T>

const handsOf = (stack: Stack) =>
  ofEach(region =>
    armClient({
      endpoint: stack.urls.simulator,
      accountId: stack.accounts[region].accountId,
      token: 'hands',
      requestId: ownRequestId,
      headers: { 'x-simulator-faults': 'none' },
    }),
  )

/** In the settings of the app, which it reads when it starts. */
const writeDeletes = async (settingsFile: string, deletes: 'locators' | 'assets'): Promise<void> => {
  const file = JSON.parse(await readFile(settingsFile, 'utf8')) as { Values: Record<string, string> }
  const topology = JSON.parse(file.Values.TWINSTREAM_TOPOLOGY ?? '{}') as Topology
  const routes = topology.routes.map(route => ({ ...route, deletes }))
  const Values = { ...file.Values, TWINSTREAM_TOPOLOGY: JSON.stringify({ ...topology, routes }) }
  await writeFile(settingsFile, JSON.stringify({ ...file, Values }))
}

const deleteContainers = async (service: BlobServiceClient): Promise<void> => {
  for await (const { name } of service.listContainers()) await service.deleteContainer(name)
}

/**
 * @param appDir the bundled app.
 * @param more of the stack, e.g. options of the route.
 */
export const startScene = async (azurite: Azurite, appDir: string, more: StackOptions = {}): Promise<Scene> => {
  await using cleanup = new AsyncDisposableStack()
  const log: string[] = []
  const relay = await startLedgerRelay(azurite.tableUrl)
  cleanup.defer(() => relay.close())
  const hub = azurite.connectionString(hubAccount)
  const stack = await startStack({
    ...more,
    pace,
    timerPace,
    jobMilliseconds: 60,
    shared: { azurite, appDir },
    settings: { AzureWebJobsStorage: hub.replace(azurite.tableUrl, relay.url) },
    log: (source, line) => void (source === 'host' && log.push(line)),
  })
  cleanup.defer(() => stack.close())
  const snapshotUrl = `${stack.urls.simulator}/_sim/snapshot`
  const empty = await (await fetch(snapshotUrl)).text()
  const service = (account: string) => BlobServiceClient.fromConnectionString(azurite.connectionString(account))
  const blobs = ofEach(region => service(regions[region].storageAccounts[0] ?? ''))
  // Marks of policies lie in another than files.
  const everywhere = regionKeys.flatMap(key => regions[key].storageAccounts.map(service))
  const ledger = TableClient.fromConnectionString(hub, ledgerTable, { allowInsecureConnection: true })
  let deleting: 'locators' | 'assets' = 'locators'
  const parts = cleanup.move()
  return {
    stack,
    arm: handsOf(stack),
    blobs,
    relay,
    ledger,
    log,
    async reset() {
      relay.clear()
      const restored = await fetch(snapshotUrl, { method: 'PUT', body: empty })
      if (!restored.ok) throw new Error(`The simulator was not emptied: ${await restored.text()}`)
      await restored.arrayBuffer()
      await Promise.all(everywhere.map(deleteContainers))
      await ledger.deleteTable()
      stack.simulator.resetCounters()
      log.length = 0
    },
    async setDeletes(deletes) {
      if (deletes === deleting) return
      await writeDeletes(stack.settingsFile, deletes)
      await stack.host.kill('SIGKILL')
      await stack.host.start()
      deleting = deletes
    },
    close: () => parts.disposeAsync(),
  }
}
