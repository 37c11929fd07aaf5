export interface Work {
  readonly root: string
  readonly source: string
  readonly tests: readonly string[]
  /** Mutants before this one have been tried. */
  readonly from: number
}

/** In place of the number of a mutant: the file without any. */
export const asItIs = -1

/** What became of a mutant: the test that noticed it, or nobody. */
export interface Tried {
  readonly mutant: number
  readonly noticedBy?: string
}
