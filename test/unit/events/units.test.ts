import { describe, expect, it } from 'vitest'
import { unitsFor, unitsForLocator } from '../../../src/lib/events/units.ts'
import { isIncluded, type Route, type RouteMode } from '../../../src/lib/model.ts'

const route = (from: string, to: string, more: { mode?: RouteMode; namePrefix?: string } = {}): Route => ({
  key: `${from}>${to}`,
  from,
  to,
  mode: more.mode ?? 'replicate',
  storage: {},
  include: { namePrefix: more.namePrefix ?? '' },
  deletes: 'locators',
  indexTags: 'leave',
  rewriteUrls: [],
})

const routes = [
  route('east', 'west'),
  route('east', 'north', { namePrefix: 'Film-' }),
  route('east', 'south', { mode: 'paused' }),
  route('west', 'east'),
]
const asset = { kind: 'asset', account: 'east', reason: 'jobFinished' } as const
const locator = { kind: 'streamingLocator', account: 'east', name: 'l', reason: 'locatorDeleted' } as const

describe('unitsFor', () => {
  it('P3: asks on every route that starts there and takes the name, paused or not', () => {
    expect(unitsFor({ ...asset, name: 'film-1' }, routes)).toEqual([
      { route: 'east>west', kind: 'asset', name: 'film-1' },
      { route: 'east>north', kind: 'asset', name: 'film-1' },
      { route: 'east>south', kind: 'asset', name: 'film-1' },
    ])
    expect(unitsFor({ ...asset, name: 'song-1' }, routes).map(unit => unit.route)).toEqual(['east>west', 'east>south'])
  })

  it('asks for the asset of a locator, or for the locator while its asset is not known', () => {
    expect(unitsFor({ ...locator, asset: 'song' }, routes)).toEqual([
      { route: 'east>west', kind: 'asset', name: 'song' },
      { route: 'east>south', kind: 'asset', name: 'song' },
    ])
    expect(unitsFor(locator, routes)).toEqual([
      { route: 'east>west', kind: 'streamingLocator', name: 'l' },
      { route: 'east>north', kind: 'streamingLocator', name: 'l' },
      { route: 'east>south', kind: 'streamingLocator', name: 'l' },
    ])
  })

  it('P10: leaves a locator that has moved from an asset outside of the prefix to its own unit', () => {
    const films = route('east', 'north', { namePrefix: 'Film-' })
    const moved = {
      kind: 'streamingLocator',
      account: 'east',
      name: 'l',
      asset: 'film-1',
      reason: 'locatorCreated',
    } as const
    expect(unitsForLocator(moved, films, 'news-1')).toEqual([
      { route: 'east>north', kind: 'asset', name: 'film-1' },
      { route: 'east>north', kind: 'streamingLocator', name: 'l' },
    ])
  })

  it('compares the prefix without case', () => {
    expect(isIncluded(route('a', 'b', { namePrefix: 'FILM' }), 'film-1')).toBe(true)
  })
})
