import { beforeEach, expect, it } from 'vitest'
import type { LocatorSummary } from '../../../src/lib/media/resources.ts'
import { locators } from '../../../src/lib/sweep/locator-walks.ts'
import { newOperation } from '../../../src/lib/sweep/operation.ts'
import type { Walking } from '../../../src/lib/sweep/walk.ts'
import { MemoryLedger } from './support/memory-ledger.ts'
import { NamedSource, route } from './support/source.ts'

const film = { route: route.key, kind: 'asset', name: 'film' } as const
const locator: LocatorSummary = {
  name: 'L',
  assetName: 'film',
  streamingLocatorId: 'id',
  streamingPolicyName: 'p',
  created: '2024-01-01T00:00:00Z',
  endTime: '9999-12-31T23:59:59.9999999Z',
}

let ledger: MemoryLedger
beforeEach(() => {
  ledger = new MemoryLedger()
})

/** Names of the assets that a sweep takes for changed, which it then notes to have seen. */
const look = async (kind: 'changes' | 'locators'): Promise<readonly string[]> => {
  const reader = new NamedSource().reader()
  const scope = { id: 'o', route: route.key, scope: 'all', dryRun: false, permissions: {}, kind } as const
  const operation = newOperation({ ...scope, ...(kind === 'changes' ? { since: 1 } : {}) }, 1000)
  const deps = { ledger: ledger.port(), clock: () => 1000, reader: () => reader }
  const walking: Walking = { deps, operation, route, source: reader, target: reader }
  const { units, afterwards } = await locators(walking).pick([locator])
  await afterwards?.()
  return units.map(({ name }) => name)
}

it('P3: a new locator is looked for again until it is proven, where the asset was called in sync without it', async () => {
  ledger.put(film, { outcome: 'inSync', state: 'idle' })
  expect(await look('changes')).toEqual(['film'])
  // What was asked then may have been answered as it was before the locator.
  expect(await look('changes')).toEqual(['film'])
  ledger.put(film, { outcome: 'inSync', state: 'idle', facts: { locatorMarks: { l: locator.created } } })
  expect(await look('changes')).toEqual([])
})

it('P9: one that was seen is left to a row that is not in sync, and by the look at all of them', async () => {
  ledger.put(film, { outcome: 'waiting', state: 'idle' })
  expect(await look('changes')).toEqual(['film'])
  expect(await look('changes')).toEqual([])
  ledger.put(film, { outcome: 'inSync', state: 'running' })
  expect(await look('changes')).toEqual([])
  ledger.put(film, { outcome: 'inSync', state: 'idle' })
  expect(await look('locators')).toEqual([])
})
