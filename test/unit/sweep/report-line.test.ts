import fc from 'fast-check'
import { expect, it } from 'vitest'
import { codes, isCode } from '../../../src/lib/codes.ts'
import { conflictIn, reportLine } from '../../../src/lib/sweep/report-line.ts'

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

it('P10: a line says which unit it is of and why, however long names and explanations are, and fits', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme-ascii', maxLength: 260 }), fc.constant('"'.repeat(260)))
  const all = Object.keys(codes).filter(isCode)
  fc.assert(
    fc.property(
      text,
      fc.constantFrom(...all),
      fc.array(text, { maxLength: 8 }),
      fc.option(text, { nil: undefined }),
      (name, code, changes, more) => {
        const detail = more === undefined ? {} : { detail: `${changes.join('; ')}${more}` }
        const outcome = { outcome: 'blocked', code, ...detail } as const
        const line = reportLine({ unit: { ...unit, name }, equal: false, changes, outcome })
        expect(line.length).toBeLessThanOrEqual(1200)
        expect(JSON.parse(line)).toMatchObject({ kind: 'asset', name, equal: false, outcome: 'blocked', code })
        expect(conflictIn(line)?.name).toBe(code === 'TargetChanged' ? name : undefined)
      },
    ),
  )
})

it('P8: what explains a line is shortened before it is left out', () => {
  const changes = Array.from({ length: 5 }, (_, n) => `locator ${'l'.repeat(150)}${n} was made anew in the target`)
  const outcome = { outcome: 'blocked', code: 'TargetChanged', detail: changes.join('; ') } as const
  const found = JSON.parse(reportLine({ unit: { ...unit, name: 'n'.repeat(200) }, equal: false, changes, outcome }))
  expect(found).toMatchObject({ ...codes.TargetChanged, moreChanges: expect.any(Number) })
  expect(found.detail).toMatch(/^locator l+.*…$/)
})
