/** Differences that are known and stay, each with its reason. FIDELITY.md of the simulator has the same list. */
import type { Difference } from './difference.ts'
import type { Exchange } from './recording.ts'

interface Rule {
  readonly reason: string
  readonly when: (exchange: Exchange, found: readonly Difference[]) => boolean
}

const account = /\/mediaservices(\/[^/]+)?$/i

export const tolerated: readonly Rule[] = [
  {
    reason:
      'accounts began to show system data region by region in February 2021, those of the simulator all on the 19th',
    when: ({ url }, found) =>
      account.test(url.pathname) &&
      found.every(({ path, expected }) => path.endsWith('.systemData') && expected === 'nothing'),
  },
]

/** Why the differences of an exchange are tolerated, or undefined. */
export const reasonFor = (exchange: Exchange, found: readonly Difference[]): string | undefined =>
  tolerated.find(({ when }) => when(exchange, found))?.reason
