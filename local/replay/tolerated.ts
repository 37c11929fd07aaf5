/** Differences that are known and stay, each with its reason. FIDELITY.md of the simulator has the same list. */
import type { Played } from './player.ts'

interface Rule {
  readonly reason: string
  readonly when: (played: Played) => boolean
}

const account = /\/mediaservices(\/[^/]+)?$/i

export const tolerated: readonly Rule[] = [
  {
    reason:
      'accounts began to show system data region by region in February 2021, those of the simulator all on the 19th',
    when: ({ exchange, day, found }) =>
      day.startsWith('2021-02') &&
      account.test(exchange.url.pathname) &&
      found.every(({ path, expected }) => path.endsWith('.systemData') && expected === 'nothing'),
  },
]

/** Why the differences of an exchange are tolerated, or undefined. */
export const reasonFor = (played: Played): string | undefined => tolerated.find(({ when }) => when(played))?.reason
