import type { Ledger } from '../ledger/ledger.ts'
import type { Clock } from '../model.ts'
import type { Timing } from '../timing.ts'
import { isNamedRequest } from './named-request.ts'
import { changeRunning, endOperation, loadOperation, type Operation } from './operation.ts'

export interface LostOperationDeps {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly timing: Pick<Timing, 'operationSilence'>
}

/** Whether the orchestration of an operation is under way. */
export interface PagesStarter {
  hasPages(operation: string): Promise<boolean>
}

/**
 * A resync that has been silent for long and has no orchestration has failed: its process may have died before it started
 * one, or its version is gone. Sweeps are taken up by their timers.
 *
 * @returns the operation as it is now.
 */
export const endLost = async (
  { ledger, clock, timing }: LostOperationDeps,
  starter: PagesStarter,
  operation: Operation,
): Promise<Operation> => {
  const { id, kind, status, updatedAt, waiting } = operation
  if (kind !== 'resync' || isNamedRequest(operation) || status !== 'running') return operation
  if (Math.max(updatedAt, waiting?.until ?? 0) + timing.operationSilence >= clock()) return operation
  if (await starter.hasPages(id)) return operation
  // It may have ended, or gone on, while its orchestration was asked for.
  const failed = await changeRunning(ledger, operation, current =>
    current.updatedAt === updatedAt ? endOperation(current, 'failed', clock(), 'OperationLost') : undefined,
  )
  return failed ?? (await loadOperation(ledger, id)) ?? operation
}
