/** Single values of each kind: any, the same in another form, and others. */
import fc from 'fast-check'
import type { Json } from '../../../src/lib/media/resources.ts'
import { certificate } from '../../unit/media/certificate.ts'
import type { Leaf } from './shape.ts'

/** A whole number below a bound, which makes a form out of several. */
export type Choose = (bound: number) => number

interface Kind {
  readonly any: fc.Arbitrary<Json>
  /** What means the same. */
  readonly disguise: (value: string, choose: Choose) => Json
  /** What does not mean the same, each by as little as may be. */
  readonly others: (value: string) => readonly Json[]
}

const [maxInt64, safe] = [2n ** 63n - 1n, 2n ** 53n - 1n]
const integer = (value: bigint): Json => (value >= -safe && value <= safe ? Number(value) : String(value))

/** In 100 ns since 1970. */
const ticksOf = (instant: string): bigint =>
  BigInt(Date.parse(`${instant.slice(0, 19)}Z`)) * 10_000n + BigInt(instant.slice(20, -1).padEnd(7, '0'))

const instantOf = (ticks: bigint, digits = 7): string =>
  `${new Date(Number(ticks / 10_000n)).toISOString().slice(0, 19)}.${String(ticks % 10_000_000n)
    .padStart(7, '0')
    .slice(0, digits)}Z`

const endOfTime = ticksOf('9999-12-31T23:59:59.9999999Z')
const tolerance = 40_000n

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const inLines = (text: string) => `${text.match(/.{1,16}/g)?.join('\n')}\n`
const inPem = (der: string) =>
  base64(Buffer.from(`-----BEGIN CERTIFICATE-----\n${der.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`))

const unchanged = (value: string) => value
const withCase = (value: string, choose: Choose) =>
  [value, value.toUpperCase(), value.toLowerCase()][choose(3)] ?? value
const otherCase = (value: string) =>
  [...value].map(letter => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())).join('')
const otherTexts = (value: string) => [`${value}x`, `${value} `, otherCase(value)].filter(text => text !== value)
const otherIntegers = (value: string) => [BigInt(value) + 1n, BigInt(value) - 1n].map(integer)
const otherBytes = (value: string) => {
  const bytes = Buffer.from(value, 'base64')
  const changed = (at: number) => base64(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)))
  return [changed(0), changed(bytes.length - 1), base64(bytes.subarray(1)), base64(Buffer.concat([bytes, bytes]))]
}

const manyBytes = fc.uint8Array({ minLength: 16, maxLength: 32 }).map(base64)
const words = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' }).map(text => `t${text}`)
const text: Kind = { any: words, disguise: unchanged, others: otherTexts }

export const leaves: { readonly [K in Leaf]: Kind } = {
  text,
  password: { ...text, any: fc.uuid().map(id => `p-${id}`) },
  name: {
    any: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,8}$/),
    disguise: withCase,
    others: value => [`${value}x`, `x${value}`],
  },
  guid: {
    any: fc.uuid(),
    disguise: withCase,
    others: value => [value.slice(0, -1) + (value.endsWith('0') ? '1' : '0')],
  },
  instant: {
    any: fc
      .oneof(
        fc.bigInt({ min: ticksOf('2000-01-01T00:00:00.0Z'), max: ticksOf('2100-01-01T00:00:00.0Z') }),
        fc.constant(endOfTime),
      )
      .map(ticks => instantOf(ticks)),
    disguise(value, choose) {
      // A shift by 1 ms less leaves room for the digits that are cut off.
      const shifted = ticksOf(value) + BigInt(choose(70_001)) - 30_000n
      return instantOf(shifted > endOfTime ? endOfTime : shifted, 3 + choose(5))
    },
    others: value =>
      [tolerance + 1n, -tolerance - 1n]
        .map(gap => ticksOf(value) + gap)
        .filter(ticks => ticks <= endOfTime)
        .map(ticks => instantOf(ticks)),
  },
  duration: {
    any: fc.nat({ max: 1_000_000 }).map(seconds => `PT${seconds}S`),
    disguise: unchanged,
    others: value => [value.replace('PT', 'PT1')],
  },
  boolean: { any: fc.boolean(), disguise: value => value === 'true', others: value => [value !== 'true'] },
  int32: { any: fc.nat({ max: 2 ** 31 - 2 }), disguise: Number, others: otherIntegers },
  int64: {
    any: fc.oneof(fc.nat().map(BigInt), fc.bigInt({ min: 1n - maxInt64, max: maxInt64 - 1n })).map(integer),
    disguise: (value, choose) => (choose(2) === 0 ? value : integer(BigInt(value))),
    others: otherIntegers,
  },
  bytes: {
    any: manyBytes,
    disguise: (value, choose) => (choose(2) === 0 ? value : inLines(value)),
    others: otherBytes,
  },
  certificate: {
    any: fc.oneof(manyBytes, fc.constant(certificate)),
    disguise: (value, choose) => (value === certificate && choose(2) === 0 ? inPem(value) : inLines(value)),
    others: otherBytes,
  },
}
