/**
 * Everything the app needs around it, on 127.0.0.1: storage, media accounts in two regions, Event Grid, and the app
 * itself in its host. `npm start` shows it, end-to-end tests drive it.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Azurite, type AzuriteOptions, startAzurite } from '../azurite.ts'
import { buildApp } from './app.ts'
import { type ArmClient, armClient } from './arm.ts'
import { type FunctionKeys, giveFunctionKeys } from './function-keys.ts'
import { type Ground, startGround } from './ground.ts'
import { type HostApi, hostApi, readHostKeys } from './host-api.ts'
import { type HostProcess, startHost } from './host-process.ts'
import {
  accountId,
  hubAccount,
  type RegionKey,
  regionKeys,
  regions,
  routings,
  sourcesIn,
  type Topology,
  topology,
} from './regions.ts'
import { hostEnvironment, writeSettings } from './settings.ts'
import { ownRequestId, type SimulatorControl } from './simulator-control.ts'
import { subscribe } from './subscriptions.ts'

export interface StackOptions {
  /** 0, the default, takes a free port. A host that is started again keeps its port. */
  readonly ports?: { readonly simulator?: number; readonly storage?: number; readonly host?: number }
  /** Keeps blobs and tables in files, for runs of hours; by default they are in memory. */
  readonly persistent?: boolean
  /** Factor for every delay of the app and of Event Grid; 1 is as in Azure. @default 0.02 */
  readonly pace?: number
  /** Of the timers of the app, where they are to come less often than its delays would have them. @default pace */
  readonly timerPace?: number
  /** Application settings on top of those that the stack makes; undefined takes one away. */
  readonly settings?: Readonly<Record<string, string | undefined>>
  /** Changes what the app is told; the regions themselves stay. */
  readonly topology?: (made: Topology) => Topology
  /** A route leads back as well, and the app may write to both regions. */
  readonly bothWays?: boolean
  /** Routes lead from the east to three regions. */
  readonly fanOut?: boolean
  /** From the creation of an encoding job to its end, in milliseconds. */
  readonly jobMilliseconds?: number
  /** Storage and bundle for several stacks, one after the other; who has made them clears them up. */
  readonly shared?: { readonly azurite: Azurite; readonly appDir: string }
  readonly log?: (source: 'storage' | 'simulator' | 'host', line: string) => void
  /** Gives up starting. */
  readonly stopped?: AbortSignal
}

export interface StackAccount {
  readonly accountId: string
  /** A client of the account that is the owner's, not the app's. */
  readonly arm: ArmClient
  /** Primary one first. */
  readonly storageAccounts: readonly string[]
}

export interface Stack {
  /** Without trailing slash. */
  readonly urls: { readonly simulator: string; readonly storage: string; readonly host: string }
  readonly accounts: Readonly<Record<RegionKey, StackAccount>>
  /** The custom topic that publishers send `Twinstream.*` events to. */
  readonly topic: { readonly id: string; readonly endpoint: string; readonly key: string }
  readonly simulator: SimulatorControl
  readonly host: HostProcess
  readonly api: HostApi
  /** Where Event Grid delivers to a function of the app, key included. */
  webhook(functionName: string): string
  /** Function keys: one opens the doors that only read, the other all. */
  readonly keys: FunctionKeys
  /** Connection string of the hub and the ledger. */
  readonly hubConnection: string
  /** The tokens the app uses, by region: secrets that must be found nowhere. */
  readonly tokens: Readonly<Record<RegionKey, string>>
  /** Where the app's settings are, topology and tokens included. */
  readonly settingsFile: string
  /** Folder of the app as it is deployed: host.json, package.json and the bundle. */
  readonly appDir: string
  /** State folder of the host, with its SQLite files. */
  readonly hostStateDir: string
  /** Sends events to Event Grid as the media account of a region does; delivered to whoever has subscribed. */
  publishEvent: Ground['publishEvent']
  /** Resolves when every event has been delivered, or given up. */
  eventsDelivered(): Promise<void>
  /** Settles with a sentence when storage or the host has ended and nobody had asked for it. */
  readonly failed: Promise<string>
  /** Ends everything and removes its files; leaves no process behind. */
  close(): Promise<void>
}

const byRegion = <T>(make: (key: RegionKey) => T): Readonly<Record<RegionKey, T>> => ({
  east: make('east'),
  west: make('west'),
  north: make('north'),
  south: make('south'),
})

const newSecret = (what: string): string => `twinstream-${what}-${randomBytes(24).toString('hex')}`

/** Storage for the hub and both regions. */
export const startStorage = (options: Pick<AzuriteOptions, 'dir' | 'log'>): Promise<Azurite> =>
  startAzurite({
    ...options,
    accounts: [hubAccount, ...regionKeys.flatMap(key => regions[key].storageAccounts)].map(name => ({
      name,
      key: randomBytes(64).toString('base64'),
    })),
  })

/** Throws one sentence when a part does not come up; what was started before it is ended again. */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const { ports = {}, pace = 0.02, log = () => {}, stopped } = options
  const routing = routings[options.fanOut === true ? 'fanOut' : options.bothWays === true ? 'bothWays' : 'there']
  await using cleanup = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'twinstream-'))
  cleanup.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }))
  const appDir = options.shared?.appDir ?? join(dir, 'app')
  const building = options.shared === undefined ? buildApp(appDir) : Promise.resolve()
  // Its failure is thrown below, after the storage has come up or not.
  building.catch(() => {})

  const azurite =
    options.shared?.azurite ??
    (await startStorage({
      ...(options.persistent === true ? { dir: await made(join(dir, 'storage')) } : {}),
      log: line => log('storage', line),
    }))
  if (options.shared === undefined) cleanup.defer(() => azurite.close())
  stopped?.throwIfAborted()

  const tokens = byRegion(newSecret)
  const ground = await startGround({
    azurite,
    tokens,
    pace,
    routing,
    ...(ports.simulator === undefined ? {} : { port: ports.simulator }),
    ...(ports.storage === undefined ? {} : { storagePort: ports.storage }),
    ...(options.jobMilliseconds === undefined ? {} : { jobMilliseconds: options.jobMilliseconds }),
    log: line => log('simulator', line),
  })
  cleanup.defer(() => ground.close())
  await building
  stopped?.throwIfAborted()

  const document = topology(ground.url, ground.storageUrl, routing)
  const hubConnection = azurite.connectionString(hubAccount)
  const settingsFile = join(dir, 'settings.json')
  await writeSettings(settingsFile, {
    connection: hubConnection,
    topology: options.topology?.(document) ?? document,
    tokens,
    pace,
    eventTopic: ground.topicId,
    more: options.settings ?? {},
  })
  const stateDir = await made(join(dir, 'host'))
  const host = await startHost({
    appDir,
    port: ports.host ?? 0,
    stateDir,
    settingsFile,
    timerPace: options.timerPace,
    env: hostEnvironment(),
    log: line => log('host', line),
  })
  cleanup.defer(() => host.close())
  stopped?.throwIfAborted()
  const hostKeys = readHostKeys(stateDir)
  const keys = await giveFunctionKeys(host.url, hostKeys.master)
  await subscribe(ground, sourcesIn(routing), host.url, hostKeys.eventGrid)

  const account = (key: RegionKey): StackAccount => {
    const id = accountId(regions[key])
    const arm = armClient({ endpoint: ground.url, accountId: id, token: newSecret('owner'), requestId: ownRequestId })
    return { accountId: id, arm, storageAccounts: regions[key].storageAccounts }
  }
  const parts = cleanup.move()
  return {
    urls: { simulator: ground.url, storage: ground.storageUrl, host: host.url },
    accounts: byRegion(account),
    topic: {
      id: ground.topicId,
      endpoint: `${ground.url}/topics/${ground.topicName}/api/events`,
      key: newSecret('topic'),
    },
    simulator: ground.control,
    host,
    api: hostApi(host.url, hostKeys, keys.write),
    webhook: name => `${host.url}/runtime/webhooks/eventgrid?functionName=${name}&code=${hostKeys.eventGrid}`,
    keys,
    hubConnection,
    tokens,
    settingsFile,
    appDir,
    hostStateDir: stateDir,
    publishEvent: ground.publishEvent,
    eventsDelivered: ground.eventsDelivered,
    failed: Promise.race([azurite.exited, host.died]),
    close: () => parts.disposeAsync(),
  }
}

const made = async (dir: string): Promise<string> => {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  return dir
}
