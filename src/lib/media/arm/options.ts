import type { TokenCredential } from '@azure/core-auth'
import type { Clock } from '../../model.ts'
import type { Gate } from '../governor/governor.ts'
import type { Call } from './policies.ts'

export interface ArmOptions {
  readonly credential: TokenCredential
  readonly clock: Clock
  /** Milliseconds for which an answer about live outputs is good (`timing.liveOutputs`). */
  readonly liveOutputsFor: number
  /** Asked before every HTTP request, retries included; all may be sent where there is none. */
  readonly gate?: Gate
  /** Told of every HTTP request, retries included. */
  readonly onCall?: (call: Call) => void
  /** Milliseconds; 10 s to connect and 30 s for a call with its retries unless given. */
  readonly timeouts?: { readonly connect: number; readonly total: number }
  /** Two retries after 250 and 500 ms unless given. */
  readonly retries?: { readonly count: number; readonly delay: number }
}

export const totalTimeout = (options: ArmOptions): number => options.timeouts?.total ?? 30_000
