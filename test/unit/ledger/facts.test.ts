import { expect, it } from 'vitest'
import { isOwned, recordedOn, retries } from '../../../src/lib/ledger/facts.ts'

it('P5: what we made or were told to adopt is ours, and nothing else', () => {
  expect(['made', 'adopted', '', 'found', undefined].map(isOwned)).toEqual([true, true, false, false, false])
})

it('P3: what is recorded goes by what the row says at that moment', () => {
  const now = { owner: 'made', locators: ['a'] } as const
  expect(recordedOn(now, { blobs: 2 })).toEqual({ ...now, blobs: 2 })
  const adding = recordedOn(now, ({ locators = [] }) => ({ locators: [...locators, 'b'] }))
  expect(adding).toEqual({ owner: 'made', locators: ['a', 'b'] })
  expect(recordedOn(now, undefined)).toEqual(now)
})

it('tries again what was refused where somebody adopts, restores or says that it may be free by now', () => {
  expect([{ adopt: true }, { restore: true }, { retryRefused: true }].map(retries)).toEqual([true, true, true])
  expect([{}, { replaceInUse: true, moveHome: true }].map(retries)).toEqual([false, false])
})
