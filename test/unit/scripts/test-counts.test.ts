import { describe, expect, it } from 'vitest'
import { countLine, readCounts } from '../../../scripts/run.ts'
import { countTests, type Report } from '../../../scripts/test-counts.ts'

const report = (...files: (readonly [status: string, ...tests: string[]])[]): Report => ({
  testResults: files.map(([status, ...tests]) => ({ status, assertionResults: tests.map(test => ({ status: test })) })),
})

describe('countTests', () => {
  it('counts passed, failed and skipped tests of all files', () => {
    const seen = report(['passed', 'passed', 'skipped'], ['failed', 'passed', 'failed', 'todo'])
    expect(countTests(seen, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 })
  })

  it('counts a file that failed to load, in which no test failed', () => {
    expect(countTests(report(['passed', 'passed'], ['failed']), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  it('counts a hook that failed after its tests had passed', () => {
    expect(countTests(report(['failed', 'passed']), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  it('counts an unhandled error, which only the exit code shows', () => {
    expect(countTests(report(['passed', 'passed']), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  it('fails without a report and without a single test', () => {
    expect(countTests(undefined, 0).failed).toBe(1)
    expect(countTests(report(), 0).failed).toBe(1)
    expect(countTests(report(['passed', 'skipped']), 0).failed).toBe(1)
  })
})

describe('the count line', () => {
  it.each([
    [{ passed: 12, failed: 0, skipped: 0 }, '12 passed, 0 failed'],
    [{ passed: 3, failed: 2, skipped: 1 }, '3 passed, 2 failed, 1 skipped'],
  ])('of %o is read back', (counts, line) => {
    expect(countLine(counts)).toBe(line)
    expect(readCounts(`noise\n${line}\n`)).toEqual(counts)
  })

  it('is not found in other last lines', () => {
    expect(readCounts('12 passed, 0 failed\nand then something else\n')).toBeUndefined()
    expect(readCounts('')).toBeUndefined()
  })
})
