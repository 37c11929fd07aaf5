import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountKey,
  budgetKey,
  dueGroups,
  hashOfMarker,
  hashOfUnitKey,
  idOfOperation,
  instanceId,
  isMarkerKey,
  isUnitKey,
  isWithdrawalKey,
  keysWithPrefix,
  locatorKey,
  locatorKeys,
  markerKey,
  markersUntil,
  operationKey,
  pageOfReport,
  reportKey,
  reportPrefix,
  routeStateKey,
  sharedPartition,
  slotKey,
  slotPool,
  unitHash,
  unitKey,
  withdrawalKey,
  withdrawalKeys,
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

describe('P3: what another release wrote is found, so keys never change', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

  it('of units and of their runs', () => {
    const unit = { route: 'east>west', kind: 'contentKeyPolicy', name: 'Film' } as const
    expect(unitHash(unit)).toBe(sha256('east>west/contentkeypolicy/film'))
    expect(unitKey(hash)).toBe(`u.${hash}`)
    expect(hashOfUnitKey(unitKey(hash))).toBe(hash)
    expect(instanceId(hash, 3)).toBe(`u-${hash}-3`)
  })

  it('of locators, withdrawals and routes', () => {
    expect(locatorKey('Film-Clear')).toBe(`l.${sha256('film-clear')}`)
    expect(withdrawalKey('Film-Clear')).toBe(`t.${sha256('film-clear')}`)
    expect([locatorKeys, withdrawalKeys]).toEqual([
      { from: 'l.', to: 'l.~' },
      { from: 't.', to: 't.~' },
    ])
    expect(routeStateKey).toBe('r.state')
  })

  it('of what belongs to no route', () => {
    expect(sharedPartition).toBe('shared')
    expect([accountKey('east'), budgetKey('id'), operationKey('id')]).toEqual(['a.east', `b.${sha256('id')}`, 'op.id'])
    expect(idOfOperation(operationKey('id'))).toBe('id')
    expect([reportPrefix('id'), reportKey('id', 12)]).toEqual(['report.id.', 'report.id.00000012'])
    expect(pageOfReport(reportKey('id.3', 12))).toBe(12)
  })

  it('of slots and of what is due, by pool', () => {
    expect(kinds.map(slotPool)).toEqual(kinds.map(kind => (kind === 'asset' ? 'assets' : 'policies')))
    expect([slotKey('assets', 2), slotKey('policies', 2)]).toEqual(['s.2', 's.p2'])
    expect(dueGroups).toEqual({
      assets: { event: 'due', bulk: 'due-bulk' },
      policies: { event: 'due-policy', bulk: 'due-policy-bulk' },
    })
    expect(markerKey('due', 7.2, hash)).toBe(`o.due.000000000000008.${hash}`)
    expect(markerKey('run', -1, hash)).toBe(`o.run.000000000000000.${hash}`)
  })
})

it.each([
  ['a withdrawal', isWithdrawalKey, withdrawalKey('film')],
  ['a unit', isUnitKey, unitKey(hash)],
  ['a marker', isMarkerKey, markerKey('due-policy-bulk', 5, hash)],
] as const)('P3: a key from outside is taken for that of %s only where it is one', (_, is, key) => {
  const others = [withdrawalKey('film'), unitKey(hash), markerKey('stop', 5, hash), locatorKey('film'), routeStateKey]
  expect([...others, slotKey('assets', 0)].filter(other => is(other) && other.slice(0, 2) !== key.slice(0, 2))).toEqual(
    [],
  )
  expect([key, `x${key}`, `${key}0`, key.slice(1), key.slice(0, -1), key.slice(0, 2), ''].filter(is)).toEqual([key])
})
