import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidFaultRule, parseFaultRule } from '../../../../local/simulator/fault-rules.ts'
import { Faults } from '../../../../local/simulator/faults.ts'

const strikes = (faults: Faults, times: number, operation = 'Assets_Get') =>
  Array.from({ length: times }, () => faults.decide('east', 'control', operation).length)

describe('faults', () => {
  it('strike the account, plane and operations they are for', () => {
    const faults = new Faults()
    faults.add(parseFaultRule({ account: 'east', plane: 'control', operation: 'StreamingLocators_', kind: '500' }))
    expect(faults.decide('east', 'control', 'StreamingLocators_Create')).toEqual([{ kind: '500' }])
    expect(faults.decide('west', 'control', 'StreamingLocators_Create')).toEqual([])
    expect(faults.decide('east', 'storage', 'StreamingLocators_Create')).toEqual([])
    expect(faults.decide('east', 'control', 'Assets_Get')).toEqual([])
  })

  it('strike every account and plane when none is named', () => {
    const faults = new Faults()
    faults.add(parseFaultRule({ kind: '429', retryAfter: 7 }))
    for (const plane of ['control', 'storage', 'events'] as const)
      expect(faults.decide('any', plane, 'any')).toEqual([{ kind: '429', retryAfter: 7 }])
  })

  it('end after their count', () => {
    const faults = new Faults()
    faults.add(parseFaultRule({ kind: 'reset', count: 2 }))
    expect(strikes(faults, 4)).toEqual([1, 1, 0, 0])
    expect(faults.list()).toEqual([])
  })

  it('strike as often as their probability says, and the same way with the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const run = () => {
          const faults = new Faults()
          faults.add(parseFaultRule({ kind: 'reset', probability: 0.3, seed }))
          return strikes(faults, 2000)
        }
        const first = run()
        expect(run()).toEqual(first)
        const share = first.filter(hits => hits > 0).length / first.length
        expect(share).toBeGreaterThan(0.22)
        expect(share).toBeLessThan(0.38)
      }),
      { numRuns: 20 },
    )
  })

  it('can be removed', () => {
    const faults = new Faults()
    const { id } = faults.add(parseFaultRule({ kind: 'outage' }))
    expect(faults.remove(fault => fault.id === id)).toBe(1)
    expect(strikes(faults, 1)).toEqual([0])
  })

  it('are refused with every mistake named', () => {
    const read = () =>
      parseFaultRule({
        kind: 'flood',
        plane: 'air',
        account: 1,
        count: 0,
        probability: 2,
        retryAfter: 0.5,
        extra: true,
      })
    expect(read).toThrow(InvalidFaultRule)
    for (const name of ['kind', 'plane', 'account', 'count', 'probability', 'retryAfter', 'extra'])
      expect(read).toThrow(name)
    expect(() => parseFaultRule({ kind: 'latency' })).toThrow('milliseconds')
    expect(() => parseFaultRule([])).toThrow('JSON object')
  })
})
