/** What a run of histories came to. */
import type { Result } from './play.ts'

export interface Failure {
  readonly seed: number | undefined
  readonly failures: readonly string[]
}

export interface Totals {
  readonly seed: number
  readonly histories: number
  readonly failed: readonly Failure[]
  readonly steps: number
  readonly passedOver: number
  readonly kills: number
  /** Requests and events that were struck, by kind of fault. */
  readonly faults: Readonly<Record<string, number>>
  readonly ledgerFaults: Readonly<Record<string, number>>
  readonly eventsLost: number
  /** Swaps of the ledger that somebody else had overtaken. */
  readonly ledgerConflicts: number
  readonly looksAtB: number
  /** Seconds. */
  readonly longestConvergence: number
  readonly seconds: number
}

type Counts = Readonly<Record<string, number>>

const sumOf = (one: Counts, other: Counts): Counts => {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].toSorted((a, b) => a.localeCompare(b))
  return Object.fromEntries(names.map(name => [name, (one[name] ?? 0) + (other[name] ?? 0)]))
}

export const noTotals = (seed: number): Totals => ({
  seed,
  histories: 0,
  failed: [],
  steps: 0,
  passedOver: 0,
  kills: 0,
  faults: {},
  ledgerFaults: {},
  eventsLost: 0,
  ledgerConflicts: 0,
  looksAtB: 0,
  longestConvergence: 0,
  seconds: 0,
})

export const plus = (totals: Totals, result: Result, seed: number | undefined): Totals => ({
  ...totals,
  histories: totals.histories + 1,
  failed: result.failures.length === 0 ? totals.failed : [...totals.failed, { seed, failures: result.failures }],
  steps: totals.steps + result.steps,
  passedOver: totals.passedOver + result.passedOver,
  kills: totals.kills + result.kills,
  faults: sumOf(totals.faults, result.struck),
  ledgerFaults: sumOf(totals.ledgerFaults, result.ledgerStruck),
  eventsLost: totals.eventsLost + (result.struck.lostEvent ?? 0),
  ledgerConflicts: totals.ledgerConflicts + result.conflicts,
  looksAtB: totals.looksAtB + result.looks,
  longestConvergence: Math.max(totals.longestConvergence, Math.round(result.convergedAfter / 100) / 10),
})

/** Both runs as one, of the first one's seed. */
export const added = (one: Totals, other: Totals): Totals => ({
  seed: one.seed,
  histories: one.histories + other.histories,
  failed: [...one.failed, ...other.failed],
  steps: one.steps + other.steps,
  passedOver: one.passedOver + other.passedOver,
  kills: one.kills + other.kills,
  faults: sumOf(one.faults, other.faults),
  ledgerFaults: sumOf(one.ledgerFaults, other.ledgerFaults),
  eventsLost: one.eventsLost + other.eventsLost,
  ledgerConflicts: one.ledgerConflicts + other.ledgerConflicts,
  looksAtB: one.looksAtB + other.looksAtB,
  longestConvergence: Math.max(one.longestConvergence, other.longestConvergence),
  seconds: one.seconds + other.seconds,
})

const listed = (counts: Counts) =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

export const showTotals = (totals: Totals): string => `
seed              ${totals.seed}
histories         ${totals.histories}, of ${totals.steps} steps (${totals.passedOver} of them impossible at their moment)
faults            ${listed(totals.faults) || 'none'}
faults of ledger  ${listed(totals.ledgerFaults) || 'none'}
events lost       ${totals.eventsLost}
kills             ${totals.kills}
ledger conflicts  ${totals.ledgerConflicts}
looks at B        ${totals.looksAtB}
longest way to A  ${totals.longestConvergence} s, from the end of all trouble
time              ${Math.round(totals.seconds)} s
`
