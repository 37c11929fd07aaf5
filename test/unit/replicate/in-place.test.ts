/** Content that is encoded again in place while its twin is published, by whole passes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

const manifest = (...tracks: readonly string[]) =>
  `<smil><head/><body><switch>${tracks.map(track => `<video src="${track}"/>`).join('')}</switch></body></smil>`

const first = { 'film_1.mp4': 'first one', 'film_2.mp4': 'first two', 'film.ism': manifest('film_1.mp4', 'film_2.mp4') }
/** A track added, two changed, one dropped. */
const second = {
  'film_1.mp4': 'second one, longer',
  'film_3.mp4': 'second three',
  'film/frag-1': 'second fragment',
  'film.ism': manifest('film_1.mp4', 'film_3.mp4'),
}

let number = 0
let container: string
let passes: Passes
const put = async (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) await ground.putBlob('east', container, name, text)
}
beforeEach(async () => {
  const asset = `again-${++number}`
  container = `asset-${asset}`
  passes = new Passes(ground, asset)
  await ground.arm.east.put(`assets/${asset}`, { container })
  await put(first)
  await ground.arm.east.put(`streamingLocators/${asset}`, {
    assetName: asset,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
  })
  expect(await passes.run()).toEqual({ outcome: 'inSync' })
})

const twin = () => ground.blobs('west', container)

/** A pair that lets `meddle` happen once, between the survey and the copy. */
const meddling = (pair: Pair, meddle: () => Promise<void>): Pair => {
  let done = false
  return {
    ...pair,
    pacerFor: place => {
      const pacer = pair.pacerFor(place)
      if (done) return pacer
      done = true
      const acquire = pacer.acquire.bind(pacer)
      // The first request of the copy waits for it.
      pacer.acquire = async () => {
        pacer.acquire = acquire
        await meddle()
        return acquire()
      }
      return pacer
    },
  }
}

describe.each([
  ['by whole copies', {}],
  ['by blocks', { wholeBytes: 4, blockBytes: 4 }],
])('P1, P2: encoded again in place, %s', (_, copyLimits) => {
  beforeEach(async () => {
    passes.pair = { ...ground.pair(), copyLimits }
    // Looked at again when the second in which the first encoding was copied is over, its files are known as ours.
    await ground.theSecondIsOver('west')
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
  })

  it('the twin has every file of the new encoding, and none that the source dropped', async () => {
    await put(second)
    await ground.deleteBlob('east', container, 'film_2.mp4')
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await twin()).toEqual(second)
    expect(passes.facts).toMatchObject({ blobs: 4, extraBlobs: 0 })
    expect((await passes.survey()).outcome).toEqual({ outcome: 'inSync' })
  })

  it('changed again in the middle: nothing is committed, and the next pass makes it the newest', async () => {
    await put(second)
    passes.pair = meddling(passes.pair, () => put({ 'film_1.mp4': 'third one' }))
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'SourceChanged' })
    expect(await twin()).toMatchObject(first)

    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await twin()).toMatchObject({ ...second, 'film_1.mp4': 'third one' })
  })
})
