import type { ParentInstance } from './history.ts'

export type RuntimeStatus =
  | 'Pending'
  | 'Running'
  | 'Suspended'
  | 'ContinuedAsNew'
  | 'Completed'
  | 'Failed'
  | 'Terminated'

const finished: ReadonlySet<RuntimeStatus> = new Set(['Completed', 'Failed', 'Terminated'])

export const isFinished = (status: RuntimeStatus): boolean => finished.has(status)

/** One orchestration instance as it is stored. Times are milliseconds since 1970. */
export interface Instance {
  readonly id: string
  readonly name: string
  readonly version: string
  /** Changes with every continue-as-new: answers to earlier executions are dropped. */
  readonly executionId: string
  readonly status: RuntimeStatus
  /** JSON texts; null when there is none. */
  readonly input: string | null
  readonly output: string | null
  readonly customStatus: string | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly parent: ParentInstance | null
}
