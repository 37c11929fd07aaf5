/** The second half of the composition root: what passes, sweeps and most callers need, and the first event does not. */
import type { Ready } from './app.ts'
import { surveyUnit } from './durable/survey-unit.ts'
import { createPairs, type Pairs } from './pairs.ts'
import type { ReadinessDeps } from './status/readiness/view.ts'
import type { SweepDeps } from './sweep/page.ts'

export interface Whole extends Ready {
  readonly pairs: Pairs
  /** What resyncs and sweeps compare and ask with. */
  readonly sweep: SweepDeps
  /** What is asked to tell whether a failover would work now. */
  readonly readiness: ReadinessDeps
}

export const completed = (ready: Ready): Whole => {
  const { settings, routes, ledger, clock, timing, governor } = ready
  const pairs = createPairs(settings, timing, clock, governor)
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
    readiness: {
      ledger,
      routes,
      clock,
      reach: async (key, side, plane) => (await pairs.pair(key, 'urgent')?.reach(side, plane)) ?? 'none',
    },
  }
}
