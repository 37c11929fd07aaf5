/** The second half of the composition root: what passes, sweeps and most callers need, and the first event does not. */
import manifest from '../../package.json' with { type: 'json' }
import type { Ready } from './app.ts'
import { surveyUnit } from './durable/survey-unit.ts'
import type { Account, AccountKey } from './model.ts'
import { createPairs, type Pairs } from './pairs.ts'
import { type ReadinessAnswer, verdicts } from './status/readiness/answer.ts'
import { keptFor } from './status/readiness/kept.ts'
import { remembering } from './status/readiness/remembered.ts'
import { readinessView } from './status/readiness/view.ts'
import type { SweepDeps } from './sweep/page.ts'

export interface Whole extends Ready {
  readonly pairs: Pairs
  /** What resyncs and sweeps compare and ask with. */
  readonly sweep: SweepDeps
  /** Whether a failover would work now; the same answer for a minute. */
  readonly readiness: () => Promise<ReadinessAnswer>
}

const found = (accounts: readonly Account[], key: AccountKey): Account => {
  const account = accounts.find(one => one.key === key)
  if (account === undefined) throw new Error(`Account ${key} is not in the topology.`)
  return account
}

export const completed = (ready: Ready): Whole => {
  const { settings, routes, ledger, clock, timing, governor, telemetry } = ready
  const pairs = createPairs(settings, timing, clock, governor)
  const remembered = remembering(clock, timing.readinessRemembered)
  return {
    ...ready,
    pairs,
    sweep: {
      routes,
      reader: pairs.reader,
      ledger,
      clock,
      timing,
      survey: (unit, permissions, priority) => surveyUnit({ ledger, pair: pairs.pair }, unit, permissions, priority),
      heldUntil: (route, priority) =>
        governor.heldUntil(
          settings.accounts.filter(({ key }) => key === route.from || key === route.to),
          { route: route.key, priority },
        ),
    },
    readiness: keptFor(clock, timing.readinessKept, async () => {
      const answer = await readinessView(
        {
          ledger,
          routes,
          clock,
          remembered,
          runbook: settings.runbook,
          account: key => found(settings.accounts, key),
          reader: pairs.reader,
          delivery: pairs.delivery,
          reach: async (key, side, plane) => (await pairs.pair(key, 'urgent')?.reach(side, plane)) ?? 'none',
        },
        manifest.version,
      )
      for (const { route, verdict, mode } of answer.routes)
        telemetry.measure('twinstream.readiness', verdicts.indexOf(verdict), { route, mode })
      return answer
    }),
  }
}
