/**
 * Units that were asked for by name go on by themselves. What each has come to is kept the first time that it is seen,
 * and not judged again: what becomes of the unit later, e.g. in an outage, changes nothing of what was asked for.
 */
import pLimit from 'p-limit'
import * as z from 'zod'
import type { Ledger, UnitRow } from '../ledger/ledger.ts'
import type { RouteKey } from '../model.ts'
import {
  changeRunning,
  endOperation,
  loadNamedUnits,
  loadOperation,
  type NamedUnit,
  type Operation,
  openPrefix,
  removeOpenMark,
  settledId,
} from './operation.ts'

/** Rows of the ledger read or written at once. */
const concurrency = 16

const settledSchema = z.object({
  outcome: z.enum(['inSync', 'blocked']),
  code: z.string().exactOptional(),
  detail: z.string().exactOptional(),
  /** Milliseconds since 1970. */
  at: z.number(),
})
export type Settled = z.infer<typeof settledSchema>

/** Whether its units were asked for at once, so that it is the units that go on, not the operation. */
export const isNamedRequest = ({ scope, dryRun }: Operation): boolean => scope === 'named' && !dryRun

/** A pass that began after the request has ended it, in sync or in need of a human. Other outcomes are tried again. */
const settledNow = ({ generation = 0 }: NamedUnit, row: UnitRow | undefined, now: number): Settled | undefined => {
  if (row === undefined || row.observed < generation) return undefined
  const { outcome, code, detail, inSyncAt = now } = row
  if (outcome === 'inSync') return { outcome, at: inSyncAt }
  if (outcome !== 'blocked') return undefined
  return { outcome, at: now, ...(code === undefined ? {} : { code }), ...(detail === undefined ? {} : { detail }) }
}

/** Without what a release to come has written in a way that this one cannot read: that is still waited for. */
const loadSettled = async (ledger: Ledger, id: string): Promise<ReadonlyMap<number, Settled>> => {
  const settled = new Map<number, Settled>()
  for await (const { page, lines } of ledger.report(settledId(id))) {
    const { data } = settledSchema.safeParse(JSON.parse(lines[0] ?? ''))
    if (data !== undefined) settled.set(page, data)
  }
  return settled
}

/** A unit that was asked for: what it has come to, or its row as it stands until then. */
export interface Named {
  readonly unit: NamedUnit
  readonly settled?: Settled | undefined
  readonly row?: UnitRow | undefined
}

/** Follows from what is kept alone, so that whoever saves it saves the same. */
const ended = (operation: Operation, settled: readonly Settled[]): Operation => {
  const of = (outcome: Settled['outcome']) => settled.filter(one => one.outcome === outcome).length
  const at = Math.max(...settled.map(one => one.at))
  const counts = { ...operation.counts, equal: of('inSync'), failed: of('blocked') }
  return { ...endOperation(operation, counts.failed === 0 ? 'succeeded' : 'failed', at), counts }
}

/** Looks at all units of a request, keeps what has settled, and ends the operation once that is all of them. */
export const lookAtNamed = async (
  ledger: Ledger,
  operation: Operation,
  now: number,
): Promise<{ readonly operation: Operation; readonly units: readonly Named[] }> => {
  const { id, route, status } = operation
  const limit = pLimit(concurrency)
  const [asked, before] = await Promise.all([loadNamedUnits(ledger, id), loadSettled(ledger, id)])
  const looked = await Promise.all(
    asked.map((unit, index) =>
      limit(async () => {
        if (before.has(index)) return { unit, isNew: false }
        const row = await ledger.read({ route, kind: unit.kind, name: unit.name })
        const settled = settledNow(unit, row, now)
        if (settled !== undefined) await ledger.keepReport(settledId(id), index, [JSON.stringify(settled)])
        return { unit, row, isNew: settled !== undefined }
      }),
    ),
  )
  // Somebody else may have seen another outcome first, and that one counts.
  const kept = looked.some(({ isNew }) => isNew) ? await loadSettled(ledger, id) : before
  const units = looked.map(({ unit, row }, index) => ({ unit, row, settled: kept.get(index) }))
  const settled = units.flatMap(one => one.settled ?? [])
  if (status !== 'running' || settled.length === 0 || settled.length < units.length) return { operation, units }
  const over = ended(operation, settled)
  await changeRunning(ledger, operation, () => over)
  await removeOpenMark(ledger, over)
  return { operation: over, units }
}

/** Looks at the requests of a route that still wait for units, whether somebody asks for them or not. */
export const lookAtOpen = async (ledger: Ledger, route: RouteKey, now: number): Promise<void> => {
  const prefix = openPrefix(route)
  for await (const { id } of ledger.operations(prefix)) {
    const operation = await loadOperation(ledger, id.slice(prefix.length))
    if (operation?.status !== 'running') await ledger.removeOperation(id)
    else await lookAtNamed(ledger, operation, now)
  }
}
