import { expect, it } from 'vitest'
import { run } from '../../../bench/simulator/run.ts'

it('the bench of the simulator makes, lists and restores every asset and locator once, in order', async () => {
  const outcome = await run({ assets: 1203, rounds: 1 }, () => {})
  expect([outcome.pages, outcome.restoredAssets, outcome.restoredLocators]).toEqual([2, 1203, 1203])
  expect(new Set(outcome.names).size).toBe(1203)
  expect(outcome.names).toEqual(outcome.names.toSorted((a, b) => (a < b ? -1 : 1)))
  for (const figure of Object.values(outcome.rounds[0] ?? {})) expect(figure).toBeGreaterThan(0)
  expect(outcome.peakBytes).toBeGreaterThan(20e6)
})
