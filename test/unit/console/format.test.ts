import { describe, expect, it } from 'vitest'
import { bytes, counted, distance, duration, routeName, upcoming } from '../../../src/console/format.ts'
import { lineSplitter, nextPath } from '../../../src/console/lines.ts'

const now = Date.parse('2026-03-01T12:00:00Z')

describe('what the console writes', () => {
  it.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min 00 s'],
    [599, '9 min 59 s'],
    [600, '10 min'],
    [3600, '1 h 00 min'],
    [172_799, '47 h 59 min'],
    [172_800, '2 d 0 h'],
    [-5, '0 s'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text))

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [9_996, '10.0 kB'],
    [99_960, '100 kB'],
    [999_600, '1.00 MB'],
    [5_300_000_000, '5.30 GB'],
    [1e19, '10000 PB'],
  ])('%d bytes are %s', (size, text) => expect(bytes(size)).toBe(text))

  it('times are told from now, in both directions', () => {
    expect(distance('2026-03-01T12:03:20Z', now)).toBe('in 3 min 20 s')
    expect(distance('2026-03-01T11:59:48Z', now)).toBe('12 s ago')
    expect(distance('2026-03-01T12:00:00.400Z', now)).toBe('now')
    expect(upcoming('2026-03-01T12:03:20Z', now)).toBe('in 3 min 20 s')
    expect(upcoming('2026-03-01T11:59:48Z', now)).toBe('now')
  })

  it('one is not many', () => {
    expect([counted(1, 'unit'), counted(1200, 'unit')]).toEqual(['1 unit', '1,200 units'])
    expect(routeName('east>west')).toBe('east → west')
  })
})

describe('a report that comes in pieces', () => {
  it('is split into lines wherever the pieces end', () => {
    const split = lineSplitter()
    expect(['{"a"', ':1}\n{"b":2}\n', '\n{"c"', ':3}', '\n'].map(split)).toEqual([
      [],
      ['{"a":1}', '{"b":2}'],
      [],
      [],
      ['{"c":3}'],
    ])
  })

  it('goes on only where this app says', () => {
    expect(nextPath('</api/operations/r1/report?from=40>; rel="next"')).toBe('operations/r1/report?from=40')
    expect(nextPath('<https://elsewhere.example/api/x>; rel="next"')).toBeUndefined()
    expect(nextPath(null)).toBeUndefined()
  })
})
