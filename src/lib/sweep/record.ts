/** What is kept of sweeps: of each kind and route its last end, and its last success, which the next one goes on from. */
import * as z from 'zod'
import type { Ledger } from '../ledger/ledger.ts'
import type { RouteKey } from '../model.ts'
import { type Operation, routeId, type SweepKind } from './operation.ts'

const time = z.number()

const recordSchema = z.object({
  last: z.object({
    startedAt: time,
    finishedAt: time,
    status: z.string(),
    code: z.string().exactOptional(),
  }),
  success: z
    .object({ startedAt: time, finishedAt: time, mode: z.string(), round: z.number().int().nonnegative() })
    .exactOptional(),
})

export type SweepRecord = z.infer<typeof recordSchema>

/** The operation of a sweep has the same id every time: it shows the one at hand, or the last. */
export const sweepId = (kind: SweepKind, route: RouteKey): string => `sweep-${kind}-${routeId(route)}`

const recordId = (kind: SweepKind, route: RouteKey): string => `swept-${kind}-${routeId(route)}`

/** Undefined where no sweep of the kind has ended on the route. */
export const loadSweepRecord = async (
  ledger: Pick<Ledger, 'operation'>,
  kind: SweepKind,
  route: RouteKey,
): Promise<SweepRecord | undefined> => recordSchema.safeParse(await ledger.operation(recordId(kind, route))).data

/** @param ended an operation that has ended; a resync leaves no record. */
export const recordSweep = async (ledger: Ledger, ended: Operation): Promise<void> => {
  const { kind, route, startedAt, finishedAt = ended.updatedAt, status, code, mode = '', round = 0 } = ended
  if (kind === 'resync') return
  const before = await loadSweepRecord(ledger, kind, route)
  const success = status === 'succeeded' ? { startedAt, finishedAt, mode, round } : before?.success
  await ledger.saveOperation(recordId(kind, route), {
    last: { startedAt, finishedAt, status, ...(code === undefined ? {} : { code }) },
    ...(success === undefined ? {} : { success }),
  } satisfies SweepRecord)
}
