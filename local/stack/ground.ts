/** The cloud around the app, in this process: media accounts of both regions, the proxy to their storage, Event Grid. */
import { fileURLToPath } from 'node:url'
import type { Azurite } from '../azurite.ts'
import { movableClock, systemClock } from '../simulator/clock.ts'
import { Counters } from '../simulator/counters.ts'
import { createEventGrid } from '../simulator/event-grid/event-grid.ts'
import type { PublishedEvent } from '../simulator/event-publisher.ts'
import { Faults } from '../simulator/faults.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { createBlobStore } from '../simulator/storage/blob-store.ts'
import { startStorage } from '../simulator/storage/storage.ts'
import {
  accountId,
  type RegionKey,
  type Routing,
  regionKeys,
  regions,
  regionsIn,
  targetsIn,
  topology,
} from './regions.ts'
import { appGrants, storageRoles } from './roles.ts'
import { type SimulatorControl, simulatorControl } from './simulator-control.ts'
import { StorageWrites } from './storage-writes.ts'

export interface GroundOptions {
  readonly azurite: Azurite
  readonly tokens: Readonly<Record<RegionKey, string>>
  readonly pace: number
  readonly port?: number
  readonly storagePort?: number
  readonly jobMilliseconds?: number
  /** Tells which accounts there are, and which of them the app may write to. */
  readonly routing: Routing
  readonly log: (line: string) => void
}

export interface Ground {
  readonly url: string
  readonly storageUrl: string
  readonly topicName: string
  /** Resource id of the custom topic. */
  readonly topicId: string
  readonly control: SimulatorControl
  publishEvent(region: RegionKey, event: Omit<PublishedEvent, 'dataVersion'>): void
  /** Resolves when every event has been delivered, or given up. */
  eventsDelivered(): Promise<void>
  close(): Promise<void>
}

const sampleDir = fileURLToPath(new URL('../sample', import.meta.url))
const topicName = 'publishing'
const topicScope = `/subscriptions/${regions.east.subscriptionId}/resourceGroups/${regions.east.resourceGroup}`

const regionOfStorage = (name: string) => regionKeys.find(key => regions[key].storageAccounts.includes(name))

/** Of an account, its resource group or subscription. The topic of publishers lives in the east too, and fails with it. */
const regionOfTopic = (topic: string): RegionKey =>
  regionKeys.find(key => `${accountId(regions[key])}/`.toLowerCase().startsWith(`${topic}/`.toLowerCase())) ?? 'east'

/** What the app's tokens may do; every other token is an owner's. */
const grantRoles = async (
  url: string,
  tokens: Readonly<Record<RegionKey, string>>,
  routing: Routing,
): Promise<void> => {
  const targets = targetsIn(routing)
  for (const region of regionsIn(routing)) {
    const rule = {
      token: tokens[region],
      // Named for the roles that it has: what it does with them is held against these after all tests.
      principal: `twinstream-${targets.includes(region) ? 'target' : 'source'}-${region}`,
      grants: { [region]: appGrants(region, targets) },
    }
    const response = await fetch(`${url}/_sim/tokens`, { method: 'PUT', body: JSON.stringify(rule) })
    if (!response.ok) throw new Error(`The simulator refused the roles of the app: ${await response.text()}`)
    await response.arrayBuffer()
  }
}

/** Throws one sentence naming a port that is taken. */
export const startGround = async (options: GroundOptions): Promise<Ground> => {
  const { azurite, tokens, log } = options
  const [faults, counters, clock] = [new Faults(), new Counters(), movableClock(systemClock())]
  await using cleanup = new AsyncDisposableStack()
  const storageWrites = new StorageWrites()
  const storage = await startStorage({
    azurite,
    faults,
    counters,
    accountOf: regionOfStorage,
    clock,
    tokens: storageRoles(tokens, targetsIn(options.routing)),
    ...(options.storagePort === undefined ? {} : { port: options.storagePort }),
    log,
    carriedOut: request => storageWrites.add(request),
  })
  cleanup.defer(() => storage.close())
  const blobStore = createBlobStore(azurite, storage.url)
  const eventGrid = createEventGrid({
    faults,
    counters,
    clock,
    pace: options.pace,
    accountOfTopic: regionOfTopic,
    topicScope,
    blobStore,
  })
  cleanup.defer(() => eventGrid.close())
  const simulator = await startSimulator({
    // Only names are read of it here, so the addresses need not be right yet.
    topology: topology('http://127.0.0.1', storage.url, options.routing),
    blobStore,
    events: eventGrid,
    faults,
    counters,
    clock,
    sampleDir,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.jobMilliseconds === undefined ? {} : { jobMilliseconds: options.jobMilliseconds }),
    log,
  })
  cleanup.defer(() => simulator.close())
  await grantRoles(simulator.url, tokens, options.routing)
  const parts = cleanup.move()
  return {
    url: simulator.url,
    storageUrl: storage.url,
    topicName,
    topicId: eventGrid.topicId(topicName),
    control: simulatorControl(simulator, faults, counters, clock, storageWrites),
    publishEvent: (region, event) => eventGrid.publish(accountId(regions[region]), [{ ...event, dataVersion: '1.0' }]),
    eventsDelivered: () => eventGrid.idle(),
    close: () => parts.disposeAsync(),
  }
}
