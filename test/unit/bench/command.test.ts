import { expect, test } from 'vitest'
import { goalTable } from '../../../bench/command.ts'

test('a goal is reached, missed or was not measured', () => {
  const table = goalTable([
    { what: 'copy ÷ floor', median: 1.149, most: 1.15 },
    { what: 'list ÷ floor', median: 1.151, most: 1.15 },
    { what: 'memory, MB', median: 746.3, most: 1000 },
    { what: 'copy ÷ a tool that is missing', median: undefined, most: 1 },
  ])
  expect(
    table.split('\n').map(line =>
      line
        .split('|')
        .map(cell => cell.trim())
        .slice(1, -1),
    ),
  ).toEqual([
    ['goal', 'median', 'at most', ''],
    expect.anything(),
    ['copy ÷ floor', '1.15', '1.15', 'reached'],
    ['list ÷ floor', '1.15', '1.15', 'missed'],
    ['memory, MB', '746', '1000', 'reached'],
    ['copy ÷ a tool that is missing', '–', '1', 'not measured'],
  ])
})
