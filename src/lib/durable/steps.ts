/** What the steps of a pass say to each other. Only names, counts and codes: all of it ends in durable history (P6). */
import type { Outcome, Priority, Unit } from '../model.ts'
import type { Place } from '../replicate/pair.ts'

/** A pass's claim on its row. */
export interface Claim {
  readonly unit: Unit
  readonly run: number
  /** `{key}.{n}` */
  readonly pass: string
}

/** A claim and the generation that the pass covers. */
export interface Pass extends Claim {
  readonly generation: number
  /** Of what began it; an event's where an older release began it. */
  readonly priority?: Priority
}

/** How a close was taken: look again at once, done, or the row is no longer this pass's. */
export type Closed = 'again' | 'idle' | 'ignored'

/** What a step wants next. */
export type Step<T> =
  | Finished<T>
  | { readonly to: 'repeat' /** Milliseconds to wait before. */; readonly after?: number }

export type Finished<T> =
  | { readonly to: 'next'; readonly result: T }
  | { readonly to: 'close'; readonly outcome: Outcome }
  /** The row belongs to another pass, or the step has closed it itself. */
  | { readonly to: 'end'; readonly closed: Closed }

/** What the survey found to do. */
export interface Plan {
  readonly generation: number
  readonly priority?: Priority
  /** Locators in the target that are ours and gone from the source's asset. */
  readonly withdraw: readonly string[]
  /** The asset is gone and its time is over: the twin is deleted. */
  readonly remove?: true
  /** Set where nothing but the withdrawal can be done. */
  readonly afterwards?: Outcome
  /** Missing only where `afterwards` or `remove` is set. */
  readonly work?: Work
}

export interface Work {
  readonly owner: 'made' | 'adopted'
  readonly source: Place
  /** Digest of the source's listing, by which a later step knows whether the source has changed. */
  readonly listing: string
  /** Locators of the source, to be published. */
  readonly locators: readonly string[]
  /** The twin is streamed from while its files change. */
  readonly live: boolean
}
