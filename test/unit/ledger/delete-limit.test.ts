import fc from 'fast-check'
import { expect, it } from 'vitest'
import { confirmDeletes, type DeleteCounts, takeDeletes } from '../../../src/lib/ledger/delete-limit.ts'

const day = 24 * 60 * 60_000
const hour = day / 24
/** Of so many objects, each another one. */
let made = 0
const some = (count: number) => Array.from({ length: count }, () => `asset/${made++}`)
const start = Date.parse('2030-01-01T00:30:00Z')

it('P10: grants up to the limit in a day, then stops until somebody confirms, however long', () => {
  let counts: DeleteCounts = {}
  const take = (count: number, now: number) => {
    const taken = takeDeletes(counts, some(count), 20, now, day)
    counts = taken.counts
    return taken.granted
  }
  expect([take(15, start), take(5, start + hour), take(1, start + 2 * hour)]).toEqual([true, true, false])
  expect(take(1, start + 10 * day)).toBe(false)
  counts = confirmDeletes(start + 10 * day, day)
  expect([take(500, start + 10 * day), take(500, start + 11 * day - 1)]).toEqual([true, true])
  expect([take(20, start + 11 * day), take(1, start + 11 * day)]).toEqual([true, false])
})

it('P3: what somebody has confirmed does not stop the route once that day is over, and a repeated step counts no more then', () => {
  const late = start + day - hour / 2
  const take = (counts: DeleteCounts, what: readonly string[], now: number) => takeDeletes(counts, what, 20, now, day)
  const confirmed = take(confirmDeletes(start, day), [...some(300), 'locator/a/1'], late)
  const repeated = take(confirmed.counts, ['locator/a/1'], start + day)
  const after = take(repeated.counts, some(20), start + day)
  expect([confirmed.granted, repeated.granted, after.granted]).toEqual([true, true, true])
  expect(take(after.counts, some(1), start + day + hour).granted).toBe(false)
})

it('P10: what was deleted before a confirmation counts after it as long as any other', () => {
  const before = takeDeletes({}, some(15), 20, start, day).counts
  const confirmed = takeDeletes({ ...before, confirmedUntil: start + 2 * hour }, some(50), 20, start + hour, day).counts
  expect(takeDeletes(confirmed, some(6), 20, start + 3 * hour, day).granted).toBe(false)
  expect(takeDeletes(confirmed, some(5), 20, start + 3 * hour, day).granted).toBe(true)
})

it('P10: a delete counts for 24 hours of the clock, and no longer', () => {
  const full = takeDeletes({}, some(20), 20, start, day).counts
  expect(takeDeletes(full, some(1), 20, start + 23 * hour, day).granted).toBe(false)
  expect(takeDeletes(full, some(20), 20, start + 24 * hour, day).granted).toBe(true)
})

it('P10: a wave at once is stopped as one that comes by and by', () => {
  expect(takeDeletes({}, some(21), 20, start, day).granted).toBe(false)
})

it('P10: what a repeated step deletes again counts once, and what was made anew under the name again', () => {
  const day1 = takeDeletes({}, ['locator/a/1', 'locator/b/1', 'locator/a/1'], 20, start, day).counts
  const again = takeDeletes(day1, ['locator/a/1', 'locator/b/1'], 20, start + 1, day).counts
  expect(Object.values(again.hours ?? {})).toEqual([2])
  const anew = takeDeletes(again, ['locator/a/2'], 20, start + 2, day).counts
  expect(Object.values(anew.hours ?? {})).toEqual([3])
  // At the limit a repeated step still goes on.
  expect(takeDeletes(anew, ['locator/a/2'], 3, start + 3, day).granted).toBe(true)
  expect(takeDeletes(anew, ['locator/c/1'], 3, start + 3, day).granted).toBe(false)
})

it('P10: the row of a route stays small however much is deleted', () => {
  const counts = takeDeletes({}, some(5000), 20, start, day).counts
  const confirmed = takeDeletes({ ...counts, confirmedUntil: start + day }, some(5000), 20, start, day).counts
  expect(JSON.stringify(confirmed).length).toBeLessThan(4000)
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
        const taken = takeDeletes(counts, some(count), 20, now, day)
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
