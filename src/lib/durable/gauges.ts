/** What is measured once a minute: how far a route is behind, and what is left of the rate limits of its accounts. */
import type { Ledger } from '../ledger/ledger.ts'
import type { BudgetView } from '../media/governor/governor.ts'
import type { Account, Clock, Route } from '../model.ts'
import { loadSweepRecord } from '../sweep/record.ts'
import { sweptIn } from '../sweep/start-sweep.ts'
import type { Measure } from '../telemetry/measure.ts'

export interface GaugeDeps {
  readonly ledger: Pick<Ledger, 'backlog' | 'operation' | 'routeState'>
  readonly accounts: readonly Account[]
  readonly governor: { view(account: Account): Promise<readonly BudgetView[]> }
  readonly clock: Clock
  readonly measure: Measure
}

/** A few short scans, whatever the catalogue holds. */
export const measureRoute = async (deps: GaugeDeps, { key: route, from, to, mode }: Route): Promise<void> => {
  const { ledger, clock, measure } = deps
  const [{ running, due, oldest, standStills }, { hold, canary }, record] = await Promise.all([
    ledger.backlog(route),
    ledger.routeState(route),
    loadSweepRecord(ledger, 'full', route),
  ])
  const since = (time: number) => Math.max(0, clock() - time) / 1000
  measure('twinstream.units', running, { route, state: 'running' })
  measure('twinstream.units', due, { route, state: 'due' })
  measure('twinstream.units.age', oldest === undefined ? 0 : since(oldest), { route, state: 'behind' })
  for (const { outcome: state, code, count, oldest: first } of standStills) {
    measure('twinstream.units', count, { route, state, code })
    if (first !== undefined) measure('twinstream.units.age', since(first), { route, state, code })
  }
  if (hold !== undefined)
    measure('twinstream.hold.age', since(hold.since), { route, account: hold.side === 'source' ? from : to })
  if (sweptIn[mode].includes('full'))
    measure('twinstream.comparison.age', since(record?.success?.startedAt ?? 0), { route })
  if (canary?.lag !== undefined) measure('twinstream.canary.lag', canary.lag / 1000, { route })
  for (const account of deps.accounts.filter(({ key }) => key === from || key === to))
    for (const { bucket, left } of await deps.governor.view(account))
      measure('twinstream.calls.left', left, { account: account.key, bucket })
}
