/** What the ledger alone knows: it is in the region that would be failed over to, and needs no account to answer. */
import type { Code } from '../../codes.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { RouteState } from '../../ledger/states.ts'
import type { Route } from '../../model.ts'
import { loadSweepRecord } from '../../sweep/record.ts'
import { isoTime } from '../unit-view.ts'
import type { RouteReadiness, Weight } from './answer.ts'
import type { Troubles } from './verdict.ts'

export type LedgerFacts = Pick<RouteReadiness, 'units' | 'lagSeconds' | 'comparison'>

const secondsSince = (since: number, now: number): number => Math.max(0, Math.round((now - since) / 1000))

export const ledgerFacts = async (
  ledger: Pick<Ledger, 'backlog' | 'operation'>,
  route: Route,
  now: number,
): Promise<LedgerFacts> => {
  const [{ running, due, waiting, blocked, atLeast, oldest, standStills }, record] = await Promise.all([
    ledger.backlog(route.key),
    loadSweepRecord(ledger, 'full', route.key),
  ])
  const { success } = record ?? {}
  return {
    units: {
      unverified: running + due + waiting,
      blocked,
      atLeast,
      codes: standStills.map(({ code, count }) => ({ code, count })),
    },
    lagSeconds: oldest === undefined ? 0 : secondsSince(oldest, now),
    comparison:
      success === undefined
        ? {}
        : { lastSuccessAt: isoTime(success.finishedAt), ageSeconds: secondsSince(success.finishedAt, now) },
  }
}

/** What holds a route as a whole back. Twins play on meanwhile; they only grow old. */
export const routeTroubles = (route: Route, state: RouteState): readonly Troubles[] => {
  const found: (readonly [Code, Weight, boolean])[] = [
    ['SourceReplaced', 'limits', state.replaced !== undefined],
    ['FailbackPending', 'limits', state.returned !== undefined && state.returned.settled !== true],
    ['DeleteWave', 'note', state.deletes?.wave !== undefined],
    // That the source is silent is the very case that is asked about; a silent target is told of by its own calls.
    ['OnHold', 'note', state.hold?.side === 'source'],
    ['OnHold', 'limits', route.mode === 'hold'],
    ['RoutePaused', 'limits', route.mode === 'paused' || route.mode === 'observe'],
  ]
  return found.flatMap(([code, weight, holds]) => (holds ? [{ code, weight }] : []))
}
