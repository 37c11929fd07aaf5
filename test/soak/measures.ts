/** What is measured every night, and how much of it is growth. Pure. */

export type Sample = Readonly<Record<string, number>>

interface Measure {
  readonly about: string
  /** Growth from the earlier half to the later one that is still flat: a share of the earlier, and so much on top. */
  readonly share: number
  readonly more: number
  /** Fewer nights than these say nothing of it. */
  readonly nights?: number
}

/**
 * A heap is measured between two collections, and what is asleep at night differs by a connection or a page of a file;
 * what leaks grows with every day.
 */
export const measures: Readonly<Record<string, Measure>> = {
  rss: { about: 'memory of the app, MB', share: 0.15, more: 20 },
  // It goes up and down over some ten days, as it pleases the collector.
  heap: { about: 'heap of the app, MB', share: 0.2, more: 15, nights: 20 },
  handles: { about: 'active handles', share: 0.1, more: 10 },
  files: { about: 'open files', share: 0.1, more: 10 },
  instances: { about: 'orchestrations kept', share: 0.15, more: 25 },
  events: { about: 'events of their histories', share: 0.15, more: 300 },
  sqlite: { about: 'SQLite files, kB', share: 0.15, more: 300 },
  units: { about: 'rows of units', share: 0.05, more: 3 },
  otherRows: { about: 'other rows of the ledger', share: 0.1, more: 10 },
  ledger: { about: 'ledger, kB of JSON', share: 0.1, more: 10 },
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export interface Trend {
  readonly name: string
  readonly about: string
  /** At the first measurement, and medians of both halves after the warm-up. */
  readonly first: number
  readonly early: number
  readonly late: number
  readonly verdict: 'flat' | 'grows' | 'too few nights to tell'
}

/** The fewest nights that tell anything: after three of them all names have been used. */
export const fewest = 9

/** @param samples one a night, oldest first; the first third is warm-up. Those that were not measured are left out. */
export const trends = (samples: readonly Sample[]): readonly Trend[] => {
  const warm = samples.slice(Math.ceil(samples.length / 3))
  const middle = Math.ceil(warm.length / 2)
  return Object.entries(measures).flatMap(([name, { about, share, more, nights = 0 }]) => {
    const of = (some: readonly Sample[]) => some.flatMap(sample => sample[name] ?? [])
    if (of(samples).length < samples.length) return []
    const [early, late] = [median(of(warm.slice(0, middle))), median(of(warm.slice(middle)))]
    const verdict =
      samples.length < nights ? 'too few nights to tell' : late <= early * (1 + share) + more ? 'flat' : 'grows'
    return [{ name, about, first: of(samples)[0] ?? 0, early, late, verdict }]
  })
}

export const showTrends = (found: readonly Trend[]): string =>
  [
    `${''.padEnd(28)}${'first'.padStart(9)}${'early'.padStart(9)}${'late'.padStart(9)}`,
    ...found.map(
      ({ about, first, early, late, verdict }) =>
        about.padEnd(28) +
        [first, early, late].map(value => String(Math.round(value)).padStart(9)).join('') +
        `  ${verdict === 'grows' ? 'GROWS' : verdict}`,
    ),
  ].join('\n')
