/** The rules by which requests of a history are judged. */
import { describe, expect, it } from 'vitest'
import type { CarriedOut } from '../../local/simulator/storage/proxy.ts'
import { Editions } from './editions.ts'
import { brokenByFiles } from './file-rules.ts'
import { assetsOfContainers, brokenByTraffic, type Line } from './traffic-rules.ts'

const base = 'http://sim/subscriptions/s/resourceGroups/g/providers/Microsoft.Media/mediaServices/m'
const line = (
  account: string,
  method: string,
  path: string,
  status: number,
  body?: object,
  byApp = true,
  at = 0,
): Line => ({
  account,
  operation: 'Any_Operation',
  method,
  url: `${base}/${path}?api-version=1`,
  request: body === undefined ? undefined : { properties: body },
  status,
  response: body === undefined ? undefined : { properties: body },
  byApp,
  began: at,
  at,
})
const locator = { assetName: 'film', streamingLocatorId: '1' }
const made = [
  line('east', 'PUT', 'streamingLocators/l', 201, locator, false),
  line('east', 'GET', 'streamingLocators/l', 200, locator),
  line('west', 'PUT', 'streamingLocators/l', 201, locator),
]
const nobody = { withdrawn: new Set<string>(), confirmed: false }

describe('what traffic must not show', () => {
  it('P5: any write of the app to A, refused ones too', () => {
    const lines = [line('east', 'DELETE', 'assets/film', 403), line('east', 'PUT', 'assets/film', 200, {}, false)]
    expect(brokenByTraffic(lines, nobody)).toEqual(['P5: DELETE assets/film in A (403)'])
  })

  it('P10: a delete without an answer of A that says so', () => {
    const lines = [...made, line('east', 'GET', 'streamingLocators/l', 200, locator)]
    expect(brokenByTraffic([...lines, line('west', 'DELETE', 'streamingLocators/l', 200)], nobody)).toEqual([
      'P10: streaminglocators/l was deleted in B, where A had last answered 200',
    ])
  })

  const gone = line('west', 'DELETE', 'streamingLocators/l', 200)
  const missing = line('east', 'GET', 'streamingLocators/l', 404)
  const again = line('east', 'GET', 'streamingLocators/l', 200, locator)

  it('P10: a delete that rests on a 404, or that an operator asked for, is in order', () => {
    expect(brokenByTraffic([...made, missing, gone], nobody)).toEqual([])
    expect(brokenByTraffic([...made, again, gone], { ...nobody, withdrawn: new Set(['streaminglocators/l']) })).toEqual(
      [],
    )
    expect(brokenByTraffic([...made, again, line('west', 'DELETE', 'streamingLocators/other', 204)], nobody)).toEqual(
      [],
    )
  })

  it('P10: where activities run twice, the one that has heard a 404 acts on it, for a moment', () => {
    const twice = { ...nobody, twice: true }
    const at = (one: Line, at: number): Line => ({ ...one, at })
    const heard = [...made, at(missing, 5000), at(again, 5020)]
    expect(brokenByTraffic([...heard, at(gone, 5050)], nobody)).toHaveLength(1)
    expect(brokenByTraffic([...heard, at(gone, 5050)], twice)).toEqual([])
    expect(brokenByTraffic([...heard, at(gone, 6050)], twice)).toHaveLength(1)
    expect(brokenByTraffic([...made, at(again, 5020), at(gone, 5050)], twice)).toHaveLength(1)
  })

  it('P10: where activities run twice, the second may take off the new one for the one before that it has just seen', () => {
    const twice = { ...nobody, twice: true }
    const at = (one: Line, at: number): Line => ({ ...one, began: at, at })
    const other = { ...locator, streamingLocatorId: '2' }
    const seen = at(line('west', 'GET', 'streamingLocators/l', 200, locator), 5000)
    const put = (time: number) => at(line('west', 'PUT', 'streamingLocators/l', 201, other), time)
    const inA = at(line('east', 'GET', 'streamingLocators/l', 200, other), 4980)
    const replaced = [...made, inA, seen, at(gone, 5010), put(5020)]
    expect(brokenByTraffic([...replaced, at(gone, 5030), put(5040)], nobody)).toHaveLength(1)
    expect(brokenByTraffic([...replaced, at(gone, 5030), put(5040)], twice)).toEqual([])
    expect(brokenByTraffic([...replaced, { ...at(gone, 6500), began: 5030 }, put(6510)], twice)).toEqual([])
    // Late, for good, a second time, without a look at B, of one that is not replaced.
    expect(brokenByTraffic([...replaced, at(gone, 6030), put(6040)], twice)).toHaveLength(1)
    expect(brokenByTraffic([...replaced, at(gone, 5030)], twice)).toHaveLength(1)
    const proof = (time: number) => at(line('west', 'GET', 'streamingLocators/l', 200, other), time)
    const thrice = [5030, 5050, 5070].flatMap(t => [proof(t - 5), at(gone, t), put(t + 10)])
    expect(brokenByTraffic([...replaced, ...thrice], twice)).not.toEqual([])
    expect(brokenByTraffic([...replaced, at(gone, 5030), put(6040)], twice)).toHaveLength(1)
    const blind = replaced.filter(one => one !== seen)
    expect(brokenByTraffic([...blind, at(gone, 5030), put(5040)], twice)).toHaveLength(1)
    const kept = [...made, inA, seen, put(5020)]
    expect(brokenByTraffic([...kept, at(gone, 5030), put(5040)], twice)).toHaveLength(1)
  })

  it('P10: a locator is replaced where the one of A plays something else, and not because it is made again later', () => {
    const other = { ...locator, streamingLocatorId: '2' }
    const madeAgain = line('west', 'PUT', 'streamingLocators/l', 201, locator)
    const replaced = [
      line('east', 'GET', 'streamingLocators/l', 200, other),
      gone,
      line('west', 'PUT', 'streamingLocators/l', 201, other),
    ]
    const found = ['P10: streaminglocators/l was deleted in B, where A had last answered 200']
    expect(brokenByTraffic([...made, ...replaced], nobody)).toEqual([])
    expect(brokenByTraffic([...made, again, gone, madeAgain], nobody)).toEqual(found)
    expect(brokenByTraffic([...made, gone, madeAgain], nobody)).toEqual(found)
  })

  it('P10: a 404 from before it was made again says nothing', () => {
    const lines = [...made, missing, gone, ...made.slice(2), gone]
    expect(brokenByTraffic(lines, nobody)).toEqual([
      'P10: streaminglocators/l was deleted in B, where A had last answered 404',
    ])
  })

  it('P10: a filter of an asset goes with a 404 of its own, or at once where B did not keep it whole', () => {
    const path = 'assets/film/assetFilters/start'
    const filter = line('west', 'PUT', path, 201, {})
    const list = line('east', 'GET', 'assets/film/assetFilters', 200)
    const drop = line('west', 'DELETE', path, 200)
    expect(brokenByTraffic([filter, list, line('east', 'GET', path, 404), drop], nobody)).toEqual([])
    expect(brokenByTraffic([filter, drop], nobody)).toEqual([])
    expect(brokenByTraffic([filter, list, drop], nobody)).toEqual([
      'P10: assets/film/assetfilters/start was deleted in B, where A had last answered nothing',
    ])
  })

  it('P10: a streaming policy is replaced where the one of A was made anew, and else stays', () => {
    const path = 'streamingPolicies/p'
    const inA = (created: string) => line('east', 'GET', path, 200, { created })
    const kept = [inA('monday'), line('west', 'PUT', path, 201, {})]
    const drop = line('west', 'DELETE', path, 200)
    expect(brokenByTraffic([...kept, inA('tuesday'), drop], nobody)).toEqual([])
    expect(brokenByTraffic([...kept, inA('monday'), drop], nobody)).toEqual([
      'P10: streamingpolicies/p was deleted in B, where A had last answered 200',
    ])
  })

  it('P5: any write of the app to what somebody else has made in B, or that publishes their asset', () => {
    const theirs = line('west', 'PUT', 'assets/news', 201, {}, false)
    const touched = (path: string, body = {}) => brokenByTraffic([theirs, line('west', 'PUT', path, 200, body)], nobody)
    for (const path of ['assets/news', 'assets/news/assetFilters/start'])
      expect(touched(path)).toEqual([
        `P5: PUT ${path.toLowerCase()} in B, where somebody else had made it or its asset`,
      ])
    expect(touched('streamingLocators/l', { assetName: 'news' })).toHaveLength(1)
    expect(touched('streamingLocators/l', locator)).toEqual([])
    const taken = [theirs, line('east', 'GET', 'assets/news', 404), line('west', 'DELETE', 'assets/news', 200)]
    expect(brokenByTraffic(taken, nobody)).toHaveLength(1)
    // Once they have taken it away, the name is free; what they change of ours is made good.
    const away = line('west', 'DELETE', 'assets/news', 200, {}, false)
    const ours = line('west', 'PUT', 'assets/news', 201, {})
    expect(brokenByTraffic([theirs, away, ours, theirs, ours], nobody)).toEqual([])
  })

  it('P10: a title goes where the route deletes titles, and A has lacked it for the grace period', () => {
    const ours = line('west', 'PUT', 'assets/film', 201, { container: 'c' })
    const read = (status: number, at: number) => line('east', 'GET', 'assets/film', status, {}, true, at)
    const drop = (at: number) => line('west', 'DELETE', 'assets/film', 200, undefined, true, at)
    const found = (grace: number, ...lines: Line[]) => brokenByTraffic([ours, ...lines], { ...nobody, grace })
    expect(found(1000, read(404, 100), read(404, 1100), drop(1150))).toEqual([])
    expect(found(Number.POSITIVE_INFINITY, read(404, 100), read(404, 1100), drop(1150))).toHaveLength(1)
    const tooEarly = ['P10: assets/film was deleted in B, which A had lacked for 950 ms of 1000']
    expect(found(1000, read(404, 100), drop(1050))).toEqual(tooEarly)
    // It was back in between.
    const anew = line('east', 'PUT', 'assets/film', 201, {}, false)
    expect(found(1000, read(404, 0), anew, read(200, 50), read(404, 100), drop(1050))).toEqual(tooEarly)
    // An old answer about what A no longer has.
    expect(found(1000, read(404, 0), read(200, 50), read(404, 100), drop(1050))).toEqual([])
    expect(found(1000, read(200, 50), drop(1050))).toHaveLength(2)
    // An error tells nothing.
    expect(found(1000, read(404, 0), read(503, 50), read(404, 100), drop(1050))).toEqual([])
    expect(found(1000, read(404, 0), anew, read(200, 1100), drop(1150))).toHaveLength(2)
    expect(assetsOfContainers([ours, drop(1)])).toEqual(new Map([['c', 'film']]))
  })

  it('P10: where activities run twice, what one of them hears does not end what the other has missed for the grace period', () => {
    const title = (region: string, method: string, status: number, at: number) =>
      line(region, method, 'assets/film', status, undefined, true, at)
    const lines = [
      title('west', 'PUT', 201, 0),
      line('east', 'PUT', 'assets/film', 201, {}, false),
      title('east', 'GET', 404, 1000),
      title('east', 'GET', 404, 4000),
      title('east', 'GET', 200, 4100),
      title('east', 'GET', 404, 4200),
      title('west', 'DELETE', 200, 4300),
    ]
    const without = (index: number) => lines.filter((_, at) => at !== index)
    const judged = (of: readonly Line[], twice: boolean) => brokenByTraffic(of, { ...nobody, grace: 2000, twice })
    expect(judged(lines, true)).toEqual([])
    expect(judged(lines, false)).toHaveLength(1)
    expect(judged(without(3), true)).toEqual([
      'P10: assets/film was deleted in B, which A had lacked for 100 ms of 2000',
    ])
  })

  it('P10: more deletes than a day may have, unless somebody has confirmed them', () => {
    const lines = Array.from({ length: 21 }, (_, n) => [
      line('west', 'PUT', `accountFilters/f${n}`, 201, {}),
      line('east', 'GET', `accountFilters/f${n}`, 404),
      line('west', 'DELETE', `accountFilters/f${n}`, 200),
    ]).flat()
    expect(brokenByTraffic(lines, nobody)).toEqual(['P10: 21 deletes in B, unconfirmed'])
    expect(brokenByTraffic(lines, { ...nobody, confirmed: true })).toEqual([])
  })
})

describe('what requests to storage must not show', () => {
  const request = (change: Partial<CarriedOut>): CarriedOut => ({
    account: 'west',
    method: 'PUT',
    operation: 'PutBlob',
    container: 'c',
    blob: 'words.vtt',
    status: 201,
    began: 50_000,
    ended: 50_010,
    ...change,
  })
  const drop = { method: 'DELETE', operation: 'DeleteBlob', status: 202, began: 60_000, ended: 60_010 } as const
  const editions = new Editions()
  const words = new Map([['words.vtt', 'w']])
  editions.note('film', words, 40_000)
  const found = (...changes: Partial<CarriedOut>[]) =>
    brokenByFiles(changes.map(request), container => (container === 'c' ? 'film' : undefined), editions)

  it('P10: a file that A has had ever since, and a container with all of them', () => {
    expect(found({}, drop)).toEqual(['P10: asset film file words.vtt was deleted in B, and A had it all the time'])
    expect(found({}, { ...drop, status: 412 })).toEqual([])
    expect(found({ ...drop, blob: '' })).toEqual(['P10: the container of asset film was deleted in B'])
  })

  it('P5: a file that the app had not written, and any write to the storage of A', () => {
    expect(found(drop)).toEqual(['P5: asset film file words.vtt was deleted in B, where the app had not written it'])
    expect(found({}, drop, drop).at(-1)).toMatch(/^P5/)
    expect(found({ account: 'east' })).toEqual(['P5: PutBlob of asset film file words.vtt in A'])
  })

  it('P10: one that A was without since is in order, also where A has it again', () => {
    editions.note('film', new Map(), 55_000)
    expect(found({}, drop)).toEqual([])
    editions.note('film', new Map(words), 58_000)
    expect(found({}, drop)).toEqual([])
    // Copied again, after A had it back.
    const late = [{ began: 59_000 }, { ...drop, began: 80_000, ended: 80_010 }].map(request)
    expect(brokenByFiles(late, () => 'film', editions)).toHaveLength(1)
    expect(brokenByFiles(late, () => 'film', editions, 4000)).toEqual([])
  })
})
