import type { Request, UnitRow } from '../ledger/ledger.ts'
import type { UnitReport } from '../replicate/report.ts'
import type { Operation } from './operation.ts'

/**
 * What is to be asked for: what differs, and what is equal without the ledger knowing it, so that a lost ledger comes
 * back. A unit that is equal and known to be is left alone (P7). A sweep leaves to the ledger what that looks at again
 * by itself, and what would only be found to wait for the same human; a withdrawal waits for nobody (P10).
 */
export const isWanted = (operation: Operation, report: UnitReport, row: UnitRow | undefined): boolean => {
  if (operation.dryRun) return false
  if (report.equal) {
    // What is only equal is not adopted yet.
    const adopts = operation.permissions.adopt === true && row?.facts.owner === 'matched'
    return row?.outcome !== 'inSync' || adopts
  }
  if (operation.kind === 'resync' || row === undefined || row.state === 'running') return true
  if (operation.kind === 'full' && row.dueAt !== undefined) return false
  if (report.withdraws) return true
  const same = report.outcome?.outcome === 'blocked' && row.outcome === 'blocked' && report.outcome.code === row.code
  return !same || row.observed < row.desired
}

/** What nobody told is made good at once; comparing everything is not urgent. */
export const priorityOf = ({ kind }: Pick<Operation, 'kind'>): 'event' | 'bulk' =>
  kind === 'changes' || kind === 'locators' ? 'event' : 'bulk'

export const requestOf = (operation: Operation, { unit, published, withdraws }: UnitReport): Request => {
  const priority = priorityOf(operation)
  return {
    reason: operation.kind === 'resync' ? 'resync' : 'sweep',
    priority: priority === 'bulk' && unit.kind === 'asset' && published === false ? 'last' : priority,
    permissions: operation.permissions,
    by: `operation ${operation.id}`,
    // It finds what is being copied as different, at every look; only a withdrawal is worth ending a copy for.
    pressing: withdraws === true,
  }
}
