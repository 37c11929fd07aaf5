import { describe, expect, it } from 'vitest'
import type { Comparison } from '../../../../local/compare/compare.ts'
import type { UnitView } from '../../../../local/stack/host-api.ts'
import { assetResults, objection } from '../../../../local/start/summary.ts'

const comparison = (more: Partial<Comparison> = {}): Comparison => ({
  assets: [{ name: 'film', same: true, blobs: 2, bytes: 12 }],
  locators: [
    { name: 'play', sameId: true, sameKeyIds: true, sameKeyValues: true, samePaths: true, sameProperties: true },
  ],
  accountFilters: [],
  contentKeyPolicies: [],
  streamingPolicies: [],
  differences: [],
  extras: [],
  ...more,
})
const unit = (outcome: string): UnitView => ({
  kind: 'asset',
  name: 'film',
  state: 'idle',
  outcome,
  pending: false,
  run: 1,
  observed: 1,
  facts: {},
})

describe('assetResults', () => {
  it('says in sync only where the app says so and both accounts show it', () => {
    const outcome = (same: boolean, units: readonly UnitView[]) =>
      assetResults(comparison({ assets: [{ name: 'film', same, blobs: 2, bytes: 12 }] }), units)[0]?.outcome
    expect(outcome(true, [unit('inSync')])).toBe('inSync')
    expect(outcome(false, [unit('inSync')])).toBe('different')
    expect(outcome(true, [unit('blocked')])).toBe('blocked')
    expect(outcome(true, [])).toBe('unknown')
  })
})

describe('objection', () => {
  const assets = (outcome: string) => [{ name: 'film', outcome, blobs: 2, bytes: 12 }]

  it('has none against a twin', () => {
    expect(objection(comparison(), assets('inSync'), 1)).toBeUndefined()
  })

  it.each([
    ['a difference', comparison({ differences: ['locator play is missing in B'] }), 'inSync', 1, 'play is missing'],
    ['an asset that is behind', comparison(), 'waiting', 1, 'film is waiting'],
    [
      'an empty region A, which equals an empty B',
      comparison({ locators: [] }),
      'inSync',
      1,
      'lacks what was published',
    ],
    ['a title that is missing in A', comparison(), 'inSync', 2, 'lacks what was published'],
  ])('has one against %s', (_, seen, outcome, expected, said) => {
    expect(objection(seen, assets(outcome), expected)).toContain(said)
  })
})
