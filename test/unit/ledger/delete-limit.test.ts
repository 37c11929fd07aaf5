import fc from 'fast-check'
import { expect, it } from 'vitest'
import { confirmDeletes, type DeleteCounts, takeDeletes } from '../../../src/lib/ledger/delete-limit.ts'

const day = 24 * 60 * 60_000
const hour = day / 24
const start = Date.parse('2030-01-01T00:30:00Z')

it('P10: grants up to the limit in a day, then stops until somebody confirms, however long', () => {
  let counts: DeleteCounts = {}
  const take = (count: number, now: number) => {
    const taken = takeDeletes(counts, count, 20, now, day)
    counts = taken.counts
    return taken.granted
  }
  expect([take(15, start), take(5, start + hour), take(1, start + 2 * hour)]).toEqual([true, true, false])
  expect(take(1, start + 10 * day)).toBe(false)
  counts = confirmDeletes(start + 10 * day, day)
  expect([take(500, start + 10 * day), take(500, start + 11 * day - 1)]).toEqual([true, true])
  expect(take(1, start + 11 * day)).toBe(false)
})

it('P10: a wave at once is stopped as one that comes by and by', () => {
  expect(takeDeletes({}, 21, 20, start, day).granted).toBe(false)
})

it('P10: never more than the limit within any day, and what is older does not count', () => {
  const deletes = fc.array(fc.record({ after: fc.nat(5 * hour), count: fc.integer({ min: 1, max: 8 }) }))
  fc.assert(
    fc.property(deletes, given => {
      let counts: DeleteCounts = {}
      let now = start
      const granted: { at: number; count: number }[] = []
      for (const { after, count } of given) {
        now += after
        const taken = takeDeletes(counts, count, 20, now, day)
        counts = taken.counts
        if (taken.granted) granted.push({ at: now, count })
      }
      for (const { at } of granted) {
        const within = granted.filter(other => other.at <= at && other.at > at - day + hour)
        expect(within.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(20)
      }
      expect(Object.keys(counts.hours ?? {}).length).toBeLessThanOrEqual(24)
    }),
  )
})
