/** Differences that are known and stay, each with its reason. FIDELITY.md of the simulator has the same list. */
import type { Difference } from './difference.ts'
import type { Exchange } from './recording.ts'

interface Rule {
  readonly reason: string
  readonly when: (exchange: Exchange, found: readonly Difference[]) => boolean
}

export const tolerated: readonly Rule[] = []

/** Why the differences of an exchange are tolerated, or undefined. */
export const reasonFor = (exchange: Exchange, found: readonly Difference[]): string | undefined =>
  tolerated.find(({ when }) => when(exchange, found))?.reason
