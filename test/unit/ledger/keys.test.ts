import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hashOfMarker,
  instanceId,
  keysWithPrefix,
  locatorKey,
  markerKey,
  markersUntil,
  reportKey,
  slotKey,
  unitHash,
} from '../../../src/lib/ledger/keys.ts'
import { kinds } from '../../../src/lib/model.ts'

const hash = 'a'.repeat(64)
const within = (key: string, { from, to }: { from: string; to: string }) => key >= from && key < to

describe('unit hash', () => {
  it('is the same for any case of the name, and another for another kind or route', () => {
    const unit = { route: 'east>west', kind: 'asset', name: 'Film' } as const
    expect(unitHash(unit)).toMatch(/^[0-9a-f]{64}$/)
    expect(unitHash({ ...unit, name: 'FILM' })).toBe(unitHash(unit))
    expect(new Set(kinds.map(kind => unitHash({ ...unit, kind }))).size).toBe(kinds.length)
    expect(unitHash({ ...unit, route: 'west>east' })).not.toBe(unitHash(unit))
  })

  it('makes keys that the table and the task hub accept, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), name => {
        const keys = [locatorKey(name), instanceId(unitHash({ route: 'a>b', kind: 'asset', name }), 7)]
        for (const key of keys) expect(key).toMatch(/^[\w.-]{1,100}$/)
      }),
    )
  })
})

describe('markers', () => {
  const time = fc.integer({ min: 0, max: 9_999_999_999_999 })

  it('sort by time, and end in the hash', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(markerKey('due', a, hash) < markerKey('due', b, hash)).toBe(a < b)
        expect(hashOfMarker(markerKey('stop', a, hash))).toBe(hash)
      }),
    )
  })

  it('lie in the range of their group up to a time, and in no other', () => {
    fc.assert(
      fc.property(time, time, (at, until) => {
        expect(within(markerKey('due', at, hash), markersUntil('due', until))).toBe(at <= until)
        expect(within(markerKey('due-policy', at, hash), markersUntil('due', until))).toBe(false)
        expect(within(markerKey('due', at, hash), markersUntil('due-policy', until))).toBe(false)
        expect(within(markerKey('run', at, hash), keysWithPrefix('o.'))).toBe(true)
      }),
    )
  })
})

describe('pools and pages', () => {
  it('give every slot a key of its own', () => {
    const keys = (['assets', 'policies'] as const).flatMap(pool =>
      Array.from({ length: 30 }, (_, index) => slotKey(pool, index)),
    )
    expect(new Set(keys).size).toBe(60)
    expect(keys.every(key => within(key, keysWithPrefix('s.')))).toBe(true)
  })

  it('sort the pages of a report by number', () => {
    expect(reportKey('o', 9) < reportKey('o', 10)).toBe(true)
    expect(reportKey('o', 10) < reportKey('o', 100)).toBe(true)
  })
})
