import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Attempt, isExpired, sequel } from '../../../../../local/simulator/event-grid/retry.ts'

const after = (attempt: Attempt, attempts: number, pace = 1) =>
  sequel(attempt, attempts, { maxDeliveryAttempts: 30 }, pace)
const waits = (status: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const next = after({ status }, index + 1)
    return next.next === 'retry' ? next.wait / 1000 : next.next
  })

describe('the documented schedule', () => {
  test('waits 10 s, 30 s, 1, 5, 10, 30 min, 1, 3, 6 h, then 12 h each', () => {
    expect(waits(500, 12)).toEqual([10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 43_200, 43_200])
  })

  test('gives a busy endpoint 30 s and one that timed out 2 min at least', () => {
    expect(waits(503, 3)).toEqual([30, 30, 60])
    expect(waits(408, 4)).toEqual([120, 120, 120, 300])
  })

  test('no answer is tried again as well', () => {
    expect(after({ failure: 'SocketError' }, 1)).toEqual({ next: 'retry', wait: 10_000 })
  })
})

test('only 200 to 204 is success', () => {
  const successes = Array.from({ length: 500 }, (_, index) => index + 100).filter(
    status => after({ status }, 1).next === 'done',
  )
  expect(successes).toEqual([200, 201, 202, 203, 204])
})

test('whatever the answers, an event ends within its attempts and by the attempt after its time to live, at any pace', () => {
  const answers = fc.array(fc.integer({ min: 300, max: 599 }), { minLength: 40, maxLength: 40 })
  const life = { eventTimeToLiveInMinutes: 1440 }
  fc.assert(
    fc.property(answers, fc.double({ min: 0.001, max: 2, noNaN: true }), (statuses, pace) => {
      let age = 0
      let attempts = 0
      let wait = 0
      for (const status of statuses) {
        if (isExpired(age, life, pace)) break
        attempts += 1
        const next = after({ status }, attempts, pace)
        if (next.next !== 'retry') break
        wait = next.wait
        age += wait
      }
      expect(attempts).toBeLessThanOrEqual(30)
      expect(age - wait).toBeLessThanOrEqual(1440 * 60_000 * pace)
    }),
  )
})
