import type { AskedAccount } from './account.ts'
import type { Stop } from './stop.ts'

/** What a check has found. */
export interface Finding {
  readonly result: 'proven' | 'refuted' | 'notRun'
  /** What was seen, or why it was not run. Never a key, a token or a SAS. */
  readonly detail: string
}

export const proven = (detail: string): Finding => ({ result: 'proven', detail })
export const refuted = (detail: string): Finding => ({ result: 'refuted', detail })
export const notRun = (detail: string): Finding => ({ result: 'notRun', detail })

export interface Ground {
  readonly source: AskedAccount
  readonly target: AskedAccount
  /** Address and key of a deployed app, where they are given. */
  readonly app?: { readonly url: string; readonly key: string }
  /** Begins the names of everything that a check makes. */
  readonly prefix: string
  readonly stop: Stop
}

/** A row of docs/unproven.md. */
export interface Check {
  readonly id: string
  /** It makes something in the target, and removes it. */
  readonly writes?: true
  /** Why no program can run it. */
  readonly byHand?: string
  readonly run?: (ground: Ground) => Promise<Finding>
}
