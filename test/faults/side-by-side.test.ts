import { expect, it } from 'vitest'
import { partsOf } from './side-by-side.ts'
import { added, noTotals } from './totals.ts'

it('histories are shared out so that each seed is played once', () => {
  for (const [runs, processes] of [
    [1000, 2],
    [7, 3],
    [2, 4],
  ] as const) {
    const parts = partsOf({ runs, seed: 50, processes })
    const seeds = parts.flatMap(part => Array.from({ length: part.runs }, (_, index) => part.seed + index))
    expect(seeds).toEqual(Array.from({ length: runs }, (_, index) => 50 + index))
    expect(parts.length).toBeLessThanOrEqual(processes)
  }
})

it('totals of several processes add up, failures and the longest way included', () => {
  const one = { ...noTotals(1), histories: 2, kills: 1, faults: { reset: 1, 429: 2 }, longestConvergence: 3 }
  const other = { ...noTotals(3), histories: 1, failed: [{ seed: 3, failures: ['P1: a'] }], faults: { reset: 4 } }
  expect(added(one, other)).toMatchObject({
    seed: 1,
    histories: 3,
    failed: [{ seed: 3, failures: ['P1: a'] }],
    kills: 1,
    faults: { reset: 5, 429: 2 },
    longestConvergence: 3,
  })
})
