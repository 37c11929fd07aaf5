import { describe, expect, it } from 'vitest'
import { capped, gathered, spread } from '../../../src/lib/ledger/text-columns.ts'

const column = 30_000

describe('long text in columns', () => {
  it.each([0, 1, column - 1, column, column + 1, 2 * (column - 1)])(
    'of %i characters is read as it was written',
    length => {
      const text = 'x'.repeat(length)
      const parts = spread('t', text, 2)
      expect(Object.keys(parts)).toEqual(['t', 't1'])
      expect(gathered('t', parts)).toBe(text)
      for (const part of Object.values(parts)) expect(part.length).toBeLessThanOrEqual(column)
    },
  )

  it('is cut between characters only', () => {
    const text = `${'x'.repeat(column - 1)}🎬🎬`
    const parts = spread('t', text, 2)
    expect(parts).toEqual({ t: 'x'.repeat(column - 1), t1: '🎬🎬' })
    const fits = `${'x'.repeat(column - 2)}🎬🎬`
    expect(spread('t', fits, 2)).toEqual({ t: `${'x'.repeat(column - 2)}🎬`, t1: '🎬' })
    for (const half of ['\ud800', '\udbff'])
      expect(spread('t', `${'x'.repeat(column - 1)}${half}y`, 2).t1).toBe(`${half}y`)
    for (const other of ['\ud7ff', '\udc00']) expect(spread('t', `${'x'.repeat(column - 1)}${other}y`, 2).t1).toBe('y')
    expect(spread('t', `${'x'.repeat(column - 1)}\ud800`, 2).t1).toBe('')
  })

  it('that does not fit is refused', () => {
    expect(() => spread('t', 'x'.repeat(2 * (column - 1) + 1), 2)).toThrow(
      new RangeError('t of 59999 characters does not fit the table: 60000 at most'),
    )
  })

  it('is gathered as far as its columns go, whatever else is there', () => {
    expect(gathered('t', { t: 'a', t1: 'b', t3: 'd', u: 'x' })).toBe('ab')
    expect(gathered('t', { t: 7 })).toBe('')
    expect(gathered('t', {})).toBe('')
  })
})

describe('text that is capped', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a🎬cd', 3, 'a…'],
    ['a🎬cd', 4, 'a🎬…'],
    ['a\ud800', 5, 'a\ufffd'],
    ['\ud800bcd', 3, '\ufffdb…'],
  ])('%j to %i characters is %j', (text, length, expected) => {
    expect(capped(text, length)).toBe(expected)
  })
})
