import pLimit from 'p-limit'
import { codes, isCode } from '../codes.ts'
import type { Ledger, UnitRow } from '../ledger/ledger.ts'
import { secondsFor } from '../sweep/estimate.ts'
import { isStopRequested, loadNamedUnits, type NamedUnit, type Operation } from '../sweep/operation.ts'
import { copyProgress, totalProgress } from './copy-progress.ts'
import type { NamedUnitAnswer, OperationAnswer } from './operation-answer.ts'
import { isoTime } from './unit-view.ts'

/** Rows of the ledger read at once. */
const concurrency = 16

const explain = (code: string): Pick<OperationAnswer, 'code' | 'cause' | 'remedy'> => ({
  code,
  ...(isCode(code) ? codes[code] : {}),
})

/** When a walk will end if it goes on as it did, as far as anything is known. */
const eta = ({ status, total, counts, startedAt }: Operation, now: number): string | undefined => {
  if (status !== 'running' || total === undefined || counts.seen === 0 || total <= counts.seen) return undefined
  return isoTime(now + ((now - startedAt) / counts.seen) * (total - counts.seen))
}

/** What is known without looking at any unit. */
export const operationSummary = (operation: Operation, now: number): OperationAnswer => ({
  id: operation.id,
  kind: operation.kind,
  route: operation.route,
  scope: operation.scope,
  dryRun: operation.dryRun,
  status: operation.status,
  ...(operation.code === undefined ? {} : explain(operation.code)),
  ...(operation.waiting === undefined
    ? {}
    : { waiting: { ...explain(operation.waiting.code), until: isoTime(operation.waiting.until) } }),
  counts: operation.counts,
  total: operation.total,
  ...(operation.estimate === undefined
    ? {}
    : { estimate: { ...operation.estimate, seconds: secondsFor(operation.estimate) } }),
  startedAt: isoTime(operation.startedAt),
  updatedAt: isoTime(operation.updatedAt),
  finishedAt: isoTime(operation.finishedAt),
  eta: eta(operation, now),
  report: `/api/operations/${operation.id}/report`,
})

interface Settling {
  readonly unit: NamedUnit
  readonly row: UnitRow | undefined
  /** A pass that began after the request has ended it, in sync or in need of a human. Other outcomes are tried again. */
  readonly settled: boolean
}

const settling = (unit: NamedUnit, row: UnitRow | undefined): Settling => ({
  unit,
  row,
  settled:
    row !== undefined &&
    row.observed >= (unit.generation ?? 0) &&
    (row.outcome === 'inSync' || row.outcome === 'blocked'),
})

const namedView = ({ unit, row, settled }: Settling, now: number): NamedUnitAnswer => ({
  kind: unit.kind,
  name: unit.name,
  settled,
  state: row?.state,
  outcome: row?.outcome,
  copying: copyProgress(row, now),
  ...(row?.code === undefined ? {} : { ...explain(row.code), detail: row.detail }),
})

const namedStatus = (units: readonly Settling[]): Operation['status'] => {
  if (units.some(({ settled }) => !settled)) return 'running'
  return units.every(({ row }) => row?.outcome === 'inSync') ? 'succeeded' : 'failed'
}

/** Units that were asked for by name, each as its row stands now. */
const withUnits = async (ledger: Ledger, operation: Operation, now: number): Promise<OperationAnswer> => {
  const limit = pLimit(concurrency)
  const named = await loadNamedUnits(ledger, operation.id)
  const units = await Promise.all(
    named.map(unit =>
      limit(async () => {
        const { kind, name } = unit
        return settling(unit, await ledger.read({ route: operation.route, kind, name }))
      }),
    ),
  )
  const settled = units.filter(unit => unit.settled)
  const counts = {
    ...operation.counts,
    equal: settled.filter(({ row }) => row?.outcome === 'inSync').length,
    settled: settled.length,
    failed: settled.filter(({ row }) => row?.outcome === 'blocked').length,
  }
  const status = namedStatus(units)
  return {
    ...operationSummary({ ...operation, status }, now),
    status,
    counts,
    copying: totalProgress(
      units.map(({ row }) => row),
      now,
    ),
    units: units.map(unit => namedView(unit, now)),
  }
}

/** Whether its units were asked for at once, so that it is the units that go on, not the operation. */
export const isNamedRequest = (operation: Operation): boolean => operation.scope === 'named' && !operation.dryRun

/** An operation as people see it. */
export const operationView = async (ledger: Ledger, operation: Operation, now: number): Promise<OperationAnswer> => {
  if (isNamedRequest(operation)) return withUnits(ledger, operation, now)
  const stopping = operation.status === 'running' && (await isStopRequested(ledger, operation))
  return { ...operationSummary(operation, now), ...(stopping ? { stopping } : {}) }
}
