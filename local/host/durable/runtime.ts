import type { Counters } from '../counters.ts'
import type { Invoke } from '../invoke.ts'
import type { Log } from '../log.ts'
import type { Registry } from '../registry.ts'
import type { Doubling } from './doubling.ts'
import type { TimerLimits } from './plan.ts'
import type { DurableStore } from './store.ts'
import type { Versioning } from './versions.ts'

/** What the parts of the engine share. */
export interface Runtime {
  readonly store: DurableStore
  readonly registry: Registry
  readonly invoke: Invoke
  readonly counters: Counters
  readonly doubling: Doubling
  readonly log: Log
  readonly versioning: Versioning
  readonly maxActivities: number
  readonly maxOrchestrators: number
  /** An instance has got something into its inbox, or into the inboxes of others. */
  readonly wake: (instanceId: string) => void
  /** New activities or timers are in the store. */
  readonly workAdded: () => void
  /** Something failed that must not: the host has to end. */
  readonly onFatal: (error: unknown) => void
}

/** As the real host's Azure Storage back end tells its orchestrators (contract durable section 2.1). */
export const timerLimits: TimerLimits = { longest: 6 * 86_400_000, hop: 3 * 86_400_000 }

/** The same as .NET TimeSpan texts. */
export const timerLimitTexts = { longest: '6.00:00:00', hop: '3.00:00:00' }
