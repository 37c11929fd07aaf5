/** Copies that never ended: what they left is known as ours, and nothing else is. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/lib/model.ts'
import { moveHome } from '../../../src/lib/replicate/move-home.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { type Passes, passesWithDeletes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

let number = 0
let asset: string
let passes: Passes
/** Milliseconds that the app's clock is ahead. */
let ahead: number
beforeEach(async () => {
  number += 1
  ahead = 0
  asset = `film-${number}`
  passes = await passesWithDeletes(ground, asset, () => Date.now() + ahead)
})

const inSync: Outcome = { outcome: 'inSync' }
const inB = (path: string) => ground.arm.west.get(path)

/** The copy is cut short by `then`, once B has the first of the files, with this text. */
const cutShort = async (then: () => Promise<unknown>, text = 'a') => {
  for (const name of ['b.mp4', 'c.mp4']) await ground.putBlob('east', asset, name, name)
  const { pair } = passes
  const pacerFor: Pair['pacerFor'] = place => {
    const pacer = pair.pacerFor(place)
    const acquire = pacer.acquire.bind(pacer)
    let copies = 0
    pacer.acquire = async () => {
      copies += 1
      if (copies === 2) {
        pacer.acquire = acquire
        await expect.poll(() => ground.blobs('west', asset)).toEqual({ 'a.mp4': text })
        await then()
      }
      return acquire()
    }
    return pacer
  }
  passes.pair = { ...pair, pacerFor }
  expect((await passes.run()).outcome).toMatch(/failed|waiting/)
  passes.pair = pair
  expect(Object.keys(await ground.blobs('west', asset))).toEqual(['a.mp4'])
}

describe('a twin that was being copied when its asset went', () => {
  const cut = async (text?: string) => {
    await cutShort(() => ground.arm.east.delete(`assets/${asset}`), text)
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'DeletePending' })
    ahead += passes.pair.timing.deleteGrace
  }

  it('P10: goes after the grace period as any other', async () => {
    await cut()
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`assets/${asset}`)).toBeUndefined()
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a file that somebody put beside ours', () => ground.putBlob('west', asset, 'extra.txt', 'x')],
    ['a file that somebody replaced', () => ground.putBlob('west', asset, 'a.mp4', 'b')],
    ['a filter', () => ground.arm.west.put(`assets/${asset}/assetFilters/theirs`, { firstQuality: { bitrate: 1 } })],
    ['a description of its own', () => ground.arm.west.put(`assets/${asset}`, { description: 'mine' })],
  ])('P5: stays with %s', async (_what, change) => {
    await cut()
    await change()
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(await inB(`assets/${asset}`)).toBeDefined()
  })

  it('P10: goes as well when it was the copy of a change that was cut short', async () => {
    expect(await passes.run()).toEqual(inSync)
    await ground.putBlob('east', asset, 'a.mp4', 'another')
    await cut('another')
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`assets/${asset}`)).toBeUndefined()
  })

  it('P10: stays with what a person put there to complete it, though it is what was to be copied', async () => {
    await cut()
    for (const name of ['b.mp4', 'c.mp4']) await ground.putBlob('west', asset, name, name)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(Object.keys(await ground.blobs('west', asset))).toEqual(['a.mp4', 'b.mp4', 'c.mp4'])
  })
})

describe('files that the source dropped before their first copy ended', () => {
  /** The asset is made again, of other files. */
  const madeAgain = async () => {
    await ground.arm.east.delete(`assets/${asset}`)
    await ground.arm.east.put(`assets/${asset}`, { container: asset })
    await ground.putBlob('east', asset, 'new.mp4', 'new')
  }

  it('P1: go from the twin, while what somebody put beside them stays', async () => {
    await cutShort(madeAgain)
    await ground.putBlob('west', asset, 'theirs.txt', 'theirs')
    expect((await passes.survey()).changes).toContain('1 files were removed')
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'new.mp4': 'new', 'theirs.txt': 'theirs' })
    expect(passes.facts.extraBlobs).toBe(1)
  })

  it('P5: stay where somebody wrote them anew', async () => {
    await cutShort(madeAgain)
    await ground.putBlob('west', asset, 'a.mp4', 'b')
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'new.mp4': 'new', 'a.mp4': 'b' })
  })

  it('P5: stay where somebody puts back what has gone, beside a strange file too', async () => {
    await cutShort(madeAgain)
    await ground.putBlob('west', asset, 'theirs.txt', 'theirs')
    expect(await passes.run()).toEqual(inSync)
    await ground.putBlob('west', asset, 'a.mp4', 'a')
    for (let looks = 0; looks < 2; looks++) expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'a', 'new.mp4': 'new', 'theirs.txt': 'theirs' })
  })
})

it('P5: whose files are whose is not known any more once the home has moved', async () => {
  await ground.putBlob('east', asset, 'b.mp4', 'b')
  expect(await passes.run()).toEqual(inSync)
  const { here } = await moveHome(passes.pair, { route: 'east>west', kind: 'asset', name: asset }, passes.facts)
  passes.facts = { ...passes.facts, ...here }
  await ground.deleteBlob('east', asset, 'b.mp4')
  expect(await passes.run({ adopt: true })).toEqual(inSync)
  expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'a', 'b.mp4': 'b' })
})
