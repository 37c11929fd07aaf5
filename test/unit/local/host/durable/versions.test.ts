import { expect, test } from 'vitest'
import { compareVersions, type MatchStrategy, versionMismatch } from '../../../../../local/host/durable/versions.ts'

test.each([
  ['1', '1', 0],
  ['1.9', '1.10', -1],
  ['2', '1.9', 1],
  ['', '1', -1],
  ['1', '1.0', -1],
  ['1.a', '1.b', -1],
])('compareVersions %s %s', (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order)
})

test.each<[MatchStrategy, string, boolean]>([
  ['None', '9', true],
  ['Strict', '2', true],
  ['Strict', '1', false],
  ['Strict', '', false],
  ['CurrentOrOlder', '1.9', true],
  ['CurrentOrOlder', '3', false],
])('%s lets version %s run on an app of version 2: %s', (match, version, runs) => {
  expect(versionMismatch(version, { defaultVersion: '2', match, failure: 'Fail' }) === undefined).toBe(runs)
})
