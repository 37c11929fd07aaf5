import { expect, it } from 'vitest'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import type { MediaReader } from '../../../src/lib/media/ports.ts'
import type { Asset, LocatorSummary } from '../../../src/lib/media/resources.ts'
import { glance, mayGlance } from '../../../src/lib/sweep/glance.ts'
import { newOperation } from '../../../src/lib/sweep/operation.ts'
import { rowOf } from './support/memory-ledger.ts'

const asset: Asset = {
  name: 'film',
  assetId: 'a',
  created: '2030-01-01T00:00:00Z',
  lastModified: '2030-01-01T00:00:00Z',
  container: 'film',
  storageAccountName: 'store',
  storageEncryptionFormat: 'None',
}
const locator: LocatorSummary = {
  name: 'Play',
  assetName: 'film',
  streamingLocatorId: 'id',
  streamingPolicyName: 'Predefined_ClearStreamingOnly',
  created: '2030-01-01T00:00:00Z',
  endTime: '9999-12-31T23:59:59.9999999Z',
}
const facts: Facts = { container: 'film', locators: ['play'], locatorMarks: { play: locator.created } }

const reader = (twin: Asset | undefined, locators: readonly LocatorSummary[]) =>
  ({ asset: async () => twin, assetLocators: async () => locators }) as unknown as MediaReader

interface Case {
  readonly twin?: Asset | undefined
  readonly here?: readonly LocatorSummary[]
  readonly there?: readonly LocatorSummary[]
  readonly known?: Facts
}
const look = ({ here = [locator], there = [locator], known = facts, ...more }: Case) =>
  glance({ source: reader(asset, here), target: reader('twin' in more ? more.twin : asset, there) }, asset, known, 0)

it('P7: finds nothing where lists show nothing', async () => {
  expect(await look({})).toBe(true)
})

it.each<readonly [string, Case]>([
  ['the twin is gone', { twin: undefined }],
  ['a text differs', { twin: { ...asset, description: 'other' } }],
  ['the twin has another container', { twin: { ...asset, container: 'other' } }],
  ['a locator is missing in the target', { there: [] }],
  ['a locator was withdrawn in the source', { here: [] }],
  ['a locator has another id', { there: [{ ...locator, streamingLocatorId: 'other' }] }],
  ['a locator was made again in the source', { here: [{ ...locator, created: '2031-01-01T00:00:00Z' }] }],
])('sees that %s', async (_what, change) => {
  expect(await look(change)).toBe(false)
})

it('a locator that has expired in the source is not missed in the target', async () => {
  const expired = { ...locator, endTime: '1969-01-01T00:00:00Z' }
  expect(await look({ here: [expired], there: [], known: { container: 'film' } })).toBe(true)
})

it('reads the files of every asset once in seven rounds', () => {
  const unit = { route: 'east>west', kind: 'asset', name: 'film' } as const
  const row = rowOf(unit, { hash: '0000000a', outcome: 'inSync' })
  const operation = (round: number) =>
    newOperation({ kind: 'full', id: 'o', route: unit.route, scope: 'all', dryRun: false, permissions: {}, round }, 0)
  const whole = Array.from({ length: 14 }, (_, round) => round).filter(round => !mayGlance(operation(round), row))
  expect(whole).toEqual([3, 10])
  expect(mayGlance(operation(0), { ...row, outcome: 'waiting' })).toBe(false)
  expect(mayGlance(operation(0), undefined)).toBe(false)
})
