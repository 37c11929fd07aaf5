import { codes, isCode } from '../codes.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { secondsFor } from '../sweep/estimate.ts'
import { isNamedRequest, lookAtNamed, type Named } from '../sweep/named-request.ts'
import { isStopRequested, type Operation } from '../sweep/operation.ts'
import { copyProgress, totalProgress } from './copy-progress.ts'
import type { NamedUnitAnswer, OperationAnswer } from './operation-answer.ts'
import { isoTime } from './unit-view.ts'

const explain = (code: string): Pick<OperationAnswer, 'code' | 'cause' | 'remedy'> => ({
  code,
  ...(isCode(code) ? codes[code] : {}),
})

/** When a walk will end if it goes on as it did, as far as anything is known: nothing while it waits. */
const eta = ({ status, waiting, total, counts, startedAt }: Operation, now: number): string | undefined => {
  if (status !== 'running' || waiting !== undefined || total === undefined || counts.seen === 0 || total <= counts.seen)
    return undefined
  return isoTime(now + ((now - startedAt) / counts.seen) * (total - counts.seen))
}

/** What units that were asked for by name have come to is counted in their own places until all of them have settled. */
const countsOf = (operation: Operation): OperationAnswer['counts'] => {
  const { counts, status } = operation
  const isOver = isNamedRequest(operation) && status !== 'running'
  return isOver ? { ...counts, settled: counts.equal + counts.failed } : counts
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
  counts: countsOf(operation),
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

const namedView = ({ unit: { kind, name }, settled, row }: Named, now: number): NamedUnitAnswer => {
  const { outcome, code, detail } = settled ?? row ?? {}
  return {
    kind,
    name,
    settled: settled !== undefined,
    outcome,
    ...(settled === undefined ? { state: row?.state, copying: copyProgress(row, now) } : {}),
    ...(code === undefined ? {} : { ...explain(code), detail }),
  }
}

/** Units that were asked for by name, each as it settled, or as its row stands until then. */
const withUnits = async (ledger: Ledger, asked: Operation, now: number): Promise<OperationAnswer> => {
  const { operation, units } = await lookAtNamed(ledger, asked, now)
  const settled = units.flatMap(one => one.settled ?? [])
  const counts = {
    ...operation.counts,
    equal: settled.filter(({ outcome }) => outcome === 'inSync').length,
    settled: settled.length,
    failed: settled.filter(({ outcome }) => outcome === 'blocked').length,
  }
  const open = units.filter(one => one.settled === undefined).map(({ row }) => row)
  return {
    ...operationSummary(operation, now),
    counts,
    copying: totalProgress(open, now),
    units: units.map(unit => namedView(unit, now)),
  }
}

/** An operation as people see it. */
export const operationView = async (ledger: Ledger, operation: Operation, now: number): Promise<OperationAnswer> => {
  if (isNamedRequest(operation)) return withUnits(ledger, operation, now)
  const stopping = operation.status === 'running' && (await isStopRequested(ledger, operation))
  return { ...operationSummary(operation, now), ...(stopping ? { stopping } : {}) }
}
