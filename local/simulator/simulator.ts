/** Puts the parts together and listens on 127.0.0.1. */
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { actionRecord } from './action-record.ts'
import { answerRecord } from './answer-record.ts'
import { failed } from './arm-errors.ts'
import { handleArm } from './arm-server.ts'
import type { BlobStore } from './blob-store.ts'
import { type MovableClock, movableClock, stoppable, systemClock } from './clock.ts'
import { handleControl, isControl } from './control.ts'
import type { ControlServices } from './control-request.ts'
import { Counters } from './counters.ts'
import type { EventPublisher } from './event-publisher.ts'
import { Faults } from './faults.ts'
import { newestApiVersion } from './history.ts'
import { sendJson } from './http.ts'
import type { Kernel } from './kernel.ts'
import { type ListName, pageSizes } from './limits.ts'
import { defaultAccountProperties, newAccount } from './new-account.ts'
import { handlePlayer, isForPlayers } from './players/players.ts'
import { RateLimits } from './rate-limits.ts'
import { State } from './state.ts'
import { darkenedByOutages } from './storage-outages.ts'
import { defaultSwitches, type Switches } from './switches.ts'
import { Tokens } from './tokens.ts'
import { readTopology, type TopologyAccount } from './topology.ts'
import { Traffic } from './traffic.ts'

/** Event Grid, as far as the simulator needs it; paths it answers are offered to it first. */
export interface EventService extends EventPublisher {
  handle?(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

export interface SimulatorOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number
  /** The parsed topology document; throws InvalidTopology when it cannot be used. */
  readonly topology: unknown
  readonly blobStore: BlobStore
  readonly events?: EventService
  /** Shared with the storage proxy and Event Grid, so that a whole region can fail. */
  readonly faults?: Faults
  readonly counters?: Counters
  /** Files that a job writes into its output assets; without it jobs end in error. */
  readonly sampleDir?: string
  /** Shared with the storage proxy and Event Grid as well. @default the machine's */
  readonly clock?: MovableClock
  /** From the creation of a job to its end. @default 600 */
  readonly jobMilliseconds?: number
  /** How long streaming endpoints and live events take to start or stop. @default 200 */
  readonly operationMilliseconds?: number
  /** @default the documented sizes */
  readonly pageSizes?: Partial<Record<ListName, number>>
  readonly switches?: Partial<Switches>
  readonly log?: (line: string) => void
}

export interface Simulator {
  /** `http://127.0.0.1:port` */
  readonly url: string
  readonly state: State
  readonly faults: Faults
  readonly counters: Counters
  readonly traffic: Traffic
  close(): Promise<void>
}

const host = '127.0.0.1'
/** Longer than clients keep idle connections, so that none is closed under a request. */
const idleConnection = 120_000

/** As the service itself reaches it: an outage of storage is one for the service as well. */
const storageOf = (blobStore: BlobStore, faults: Faults, topology: readonly TopologyAccount[]): BlobStore =>
  darkenedByOutages(blobStore, name => {
    const owner = topology.find(({ storageAccounts }) => storageAccounts.includes(name))?.key
    return faults.isOut(owner === undefined ? name : [owner, name], 'storage')
  })

const fill = (kernel: Kernel, topology: readonly TopologyAccount[]): void => {
  for (const account of topology) {
    const { key, subscriptionId, resourceGroup, accountName, location, storageAccounts } = account
    const plan = {
      key,
      subscriptionId,
      resourceGroup,
      name: accountName,
      location,
      storageAccounts,
      properties: {
        ...defaultAccountProperties(account, storageAccounts),
        storageAuthentication: 'System',
        encryption: { type: 'SystemKey' },
      },
      createdBy: 'owner@simulator.invalid',
      apiVersion: newestApiVersion,
    }
    kernel.state.addAccount(newAccount(plan, kernel.uuid(), kernel))
  }
}

const kernelOf = (
  options: SimulatorOptions,
  blobStore: BlobStore,
  clock: MovableClock,
  switches: () => Switches,
): Kernel => ({
  clock,
  state: new State(),
  blobStore,
  ...(options.events === undefined ? {} : { events: options.events }),
  uuid: randomUUID,
  randomBytes,
  switches,
  pageSizes: { ...pageSizes, ...options.pageSizes },
  jobMilliseconds: options.jobMilliseconds ?? 600,
  operationMilliseconds: options.operationMilliseconds ?? 200,
  ...(options.sampleDir === undefined ? {} : { sampleDir: options.sampleDir }),
  report: problem => options.log?.(problem),
})

const listen = async (server: ReturnType<typeof createServer>, port: number): Promise<number> => {
  server.listen(port, host)
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE'
      ? new Error(`The simulator did not start: port ${port} on ${host} is taken`)
      : error
  })
  return (server.address() as AddressInfo).port
}

/** Throws InvalidTopology, or an Error when the port is taken. */
export const startSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const clock = stoppable(options.clock ?? movableClock(systemClock()))
  let switches: Switches = { ...defaultSwitches, ...options.switches }
  const faults = options.faults ?? new Faults()
  const topology = readTopology(options.topology)
  const kernel = kernelOf(options, storageOf(options.blobStore, faults, topology), clock, () => switches)
  fill(kernel, topology)
  const folder = process.env.TWINSTREAM_RECORD_ANSWERS
  const [recordAnswer, recordAction] = [answerRecord(folder), actionRecord(folder)]
  const services: ControlServices = {
    kernel,
    faults,
    counters: options.counters ?? new Counters(),
    traffic: new Traffic(),
    tokens: new Tokens(),
    rateLimits: new RateLimits(),
    ...(recordAnswer && { recordAnswer }),
    ...(recordAction && { recordAction }),
    ...(options.events === undefined ? {} : { events: options.events }),
    clock,
    setSwitches: changed => {
      switches = changed
    },
  }
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if ((await options.events?.handle?.(request, response)) === true) return
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (isControl(path)) return handleControl(services, request, response)
    if (isForPlayers(path)) return handlePlayer(services, request, response)
    await handleArm(services, request, response)
  }
  const server = createServer({ keepAliveTimeout: idleConnection }, (request, response) => {
    response.on('error', () => {})
    handle(request, response).catch((error: unknown) => {
      options.log?.(`The simulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, failed().body())
    })
  })
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://${host}:${port}`,
    state: kernel.state,
    faults: services.faults,
    counters: services.counters,
    traffic: services.traffic,
    async close() {
      clock.stop()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
