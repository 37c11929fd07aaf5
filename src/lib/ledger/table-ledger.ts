/** The ledger over Azure Table storage: pure transitions, applied by read, compute and compare-and-swap. */
import type { TableClient } from '@azure/data-tables'
import type { AccountKey, Clock, RouteKey, Start, Unit } from '../model.ts'
import type { Timing } from '../timing.ts'
import { backlogOf } from './backlog.ts'
import { documents } from './documents.ts'
import { dueGroups, markersUntil, type SlotPool, slotKey, slotPool, sortable, unitHash } from './keys.ts'
import type { Backlog, Claim, HeldRow, Ledger, UnitRow } from './ledger.ts'
import { lastDueMarker, priorityOf } from './markers.ts'
import * as passes from './pass-transitions.ts'
import type { AccountState } from './states.ts'
import { openTable, quoted, type Table } from './table.ts'
import * as transitions from './transitions.ts'
import { UnderWay } from './under-way.ts'
import { listRows } from './unit-lists.ts'
import { UnitRows } from './unit-rows.ts'

export interface LedgerRoute {
  readonly key: RouteKey
  readonly from: AccountKey
  readonly to: AccountKey
  /** Runs at once: assets, and everything that has no files. */
  readonly maxActive: number
  readonly maxActivePolicies: number
}

export interface LedgerOptions {
  readonly timing: Timing
  readonly clock: Clock
  /** Fresh random text. */
  readonly randomKey: () => string
  /** For jitter, in [0, 1). @default Math.random */
  readonly random?: () => number
  readonly routes: readonly LedgerRoute[]
  /** How many passes the rate limits of both ends have room for; any number where it is not given. */
  readonly room?: (route: RouteKey, priority: 'event' | 'bulk') => Promise<number>
}

/** Of the slots of a pool one in so many is kept from bulk work, so that an event finds one. */
const keptForEvents = 5

export const createTableLedger = ({ table, ...options }: LedgerOptions & { readonly table: TableClient }): Ledger =>
  createLedger(openTable(table, options.random ?? Math.random), options)

/** The ledger over a table that is open. */
export const createLedger = (table: Table, options: LedgerOptions): Ledger => {
  const { timing, clock, randomKey, random = Math.random, room = async () => Number.POSITIVE_INFINITY } = options
  const routes = new Map(options.routes.map(route => [route.key, route]))
  const units = new UnitRows(table, random)
  const shared = documents(table, clock)

  const accounts = new UnderWay<AccountState>()
  const backlogs = new UnderWay<Backlog>()
  const slots = new UnderWay<ReadonlySet<string>>()
  const takenNow = (route: RouteKey) => slots.read(route, () => units.takenSlots(route))

  const held = async (route: LedgerRoute): Promise<boolean> => {
    const ends = await Promise.all(
      [route.from, route.to].map(account => accounts.read(account, () => shared.accountState(account))),
    )
    return ends.some(({ until = 0 }) => until > clock())
  }

  const mostOf = (route: LedgerRoute, pool: SlotPool) => (pool === 'assets' ? route.maxActive : route.maxActivePolicies)

  /** Slots that are free as far as the table shows; whoever inserts one first has it. */
  const freeOf = (route: LedgerRoute, pool: SlotPool, taken: ReadonlySet<string>): readonly string[] => {
    return Array.from({ length: mostOf(route, pool) }, (_, index) => slotKey(pool, index)).filter(
      slot => !taken.has(slot),
    )
  }

  /** Any of them, so that units that start together do not all want the same. */
  const freeSlot = (route: LedgerRoute, pool: SlotPool, taken: ReadonlySet<string>): string | undefined => {
    const free = freeOf(route, pool, taken)
    return free[Math.floor(random() * free.length)]
  }

  const meansWith = (slot: string | undefined): transitions.Means => ({
    now: clock(),
    timing,
    key: randomKey(),
    ...(slot === undefined ? {} : { slot }),
  })

  /** Applies a transition of a running pass. */
  const applied = <A>({ unit }: Claim, decide: (row: UnitRow | undefined) => passes.Verdict<A>) =>
    units.swap(unit.route, unitHash(unit), decide)

  /**
   * Starts what is due of one kind, first things first, until the pool has no slot for it, or the accounts no calls.
   *
   * @param taken slots; those taken here are added.
   */
  const admitDue = async (
    route: LedgerRoute,
    pool: SlotPool,
    priority: 'event' | 'bulk',
    taken: Set<string>,
  ): Promise<Start[]> => {
    const starts: Start[] = []
    const kept = priority === 'bulk' ? Math.floor(mostOf(route, pool) / keptForEvents) : 0
    const slots = freeOf(route, pool, taken).length
    let free = slots <= kept ? 0 : Math.min(slots - kept, await room(route.key, priority))
    if (free <= 0) return starts
    const now = clock()
    const range = markersUntil(dueGroups[pool][priority], lastDueMarker(now, timing))
    const due = { filter: `dueAt le ${quoted(sortable(now))}`, ahead: 50 }
    for await (const marker of units.markers(route.key, range, due)) {
      if ((await units.marked(route.key, marker)) === undefined) continue
      let tries = 0
      const { start, full, slot } = await units.swap(route.key, marker.hash, async row => {
        // Whoever was faster may have had the slot.
        if (tries++ > 0) for (const other of await units.takenSlots(route.key)) taken.add(other)
        const slot = freeSlot(route, pool, taken)
        const change = row === undefined ? undefined : transitions.admit(row, meansWith(slot))
        return { ...change, full: slot === undefined, slot }
      })
      if (start !== undefined) starts.push(start)
      if (start !== undefined && slot !== undefined) taken.add(slot)
      free -= start === undefined ? 0 : 1
      if (full || free === 0) break
    }
    return starts
  }

  /** Starts that nobody has heard of. */
  const repeatStarts = async (route: LedgerRoute): Promise<Start[]> => {
    const starts: Start[] = []
    for await (const marker of units.markers(route.key, markersUntil('run', clock() - timing.startLease))) {
      if (marker.begun) continue
      const { start } = await units.swap(route.key, marker.hash, row =>
        row?.state === 'running' ? { ...transitions.admit(row, meansWith(undefined)) } : {},
      )
      if (start !== undefined) starts.push(start)
    }
    return starts
  }

  return {
    ...shared,
    prepare: () => table.create(),

    async request(unit, asked) {
      const route = routes.get(unit.route)
      const { start } = await units.swap(unit.route, unitHash(unit), async row => {
        const wants =
          route !== undefined &&
          transitions.wantsSlot(row, asked, clock()) &&
          !(await held(route)) &&
          (await room(route.key, 'event')) > 0
        return transitions.request(
          row,
          unit,
          asked,
          meansWith(wants ? freeSlot(route, slotPool(unit.kind), await takenNow(route.key)) : undefined),
        )
      })
      return start
    },

    async admit(key) {
      const route = routes.get(key)
      if (route === undefined || (await held(route))) return []
      const starts = await repeatStarts(route)
      // Not of a read that was under way: what a close has just freed is to be filled.
      const taken = new Set(await units.takenSlots(route.key))
      for (const pool of ['policies', 'assets'] as const)
        for (const priority of ['event', 'bulk'] as const)
          starts.push(...(await admitDue(route, pool, priority, taken)))
      return starts
    },

    async begin(claim, previous) {
      const { answer, row } = await applied(claim, current => passes.begin(current, claim, previous, clock(), timing))
      if (answer.answer === 'refused' || row === undefined) return { answer: 'refused' }
      const { facts, permissions, finishedAt, inSyncAt } = row
      return { ...answer, priority: priorityOf(row), facts, permissions, finishedAt, inSyncAt }
    },

    async check(claim, generation, facts) {
      const decide = (row: UnitRow | undefined) => passes.check(row, claim, generation, facts, clock(), timing)
      return (await applied(claim, decide)).answer
    },

    async close(claim, generation, outcome, facts) {
      const decide = (before: UnitRow | undefined) => ({
        before,
        ...passes.close(before, claim, generation, outcome, facts, clock(), timing),
      })
      const { answer, before } = await units.swap(claim.unit.route, unitHash(claim.unit), decide, true)
      return answer === 'ignored' || before === undefined ? { closed: 'ignored' } : { closed: answer, before }
    },

    async suspects(route) {
      const found: HeldRow[] = []
      const youngest = clock() - Math.min(timing.startLease, timing.orphanAge)
      for await (const marker of units.markers(route, markersUntil('run', youngest))) {
        const current = await units.marked(route, marker)
        if (current !== undefined && transitions.suspicious(current.row, clock(), timing)) found.push(current)
      }
      return found
    },

    async orphaned(row, etag, instance) {
      const change = transitions.orphaned(row, instance, meansWith(undefined))
      if (change === undefined) return undefined
      return (await units.write({ row, etag }, change.row)) ? change.start : undefined
    },

    forgettable: (route, before) => units.forgettable(route, before),

    forget: held => units.forget(held),

    read: async (unit: Unit) => (await units.read(unit.route, unitHash(unit)))?.row,

    backlog: route => backlogs.read(route, () => backlogOf(table, route, clock())),

    list: query => listRows(table, units, query.route === undefined ? [...routes.keys()] : [query.route], query),
  }
}
