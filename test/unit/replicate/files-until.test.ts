import { expect, it } from 'vitest'
import { filesLeft } from '../../../src/lib/replicate/twin-mark.ts'
import type { ListingSummary } from '../../../src/lib/storage/ports.ts'

const newest = Date.parse('2030-01-01T00:00:10Z')
const second = 1000
const listed = (more: Partial<ListingSummary> = {}) =>
  filesLeft({ begun: 'begun', extra: 0, missing: 0, changed: 0, targetNewest: newest, ...more } as ListingSummary)

it('P5: a file written after the listing, in the second of our last copy, is not taken for ours, whatever the clock of the app says', () => {
  // Storage says that this second may not be over when the listing began.
  for (const late of [0, 1])
    expect(listed({ targetAsOf: newest + late * second })).toEqual({ filesUntil: newest - second, filesBegun: 'begun' })
  expect(listed({ targetAsOf: newest + 2 * second })).toEqual({ filesUntil: newest, filesBegun: '' })
  // A service that does not tell its time is trusted least.
  expect(listed()).toEqual({ filesUntil: newest - second, filesBegun: 'begun' })
})

it.each(['extra', 'missing', 'changed'])('P5: nothing is known of whose files are where some are %s', what => {
  expect(listed({ [what]: 1, targetAsOf: newest + 10 * second })).toEqual({ filesBegun: 'begun' })
})
