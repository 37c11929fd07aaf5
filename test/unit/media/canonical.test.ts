import { describe, expect, test } from 'vitest'
import {
  isAbsent,
  isEarlier,
  sameBytes,
  sameCertificate,
  sameInstant,
  sameInteger,
  sameWithoutCase,
} from '../../../src/lib/media/canonical.ts'
import type { Json } from '../../../src/lib/media/resources.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('P7: the same in another form', () => {
  test.each([
    ['2018-03-29T10:00:00.0000000Z', '2018-03-29T10:00:00.0040000Z'],
    ['2018-03-29T10:00:00.0040000Z', '2018-03-29T10:00:00.0000000Z'],
    ['2018-03-29T10:00:00.00400009Z', '2018-03-29T10:00:00Z'],
    ['2018-03-29t10:00:00z', '2018-03-29T10:00:00Z'],
    ['soon', 'soon'],
    ['2018-99-29T10:00:00Z', '2018-99-29T10:00:00Z'],
  ])('time: %s and %s', (a, b) => {
    expect(sameInstant(a, b)).toBe(true)
  })

  test.each<[Json, Json]>([
    [3600, '3600'],
    ['-1', -1],
    ['0012', 12],
    ['9223372036854775807', '9223372036854775807'],
    ['PT1H', 'PT1H'],
    [1.5, 1.5],
  ])('number: %s and %s', (a, b) => {
    expect(sameInteger(a, b)).toBe(true)
  })

  test.each([
    ['QUJD', 'QU\r\nJD '],
    ['QQ==', 'QQ'],
    ['no base64!', 'no base64!'],
  ])('bytes: %s and %s', (a, b) => {
    expect(sameBytes(a, b)).toBe(true)
    expect(sameCertificate(a, b)).toBe(true)
  })

  test('a certificate that cannot be read, and text that is none', () => {
    const broken = base64('-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n')
    expect(sameCertificate(broken, `${broken}\n`)).toBe(true)
    expect(sameCertificate('!', '!')).toBe(true)
  })

  test('names in any case', () => {
    expect(sameWithoutCase('Film', 'fILM')).toBe(true)
    expect(sameWithoutCase('Film', 'Films')).toBe(false)
  })

  test.each([undefined, null, ''])('absent: %s', value => {
    expect(isAbsent(value)).toBe(true)
  })
})

describe('P1: not the same', () => {
  test.each([
    ['2018-03-29T10:00:00.0040001Z', '2018-03-29T10:00:00Z'],
    ['2018-03-29T10:00:00Z', '2018-03-29T10:00:00.0040001Z'],
    ['2018-03-29T10:00:00Z', 'soon'],
    ['soon', '2018-03-29T10:00:00Z'],
    ['soon', 'later'],
    ['2018-99-29T10:00:00Z', '2018-98-29T10:00:00Z'],
    ['on 2018-03-29T10:00:00Z', '2018-03-29T10:00:00Z'],
    ['2018-03-29T10:00:00Z or so', '2018-03-29T10:00:00Z'],
    ['2018-03-29T10:00:00+01:00', '2018-03-29T10:00:00Z'],
  ])('time: %s and %s', (a, b) => {
    expect(sameInstant(a, b)).toBe(false)
  })

  test.each<[Json, Json]>([
    [1, 2],
    ['9223372036854775807', '9223372036854775806'],
    ['1', '-1'],
    ['x1', 1],
    ['1x', 1],
    [1, 'one'],
    ['one', 1],
    ['one', 'two'],
    [1.5, 1],
    ['1.5', 1.5],
    [true, 1],
    [null, 0],
    ['', 0],
  ])('number: %s and %s', (a, b) => {
    expect(sameInteger(a, b)).toBe(false)
  })

  test.each([
    ['QUJD', 'QUJE'],
    ['QUJD', 'QUJD!'],
    ['!QUJD', 'QUJD'],
    ['QUJD', 'no base64!'],
    ['one!', 'two!'],
    // The same bytes to a decoder that overlooks what is no base64.
    ['QUJD*', 'QUJD'],
  ])('bytes: %s and %s', (a, b) => {
    expect(sameBytes(a, b)).toBe(false)
    expect(sameCertificate(a, b)).toBe(false)
  })

  test('certificates that cannot be read', () => {
    const broken = (text: string) => base64(`-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`)
    expect(sameCertificate(broken('one'), broken('two'))).toBe(false)
  })

  test.each<Json>([0, false, {}, []])('absent: %s', value => {
    expect(isAbsent(value)).toBe(false)
  })
})

test.each([
  ['2024-05-01T10:00:12.3Z', '2024-05-01T10:00:12.4Z', true],
  ['2024-05-01T10:00:12.4Z', '2024-05-01T10:00:12.3Z', false],
  // Zeros at the end are left out.
  ['2024-05-01T10:00:12.4Z', '2024-05-01T10:00:12.437Z', true],
  ['2024-05-01T10:00:12.433Z', '2024-05-01T10:00:12.5Z', true],
  // A time without a fraction may be told in whole seconds.
  ['2024-05-01T10:00:12Z', '2024-05-01T10:00:12.5Z', false],
  ['2024-05-01T10:00:12.5Z', '2024-05-01T10:00:12Z', false],
  ['2024-05-01T10:00:12.5Z', '2024-05-01T10:00:13Z', true],
  ['2024-05-01T10:00:13Z', '2024-05-01T10:00:12.5Z', false],
  // The two roundings of one time.
  ['2024-05-01T10:00:12.047Z', '2024-05-01T10:00:12.05Z', false],
  ['2024-05-01T10:00:12.0000Z', '2024-05-01T10:00:12.0040Z', false],
  ['2024-05-01T10:00:12.0000Z', '2024-05-01T10:00:12.0040001Z', true],
  ['2024-05-01T10:00:12.9999999Z', '2024-05-01T10:00:13Z', false],
  ['2024-05-01T12:00:12+02:00', '2024-05-01T10:00:12.5Z', false],
  ['2024-05-01T11:00:12+02:00', '2024-05-01T10:00:12.5Z', true],
  // Where nobody can tell.
  ['soon', '2024-05-01T10:00:12Z', false],
  ['2024-05-01T10:00:12Z', 'soon', false],
  ['soon', 'later', false],
])('%s is earlier than %s: %s', (a, b, expected) => {
  expect(isEarlier(a, b)).toBe(expected)
})
