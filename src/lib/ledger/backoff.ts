import type { Code } from '../codes.ts'
import type { Outcome } from '../model.ts'
import type { Timing } from '../timing.ts'
import type { UnitRow } from './ledger.ts'

/** When a closed unit is looked at again, and how many times in a row it has now ended like this. */
export interface Retry {
  readonly attempts: number
  /** Milliseconds since 1970; absent where nothing is due. */
  readonly dueAt?: number
}

/** What these say is true of every unit of the account, and ends for all of them at once. */
const accountWide: ReadonlySet<Code> = new Set<Code>([
  'SourceUnavailable',
  'TargetUnavailable',
  'Throttled',
  'BudgetUsed',
  'NotAuthorized',
  'QuotaReached',
])

/** The back-off table of the outcomes. A pure function of the row before the close. */
export const retryAfter = (
  row: Pick<UnitRow, 'hash' | 'outcome' | 'attempts'>,
  outcome: Outcome,
  now: number,
  timing: Timing,
): Retry => {
  switch (outcome.outcome) {
    case 'inSync':
    case 'blocked':
      return { attempts: 0 }
    case 'throttled':
      return { attempts: row.attempts, dueAt: Math.max(outcome.until, now) }
    case 'waiting':
    case 'failed': {
      if (outcome.outcome === 'waiting' && outcome.until !== undefined)
        return { attempts: row.attempts, dueAt: Math.max(outcome.until, now) }
      const attempts = turned(row, outcome) ? 1 : row.attempts + 1
      return { attempts, dueAt: now + delay(row.hash, outcome, attempts, timing) }
    }
  }
}

/**
 * A unit that waited for hours through an outage and then fails once must not start at the longest back-off, so
 * waiting and failing count apart.
 */
const turned = (row: Pick<UnitRow, 'outcome'>, outcome: Outcome) =>
  (row.outcome === 'waiting' || row.outcome === 'failed') && row.outcome !== outcome.outcome

/** Doubles with every attempt between the bounds; the hash spreads units that fail together over half a step. */
const delay = (hash: string, outcome: Outcome & { code: Code }, attempts: number, timing: Timing): number => {
  const [min, kindMax] =
    outcome.outcome === 'failed' ? [timing.failMin, timing.failMax] : [timing.waitMin, timing.waitMax]
  const max = accountWide.has(outcome.code) ? Math.min(kindMax, timing.accountFailMax) : kindMax
  const spread = Number.parseInt(hash.slice(0, 8), 16) / 2 ** 32
  return Math.min(min * 2 ** (attempts - 1) * (1 + spread / 2), max * (1 - spread / 4))
}
