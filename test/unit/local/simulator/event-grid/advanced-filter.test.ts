import { describe, expect, test } from 'vitest'
import {
  type AdvancedFilter,
  filterProblems,
  matchesFilters,
} from '../../../../../local/simulator/event-grid/advanced-filter.ts'

const event = {
  topic: '/t',
  subject: 'transforms/encode/jobs/one',
  eventType: 'Microsoft.Media.JobFinished',
  data: {
    text: 'Contoso Film',
    number: 7,
    yes: true,
    nothing: null,
    texts: ['red', 'green', 3],
    numbers: [1, 20],
    none: [],
    output: { state: 'Finished', 'with.dot': 'x' },
    outputs: [{ state: 'Finished' }],
  },
}
const matches = (filter: AdvancedFilter, onArrays = false) => matchesFilters([filter], event, onArrays)
const values = (operatorType: string, key: string, ...list: unknown[]): AdvancedFilter => ({
  operatorType,
  key,
  values: list,
})
const value = (operatorType: string, key: string, one: unknown): AdvancedFilter => ({ operatorType, key, value: one })

describe('each operator says yes and no', () => {
  test.each<[yes: AdvancedFilter, no: AdvancedFilter]>([
    [values('NumberIn', 'data.number', 1, 7), values('NumberIn', 'data.number', 1, 8)],
    [values('NumberNotIn', 'data.number', 1, 8), values('NumberNotIn', 'data.number', 1, 7)],
    [value('NumberLessThan', 'data.number', 8), value('NumberLessThan', 'data.number', 7)],
    [value('NumberGreaterThan', 'data.number', 6), value('NumberGreaterThan', 'data.number', 7)],
    [value('NumberLessThanOrEquals', 'data.number', 7), value('NumberLessThanOrEquals', 'data.number', 6.9)],
    [value('NumberGreaterThanOrEquals', 'data.number', 7), value('NumberGreaterThanOrEquals', 'data.number', 7.1)],
    [values('NumberInRange', 'data.number', [1, 2], [7, 9]), values('NumberInRange', 'data.number', [1, 2], [8, 9])],
    [values('NumberNotInRange', 'data.number', [1, 6]), values('NumberNotInRange', 'data.number', [1, 6], [6, 7])],
    [value('BoolEquals', 'data.yes', true), value('BoolEquals', 'data.yes', false)],
    [values('StringContains', 'data.text', 'x', 'OSO'), values('StringContains', 'data.text', 'x', 'y')],
    [values('StringNotContains', 'data.text', 'x', 'y'), values('StringNotContains', 'data.text', 'x', 'oso')],
    [values('StringBeginsWith', 'data.text', 'contoso'), values('StringBeginsWith', 'data.text', 'film')],
    [values('StringNotBeginsWith', 'data.text', 'film'), values('StringNotBeginsWith', 'data.text', 'Con')],
    [values('StringEndsWith', 'data.text', 'FILM'), values('StringEndsWith', 'data.text', 'contoso')],
    [values('StringNotEndsWith', 'data.text', 'contoso'), values('StringNotEndsWith', 'data.text', 'a', 'film')],
    [values('StringIn', 'data.text', 'a', 'contoso film'), values('StringIn', 'data.text', 'contoso')],
    [values('StringNotIn', 'data.text', 'contoso'), values('StringNotIn', 'data.text', 'contoso film')],
    [
      { operatorType: 'IsNullOrUndefined', key: 'data.nothing' },
      { operatorType: 'IsNullOrUndefined', key: 'data.text' },
    ],
    [
      { operatorType: 'IsNotNull', key: 'data.text' },
      { operatorType: 'IsNotNull', key: 'data.nothing' },
    ],
  ])('%j', (yes, no) => {
    expect([matches(yes), matches(no)]).toEqual([true, false])
    expect(filterProblems([yes, no])).toEqual([])
  })
})

test.each<[operator: string, AdvancedFilter, matched: boolean]>([
  ['NumberNotIn', values('NumberNotIn', 'data.gone', 1), true],
  ['StringNotIn', values('StringNotIn', 'data.gone', 'a'), true],
  ['IsNullOrUndefined', { operatorType: 'IsNullOrUndefined', key: 'data.gone' }, true],
  ['IsNotNull', { operatorType: 'IsNotNull', key: 'data.gone' }, false],
  ['NumberIn', values('NumberIn', 'data.gone', 1), false],
  ['NumberNotInRange', values('NumberNotInRange', 'data.gone', [1, 2]), false],
  ['StringNotContains', values('StringNotContains', 'data.gone', 'a'), false],
  ['StringNotBeginsWith', values('StringNotBeginsWith', 'data.gone', 'a'), false],
  ['BoolEquals', value('BoolEquals', 'data.gone', false), false],
])('a key that the event does not have: %s', (_, filter, matched) => {
  expect(matches(filter)).toBe(matched)
})

describe('keys', () => {
  test.each(['Subject', 'subject', 'SUBJECT'])('%s of the envelope in any case', key => {
    expect(matches(values('StringEndsWith', key, '/one'))).toBe(true)
  })

  test('nested ones; a dot always separates', () => {
    expect(matches(values('StringIn', 'data.output.state', 'finished'))).toBe(true)
    expect(matches(values('StringIn', 'data.output.with.dot', 'x'))).toBe(false)
    expect(matches({ operatorType: 'IsNotNull', key: 'data.toString' })).toBe(false)
  })
})

describe('arrays', () => {
  test('are looked into only where the subscription says so', () => {
    const filter = values('StringIn', 'data.texts', 'green')
    expect([matches(filter), matches(filter, true)]).toEqual([false, true])
  })

  test('one member that fails a negated operator fails it; members of other types are passed over', () => {
    expect(matches(values('StringNotIn', 'data.texts', 'green'), true)).toBe(false)
    expect(matches(values('StringNotIn', 'data.texts', 'blue'), true)).toBe(true)
    expect(matches(values('NumberIn', 'data.texts', 3), true)).toBe(true)
    expect(matches(value('NumberGreaterThan', 'data.numbers', 19), true)).toBe(true)
    expect(matches(values('NumberNotInRange', 'data.numbers', [15, 25]), true)).toBe(false)
    expect(matches(values('StringNotContains', 'data.none', 'a'), true)).toBe(true)
  })

  test('of objects are never looked into', () => {
    expect(matches(values('StringIn', 'data.outputs.state', 'Finished'), true)).toBe(false)
  })
})

test('filters are And, values are Or', () => {
  const yes = values('StringIn', 'data.text', 'x', 'contoso film')
  const no = value('BoolEquals', 'data.yes', false)
  expect(matchesFilters([yes, yes], event, false)).toBe(true)
  expect(matchesFilters([yes, no], event, false)).toBe(false)
})

describe('what is refused', () => {
  test.each<[named: string, filter: unknown]>([
    ['operatorType', { operatorType: 'StringLike', key: 'data.a', values: ['x'] }],
    ['operatorType', { operatorType: 'toString', key: 'data.a' }],
    ['an object', 'StringIn'],
    ['key', { operatorType: 'IsNotNull' }],
    ['key', { operatorType: 'IsNotNull', key: 'data..a' }],
    ['values', { operatorType: 'StringIn', key: 'data.a' }],
    ['values', { operatorType: 'StringIn', key: 'data.a', values: [] }],
    ['values', { operatorType: 'StringIn', key: 'data.a', values: [1] }],
    ['512', { operatorType: 'StringIn', key: 'data.a', values: ['x'.repeat(513)] }],
    ['numbers', { operatorType: 'NumberIn', key: 'data.a', values: ['1'] }],
    ['pairs', { operatorType: 'NumberInRange', key: 'data.a', values: [1, 2] }],
    ['a number', { operatorType: 'NumberLessThan', key: 'data.a', value: '1' }],
    ['values', { operatorType: 'NumberLessThan', key: 'data.a', value: 1, values: [1] }],
    ['true or false', { operatorType: 'BoolEquals', key: 'data.a', value: 'true' }],
    ['value', { operatorType: 'IsNotNull', key: 'data.a', value: true }],
  ])('%s: %j', (named, filter) => {
    expect(filterProblems([filter])).toEqual([expect.stringContaining(named)])
  })

  test('more than 25 filters, or 25 values in all', () => {
    const many = (count: number, list: number) =>
      Array.from({ length: count }, () => values('NumberIn', 'data.a', ...Array.from({ length: list }, () => 1)))
    expect(filterProblems(many(25, 1))).toEqual([])
    expect(filterProblems(many(26, 1))).toEqual([expect.stringContaining('25 filters')])
    expect(filterProblems(many(5, 5))).toEqual([])
    expect(filterProblems([...many(5, 5), value('BoolEquals', 'data.a', false)])).toEqual([
      expect.stringContaining('25 values'),
    ])
  })
})
