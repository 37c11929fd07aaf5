import { expect, it } from 'vitest'
import { isOwned, retries } from '../../../src/lib/ledger/facts.ts'

it('P5: what we made or were told to adopt is ours, and nothing else', () => {
  expect(['made', 'adopted', '', 'found', undefined].map(isOwned)).toEqual([true, true, false, false, false])
})

it('tries again what was refused where somebody adopts, restores or says that it may be free by now', () => {
  expect([{ adopt: true }, { restore: true }, { retryRefused: true }].map(retries)).toEqual([true, true, true])
  expect([{}, { replaceInUse: true, moveHome: true }].map(retries)).toEqual([false, false])
})
