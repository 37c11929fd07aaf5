/** Switches and meters of the simulated regions, and of what the app did to them. */
import { randomUUID } from 'node:crypto'
import { type MovableClock, millisecondsOf } from '../simulator/clock.ts'
import type { CounterReport, Counters } from '../simulator/counters.ts'
import type { Plane } from '../simulator/fault-kinds.ts'
import type { FaultRule } from '../simulator/fault-rules.ts'
import type { ActiveFault, Faults } from '../simulator/faults.ts'
import type { Simulator } from '../simulator/simulator.ts'
import type { Account } from '../simulator/state.ts'
import type { CarriedOut } from '../simulator/storage/proxy.ts'
import type { Exchange } from '../simulator/traffic.ts'
import type { RegionKey } from './regions.ts'
import type { StorageWrites } from './storage-writes.ts'

/** One answered call to a media account, secrets redacted. */
export interface TrafficLine {
  readonly account: string
  readonly operation: string
  readonly method: string
  readonly url: string
  readonly request: unknown
  readonly status: number
  readonly response: unknown
}

/** Counts by account and operation. */
export type Calls = Readonly<Record<string, Readonly<Record<string, number>>>>

export type JudgedLine = TrafficLine & {
  /** False for calls of this process's own clients. */
  readonly byApp: boolean
  /** When it came and when it was answered, milliseconds since 1970 by the machine's clock. */
  readonly began: number
  readonly at: number
}

export interface SimulatorControl {
  /** A whole region stops answering, storage and events included, or one plane of it. */
  outage(region: RegionKey, plane?: Plane): void
  restore(region: RegionKey): void
  /** Account `*` is every account. */
  fault(rule: Omit<FaultRule, 'account'> & { readonly account?: RegionKey | '*' }): ActiveFault
  clearFaults(): void
  faults(): readonly ActiveFault[]
  removeFault(id: string): void
  /** What an account holds at this moment, beside everything that fails. */
  holds(region: RegionKey): Account
  /** Moves the time of media accounts and Event Grid on, in milliseconds, and runs what has become due. */
  advance(milliseconds: number): void
  /** The time of media accounts and Event Grid, milliseconds since 1970. */
  now(): number
  /** All requests of everybody, those without an answer included. */
  counters(): CounterReport
  resetCounters(): void
  /** Answered calls of the app to the media accounts, oldest first; those of this process's own clients are left out. */
  appTraffic(): readonly TrafficLine[]
  /** Those of everybody, in the order in which they were carried out. */
  traffic(): readonly JudgedLine[]
  /** The same counted, with the app's requests to storage. Requests to storage by others count as well. */
  appCalls(): Calls
  /** Requests through the proxy that may have changed storage, in the order in which they were answered. */
  storageWrites(): readonly CarriedOut[]
}

const ownPrefix = 'stack-'

/** Value of `x-ms-client-request-id` for clients whose calls are not the app's. */
export const ownRequestId = (): string => `${ownPrefix}${randomUUID()}`

const isApps = ({ headers }: Exchange) => !String(headers['x-ms-client-request-id']).startsWith(ownPrefix)

const parsed = (lines: string): TrafficLine[] =>
  lines
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))

/** Answered calls of everybody, in the order in which they were carried out. */
export const trafficOf = ({ traffic }: Pick<Simulator, 'traffic'>): readonly JudgedLine[] => {
  const more: Pick<JudgedLine, 'byApp' | 'began' | 'at'>[] = []
  const lines = parsed(
    traffic.lines(exchange => {
      more.push({ byApp: isApps(exchange), began: exchange.began, at: exchange.at })
      return true
    }),
  )
  return lines.map((line, index) => ({ ...line, byApp: false, began: 0, at: 0, ...more[index] }))
}

export const simulatorControl = (
  simulator: Pick<Simulator, 'traffic' | 'state'>,
  faults: Faults,
  counters: Counters,
  clock: Pick<MovableClock, 'advance' | 'ticks'>,
  storageWrites: Pick<StorageWrites, 'all' | 'reset'>,
): SimulatorControl => {
  const appTraffic = (): readonly TrafficLine[] => parsed(simulator.traffic.lines(isApps))
  return {
    outage(region, plane) {
      faults.add({ account: region, kind: 'outage', ...(plane === undefined ? {} : { plane }) })
    },
    restore(region) {
      faults.remove(({ account, kind }) => account === region && kind === 'outage')
    },
    fault: rule => faults.add({ account: '*', ...rule }),
    clearFaults() {
      faults.remove(() => true)
    },
    faults: () => faults.list(),
    removeFault: id => void faults.remove(fault => fault.id === id),
    holds(region) {
      const account = simulator.state.accountByKey(region)
      if (account === undefined) throw new Error(`There is no account ${region}.`)
      return account
    },
    advance: milliseconds => clock.advance(milliseconds),
    now: () => millisecondsOf(clock.ticks()),
    counters: () => counters.report(),
    resetCounters() {
      counters.reset()
      simulator.traffic.reset()
      storageWrites.reset()
    },
    storageWrites: () => storageWrites.all,
    appTraffic,
    traffic: () => trafficOf(simulator),
    appCalls() {
      const calls: Record<string, Record<string, number>> = {}
      const add = (account: string, operation: string, count: number) => {
        calls[account] ??= {}
        const operations = calls[account]
        operations[operation] = (operations[operation] ?? 0) + count
      }
      for (const { account, operation } of appTraffic()) add(account, operation, 1)
      for (const [account, operations] of Object.entries(counters.report().storage))
        for (const [operation, { count }] of Object.entries(operations)) add(account, operation, count)
      return calls
    },
  }
}
