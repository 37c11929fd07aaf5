import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Facts, recordedOn } from '../../../src/lib/ledger/facts.ts'
import { changeOf, policyChangeOf } from '../../../src/lib/replicate/fact-changes.ts'
import { ownFiles, withBegun } from '../../../src/lib/storage/own-files.ts'
import type { BlobItem } from '../../../src/lib/storage/ports.ts'

const names = fc.subarray(['a', 'b', 'c', 'd', 'e'])
const times = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('then', 'now', 'later'))
const facts: fc.Arbitrary<Facts> = fc.record({ locators: names, filters: names, twinLocators: times })
const sorted = ({ locators = [], filters = [], ...rest }: Facts) => ({
  ...rest,
  locators: locators.toSorted(),
  filters: filters.toSorted(),
})

describe('P3: of lists and maps only what a step has changed is recorded', () => {
  it('which is all that it wanted, where nobody else has written', () => {
    fc.assert(
      fc.property(facts, facts, (before, after) => {
        expect(sorted(recordedOn(before, changeOf(before, after)))).toEqual(sorted(after))
      }),
    )
  })

  it('and leaves what two executions have each made and withdrawn, in any order', () => {
    fc.assert(
      fc.property(facts, names, names, names, names, (before, made, gone, alsoMade, alsoGone) => {
        const { locators = [] } = before
        const changed = (more: readonly string[], less: readonly string[]): Facts => ({
          locators: [...new Set([...locators, ...more])].filter(name => !less.includes(name)),
        })
        const [one, two] = [changed(made, gone), changed(alsoMade, alsoGone)].map(facts => changeOf(before, facts))
        const found = new Set(recordedOn(recordedOn(before, one), two).locators)
        const swapped = new Set(recordedOn(recordedOn(before, two), one).locators)
        expect(swapped).toEqual(found)
        for (const name of locators)
          expect([name, found.has(name)]).toEqual([name, !gone.includes(name) && !alsoGone.includes(name)])
        for (const name of [...made, ...alsoMade].filter(name => !gone.includes(name) && !alsoGone.includes(name)))
          expect(found).toContain(name)
      }),
    )
  })

  it('and takes away no entry that another execution has set since', () => {
    const before: Facts = { twinLocators: { a: 'then', b: 'then' }, refusals: {} }
    const one = changeOf(before, { twinLocators: {} })
    const now: Facts = { twinLocators: { a: 'now', b: 'then', c: 'now' }, refusals: {} }
    expect(recordedOn(now, one)).toEqual({ twinLocators: { a: 'now', c: 'now' }, refusals: {} })
  })

  it.each(['locators', 'filters', 'withdrawn'] as const)('in %s', list => {
    const change = changeOf({ [list]: ['a', 'b'] }, { [list]: ['b', 'c'] })
    expect(recordedOn({ [list]: ['a', 'b', 'd'] }, change)).toEqual({ [list]: ['b', 'd', 'c'] })
  })

  it.each(['locatorMarks', 'twinLocators', 'refusals'] as const)('in %s', map => {
    const [mine, theirs] = [
      { source: '1', target: '1', detail: 'mine' },
      { source: '2', target: '2', detail: 'theirs' },
    ]
    const change = changeOf({ [map]: { a: mine, b: mine } }, { [map]: { b: mine, c: mine } })
    // What this step only kept is as the other execution has set it.
    const now = { [map]: { a: mine, b: theirs, d: theirs } } as Facts
    expect(recordedOn(now, change)).toEqual({ [map]: { b: theirs, c: mine, d: theirs } })
  })

  it('of the notes of a copy, too: both keep theirs, and what one has settled goes', () => {
    const blob = (name: string): BlobItem => ({
      name,
      size: 1,
      etag: '',
      lastModified: 1,
      blobType: 'BlockBlob',
      metadata: {},
    })
    const isOurs = (now: Facts) => ['a', 'b', 'c'].filter(name => ownFiles(now)(blob(name)))
    const before: Facts = { filesBegun: withBegun('', [blob('a')]) }
    const noted = (name: string) => changeOf(before, { filesBegun: withBegun(before.filesBegun ?? '', [blob(name)]) })
    const both = recordedOn(recordedOn(before, noted('b')), noted('c'))
    expect(isOurs(both)).toEqual(['a', 'b', 'c'])
    expect(isOurs(recordedOn(both, changeOf(before, { filesBegun: '' })))).toEqual(['b', 'c'])
  })

  it('and what is no list stays as it was said last', () => {
    expect(recordedOn({ blobs: 3 }, changeOf({ blobs: 1 }, { blobs: 2 }))).toEqual({ blobs: 2 })
    expect(recordedOn({ blobs: 3 }, changeOf({}, {}))).toEqual({ blobs: 3 })
  })
})

describe('P5: an equal policy that was there unexpectedly', () => {
  const matched: Facts = { owner: 'matched', targetMark: 'id/2' }
  const left: Facts = { owner: 'made', targetMark: 'old/1' }
  const recorded = (before: Facts, now: Facts, after = matched) => recordedOn(now, policyChangeOf(before, after))

  it("is somebody else's, also where one of ours had been before", () => {
    for (const before of [{}, left, { owner: 'gone' } as const]) expect(recorded(before, before)).toEqual(matched)
    expect(recorded({}, { owner: 'gone' })).toEqual(matched)
  })

  it('is ours where another execution has begun to make it since', () => {
    for (const owner of ['made', 'adopted'] as const) {
      const now: Facts = { owner, targetMark: '' }
      for (const before of [{}, left]) expect(recorded(before, now)).toEqual({ ...matched, owner })
    }
  })

  it('and what was made here is recorded as it is', () => {
    const made: Facts = { owner: 'gone', targetMark: '' }
    expect(recorded({}, { owner: 'made', targetMark: '' }, made)).toEqual(made)
  })
})
