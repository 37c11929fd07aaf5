import { describe, expect, it } from 'vitest'
import { keysOf, same } from '../../../../local/start/sameness.ts'

describe('same', () => {
  it('takes what the service itself changes as the same', () => {
    const a = { endTime: '2026-01-01T10:00:00.6019481Z', filters: [], description: null, created: 'then', b: 1, a: 2 }
    const b = { a: 2, b: 1, endTime: '2026-01-01T10:00:00.603Z', created: 'now', description: '' }
    expect(same(a, b)).toBe(true)
  })

  it.each([
    [{ endTime: '2026-01-01T10:00:00Z' }, { endTime: '2026-01-01T10:00:01Z' }],
    [{ filters: ['a', 'b'] }, { filters: ['b', 'a'] }],
    [{ nested: { secret: 'x' } }, { nested: { secret: 'y' } }],
    [{ a: 1 }, {}],
    [{ a: false }, {}],
    [{ a: 0 }, {}],
  ])('tells %j and %j apart', (a, b) => {
    expect(same(a, b)).toBe(false)
  })

  it('tells something from nothing', () => {
    expect(same({ a: 1 }, undefined)).toBe(false)
  })
})

describe('keysOf', () => {
  it('brings keys into one order, ids in lower case', () => {
    const key = (id: string, value: string) => ({ id, labelReferenceInStreamingPolicy: 'k', value, tracks: [] })
    const [a, b] = [key('AA', 'one'), key('bb', 'two')]
    expect(keysOf({ contentKeys: [b, a] })).toEqual(keysOf({ contentKeys: [a, b] }))
    expect(keysOf({ contentKeys: [a] })).toEqual([{ id: 'aa', label: 'k', value: 'one' }])
    expect(keysOf({})).toEqual([])
  })
})
