import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from '../../../src/lib/config/json-text.ts'

describe('readJson', () => {
  it.each([
    ['{"a":1,}', 1, 8],
    ['{\n "a": tru }', 2, 7],
    ['', 1, 1],
    ['[1 2]', 1, 4],
    ['"\\x"', 1, 1],
    ['01', 1, 1],
    ['{} x', 1, 4],
    ['{"a" 1}', 1, 6],
    ['{"a":"line\nbreak"}', 1, 6],
  ])('finds where %j breaks', (text, line, column) => {
    expect(readJson(text)).toEqual({ ok: false, line, column })
  })

  it('finds names given twice in one object, not in two', () => {
    expect(readJson('{"a":{"b":1,"b":2},"c":{"b":1},"a":[{"d":1},{"d":1}]}')).toMatchObject({
      duplicates: ['a.b', 'a'],
    })
  })

  it('accepts exactly what JSON.parse accepts', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      fc.tuple(fc.json(), fc.nat(), fc.constantFrom(',', '}', '"', '0', ' ')).map(([json, at, extra]) => {
        const cut = at % (json.length + 1)
        return json.slice(0, cut) + extra + json.slice(cut)
      }),
    )
    fc.assert(
      fc.property(text, input => {
        let value: unknown
        let parses = true
        try {
          value = JSON.parse(input)
        } catch {
          parses = false
        }
        const read = readJson(input)
        expect(read.ok).toBe(parses)
        if (read.ok) expect(read.value).toEqual(value)
      }),
      { numRuns: 2000 },
    )
  })
})
