import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatFullInstant,
  formatInstant,
  parseInstant,
  roundInstant,
  roundToSql,
} from '../../../../local/simulator/instants.ts'

describe('time stamps', () => {
  it.each([
    ['2021-01-21T00:31:46.6019481Z', '2021-01-21T00:31:46.603Z'],
    ['2021-01-21T00:31:44.6007841Z', '2021-01-21T00:31:44.6Z'],
    ['2021-01-21T04:08:32.9329576Z', '2021-01-21T04:08:32.933Z'],
    ['2021-01-21T04:08:27.5809188Z', '2021-01-21T04:08:27.58Z'],
    ['2021-01-21T04:08:37.2289128Z', '2021-01-21T04:08:37.23Z'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.997Z'],
    ['2018-03-29T10:00:00.000Z', '2018-03-29T10:00:00Z'],
    ['2022-05-05T23:59:59.9999999Z', '2022-05-06T00:00:00Z'],
  ])('%s comes back as %s', (written, read) => expect(roundInstant(written)).toBe(read))

  it('are rounded to milliseconds that end in 0, 3 or 7, at most 1/600 s away, and then stay', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 4_000_000_000n * 10_000_000n), ticks => {
        const rounded = roundToSql(ticks)
        expect([0n, 3n, 7n]).toContain((rounded / 10_000n) % 10n)
        const distance = rounded > ticks ? rounded - ticks : ticks - rounded
        expect(distance).toBeLessThanOrEqual(20_000n)
        expect(roundToSql(rounded)).toBe(rounded)
      }),
    )
  })

  it('keep all seven digits through text', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 4_000_000_000n * 10_000_000n), ticks => {
        expect(parseInstant(formatInstant(ticks))).toBe(ticks)
        expect(parseInstant(formatFullInstant(ticks))).toBe(ticks)
      }),
    )
  })

  it.each(['', 'yesterday', '2021-13-01T00:00:00Z', '2021-01-01'])('are not read from %j', text =>
    expect(parseInstant(text)).toBeUndefined(),
  )
})
