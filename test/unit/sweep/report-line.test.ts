import { expect, it } from 'vitest'
import { reportLine } from '../../../src/lib/sweep/report-line.ts'

const unit = { route: 'east>west', kind: 'asset', name: 'a' } as const

it('a line explains the code of a unit that cannot be written', () => {
  const line = reportLine({
    unit,
    equal: false,
    changes: ['x'],
    outcome: { outcome: 'blocked', code: 'StorageNotMapped' },
  })
  expect(JSON.parse(line)).toMatchObject({ outcome: 'blocked', code: 'StorageNotMapped', remedy: expect.any(String) })
})

it('a line that grows too long counts what it leaves out', () => {
  const line = reportLine({
    unit,
    equal: false,
    changes: Array.from({ length: 100 }, (_, n) => `file ${n} is missing`),
  })
  const { changes, moreChanges } = JSON.parse(line)
  expect(line.length).toBeLessThanOrEqual(1200)
  expect(changes.length + moreChanges).toBe(100)
})
