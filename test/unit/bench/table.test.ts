import { expect, test } from 'vitest'
import { figure, markdownTable, median } from '../../../bench/table.ts'

test('the median is the middle one by value, or between the two middle ones', () => {
  expect(median([10, 9, 100])).toBe(10)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test('a table has columns of one width, and a dash for what was not measured', () => {
  expect(
    markdownTable([
      ['', 'wall s'],
      ['a tool', figure(1.234, 2)],
      ['another', figure(undefined)],
    ]),
  ).toBe(['|         | wall s |', '| ------- | -----: |', '| a tool  |   1.23 |', '| another |      – |'].join('\n'))
})
