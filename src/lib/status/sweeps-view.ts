import type { Ledger } from '../ledger/ledger.ts'
import type { Route } from '../model.ts'
import { loadOperation, type SweepKind } from '../sweep/operation.ts'
import { loadSweepRecord, sweepId } from '../sweep/record.ts'
import { sweptIn } from '../sweep/start-sweep.ts'
import type { Timing } from '../timing.ts'
import { operationSummary } from './operation-view.ts'
import type { SweepAnswer, SweptRouteAnswer } from './sweeps-answer.ts'
import { isoTime } from './unit-view.ts'

const intervals = {
  changes: 'changesInterval',
  locators: 'locatorsInterval',
  full: 'fullInterval',
} as const satisfies Record<SweepKind, keyof Timing>

const sweepView = async (
  ledger: Pick<Ledger, 'operation'>,
  kind: SweepKind,
  route: Route,
  timing: Timing,
  now: number,
): Promise<SweepAnswer> => {
  const interval = timing[intervals[kind]]
  const operation = await loadOperation(ledger, sweepId(kind, route.key))
  const { last, success } = (await loadSweepRecord(ledger, kind, route.key)) ?? {}
  const begun = operation?.startedAt ?? last?.startedAt
  return {
    sweep: kind,
    every: interval / 1000,
    lastEnd: last && { ...last, startedAt: isoTime(last.startedAt), finishedAt: isoTime(last.finishedAt) },
    lastSuccessAt: isoTime(success?.finishedAt),
    dueAt: isoTime(begun === undefined ? now : Math.max(now, begun + interval)),
    ...(operation === undefined ? {} : { operation: operationSummary(operation, now) }),
  }
}

/** When each sweep of each route last ran and is due; `every` in seconds. A route that is not swept has none. */
export const sweepsView = (
  ledger: Pick<Ledger, 'operation'>,
  routes: readonly Route[],
  timing: Timing,
  now: number,
): Promise<SweptRouteAnswer[]> =>
  Promise.all(
    routes.map(async route => ({
      route: route.key,
      mode: route.mode,
      sweeps: await Promise.all(sweptIn[route.mode].map(kind => sweepView(ledger, kind, route, timing, now))),
    })),
  )
