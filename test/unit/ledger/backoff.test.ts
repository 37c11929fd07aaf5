import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Code } from '../../../src/lib/codes.ts'
import { retryAfter } from '../../../src/lib/ledger/backoff.ts'
import type { Outcome, OutcomeName } from '../../../src/lib/model.ts'
import { timing } from '../../../src/lib/timing.ts'

const minute = 60_000
const now = Date.parse('2030-01-01T00:00:00Z')
const times = timing(1)
const hashes = fc.stringMatching(/^[0-9a-f]{64}$/)
const earliest = '0'.repeat(64)

const delays = (hash: string, outcome: 'waiting' | 'failed', code: Code, count: number): number[] => {
  let row: { hash: string; outcome: OutcomeName; attempts: number } = { hash, outcome: 'inSync', attempts: 0 }
  return Array.from({ length: count }, () => {
    const { attempts, dueAt = 0 } = retryAfter(row, { outcome, code }, now, times)
    row = { hash, outcome, attempts }
    return dueAt - now
  })
}

describe('back-off', () => {
  it('doubles from a minute to six hours for failures, to half an hour for waits', () => {
    const minutes = (outcome: 'waiting' | 'failed') =>
      delays(earliest, outcome, 'CopyMismatch', 11).map(ms => ms / minute)
    expect(minutes('failed')).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360])
    expect(minutes('waiting')).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30])
  })

  it.each([
    'SourceUnavailable',
    'TargetUnavailable',
    'Throttled',
    'BudgetUsed',
    'NotAuthorized',
    'QuotaReached',
  ] as const)('P3: stays at ten minutes where the whole account is meant: %s', code => {
    for (const outcome of ['failed', 'waiting'] as const)
      expect(Math.max(...delays(earliest, outcome, code, 20))).toBe(10 * minute)
  })

  it('spreads units by their hash, never shrinks, and keeps its bounds for ever', () => {
    fc.assert(
      fc.property(hashes, hash => {
        const all = delays(hash, 'failed', 'CopyMismatch', 2000)
        for (const [index, delay] of all.entries()) {
          expect(delay).toBeGreaterThanOrEqual(all[index - 1] ?? minute)
          expect(delay).toBeLessThanOrEqual(360 * minute)
        }
      }),
      { numRuns: 20 },
    )
    expect(delays('f'.repeat(64), 'failed', 'CopyMismatch', 1)).not.toEqual(
      delays(earliest, 'failed', 'CopyMismatch', 1),
    )
  })

  it('P3: starts again at a minute when a unit that waited for long fails for another reason', () => {
    const row = { hash: earliest, outcome: 'waiting', attempts: 30 } as const
    expect(retryAfter(row, { outcome: 'failed', code: 'CopyMismatch' }, now, times)).toEqual({
      attempts: 1,
      dueAt: now + minute,
    })
  })

  it('P3: starts again at a minute when a unit that failed for long has to wait', () => {
    const row = { hash: earliest, outcome: 'failed', attempts: 30 } as const
    expect(retryAfter(row, { outcome: 'waiting', code: 'NotFinished' }, now, times)).toEqual({
      attempts: 1,
      dueAt: now + minute,
    })
  })

  it('waits until a time that is known without counting an attempt, and a failure asks for none', () => {
    const row = { hash: earliest, outcome: 'waiting', attempts: 3 } as const
    const waiting = { outcome: 'waiting', code: 'NotFinished', until: now + 5 } as const
    expect(retryAfter(row, waiting, now, times)).toEqual({ attempts: 3, dueAt: now + 5 })
    expect(retryAfter(row, { ...waiting, until: now - 5 }, now, times)).toEqual({ attempts: 3, dueAt: now })
  })

  it('spreads what fails together over half a step', () => {
    const [last = 0] = delays('f'.repeat(64), 'failed', 'CopyMismatch', 1)
    expect(last / minute).toBeCloseTo(1.5, 6)
    expect(delays('f'.repeat(64), 'failed', 'CopyMismatch', 20).at(-1)).toBeCloseTo(360 * minute * 0.75, -1)
  })

  it('waits out a throttling without counting an attempt, and keeps the count for what follows', () => {
    const row = { hash: earliest, outcome: 'failed', attempts: 3 } as const
    const throttled: Outcome = { outcome: 'throttled', code: 'Throttled', until: now + 90_000 }
    expect(retryAfter(row, throttled, now, times)).toEqual({ attempts: 3, dueAt: now + 90_000 })
    expect(retryAfter(row, { ...throttled, until: now - 1 }, now, times).dueAt).toBe(now)
    const after = { ...row, outcome: 'throttled' } as const
    expect(retryAfter(after, { outcome: 'failed', code: 'CopyMismatch' }, now, times).attempts).toBe(4)
  })

  it('lets what is in sync or blocked rest', () => {
    const row = { hash: earliest, outcome: 'failed', attempts: 3 } as const
    expect(retryAfter(row, { outcome: 'inSync' }, now, times)).toEqual({ attempts: 0 })
    expect(retryAfter(row, { outcome: 'blocked', code: 'PolicyInUse' }, now, times)).toEqual({ attempts: 0 })
  })
})
