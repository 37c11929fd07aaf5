import { expect, it } from 'vitest'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import { isForgettable } from '../../../src/lib/ledger/forgettable.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import { newRow } from '../../../src/lib/ledger/transitions.ts'

const before = Date.parse('2030-01-08T00:00:00Z')

/** As the removal of a twin leaves it, with how it was. */
const gone: Facts = {
  owner: 'gone',
  goneSince: 0,
  locators: [],
  locatorMarks: {},
  filters: [],
  twin: '',
  filesUntil: 0,
  filesBegun: '',
  twinAsset: '',
  twinLocators: {},
  sourceAccount: 'id',
  container: 'asset-1',
  refusals: { 'film-clear': { source: 's', target: 't', detail: 'd' } },
  blobs: 10,
  bytes: 1,
  extraBlobs: 1,
  taggedBlobs: 1,
  millisecondsCopying: 1,
  listing: 'digest',
  copying: { since: 1, blobs: 10, bytes: 1, ofBlobs: 10, ofBytes: 1 },
}

const resting = (more: Partial<UnitRow> = {}): UnitRow => ({
  ...newRow({ route: 'east>west', kind: 'asset', name: 'film' }, { reason: 'resync' }),
  run: 3,
  desired: 5,
  observed: 5,
  outcome: 'inSync',
  inSyncAt: before,
  lease: before,
  facts: gone,
  ...more,
})
const withFacts = (facts: Facts) => resting({ facts: { ...gone, ...facts } })

it('a unit that both accounts have lost is forgotten, and a locator that has led to its asset', () => {
  expect(isForgettable(resting(), before)).toBe(true)
  expect(isForgettable(resting({ kind: 'streamingLocator', facts: {} }), before)).toBe(true)
  const policy: Facts = { owner: 'gone', sourceMark: '', targetMark: '', usedBy: [], userSearch: null, mark: '' }
  expect(isForgettable(resting({ kind: 'contentKeyPolicy', facts: policy }), before)).toBe(true)
})

it.each<[string, Partial<UnitRow>]>([
  ['was in sync a moment later', { inSyncAt: before + 1 }],
  ['had a pass that may live longer', { lease: before + 1 }],
  ['runs', { state: 'running' }],
  ['has a marker', { marker: 'o.due' }],
  ['is due', { dueAt: 1 }],
  ['has been asked for', { desired: 6 }],
  ['needs a human', { outcome: 'blocked', code: 'SourceMissing' }],
])('P3: a unit that %s is kept', (_, more) => {
  expect(isForgettable(resting(more), before)).toBe(false)
})

it.each(['made', 'adopted', 'matched'] as const)('P5: a unit whose twin is there is kept: %s', owner => {
  expect(isForgettable(withFacts({ owner }), before)).toBe(false)
})

it('P7: a unit in sync of which there is no twin, since it is at home in the target, spares sweeps a run', () => {
  expect(isForgettable(resting({ facts: {} }), before)).toBe(false)
  expect(isForgettable(withFacts({ home: 'target' }), before)).toBe(false)
  expect(isForgettable(withFacts({ home: 'source', leftAsset: 'id' }), before)).toBe(true)
})

it.each<Facts>([
  { locators: ['film-clear'] },
  { twinLocators: { 'film-clear': '2030-01-01' } },
  { filters: ['hd'] },
  { twin: 'digest' },
  { twinAsset: 'digest' },
  { filesUntil: 1 },
  { filesBegun: 'a.mp4' },
  { withdrawn: ['film-clear'] },
  { goneSince: 1 },
  { mark: 'policy-id' },
  { targetMark: 'policy-id/1' },
  { userSearch: { since: 1 } },
])('P5: what the row alone knows of the target keeps it: %o', facts => {
  expect(isForgettable(withFacts(facts), before)).toBe(false)
  expect(isForgettable(resting({ kind: 'streamingLocator', facts }), before)).toBe(false)
})

it('P3: what only another release knows keeps a row', () => {
  expect(isForgettable(withFacts({ subtitles: ['en'] } as Facts), before)).toBe(false)
})
