import pLimit from 'p-limit'
import type { Outcome, Unit } from '../model.ts'
import type { UnitReport } from '../replicate/report.ts'
import { isServiceError, type ServiceError } from '../service-error.ts'

/** Comparisons under way at once; each makes a handful of calls to both accounts. */
const concurrency = 8

const outcomeOf = (error: ServiceError, now: number): Outcome => {
  if (error.kind === 'throttled' || error.kind === 'budgetUsed') {
    const code = error.kind === 'throttled' ? 'Throttled' : 'BudgetUsed'
    return { outcome: 'throttled', code, until: now + (error.retryAfter ?? 0) }
  }
  if (error.kind === 'unavailable') return { outcome: 'waiting', code: 'SourceUnavailable' }
  if (error.kind === 'unauthorized') return { outcome: 'failed', code: 'NotAuthorized' }
  return { outcome: 'failed', code: 'Unexpected' }
}

/** A unit that cannot be compared is one that differs, as far as anybody knows. */
const incomparable = (unit: Unit, error: unknown, now: number): UnitReport => ({
  unit,
  equal: false,
  changes: [],
  outcome: isServiceError(error) ? outcomeOf(error, now) : { outcome: 'failed', code: 'Unexpected' },
})

/** Compares units side by side, in the order given. Never throws. */
export const compareUnits = (
  units: readonly Unit[],
  survey: (unit: Unit) => Promise<UnitReport>,
  now: () => number,
): Promise<readonly UnitReport[]> => {
  const limit = pLimit(concurrency)
  return Promise.all(units.map(unit => limit(() => survey(unit).catch(error => incomparable(unit, error, now())))))
}

const outageCodes: readonly string[] = ['SourceUnavailable', 'TargetUnavailable', 'Throttled', 'BudgetUsed']

/** Why nothing can be said of a whole account for now; undefined where comparing worked or failed for the unit alone. */
export const outageOf = (reports: readonly UnitReport[]): Extract<Outcome, { code: unknown }> | undefined => {
  for (const { outcome } of reports) {
    if (outcome !== undefined && 'code' in outcome && outageCodes.includes(outcome.code)) return outcome
  }
  return undefined
}

/** Whether nothing could be said of a unit. */
export const isIncomparable = (report: UnitReport): boolean =>
  report.outcome?.outcome === 'failed' || outageOf([report]) !== undefined
