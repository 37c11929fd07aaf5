/** Answers of the target that are older than what we wrote to it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator } from '../../../src/lib/media/resources.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

describe('P3: a locator that an old list of the target does not show is still ours', () => {
  const east = () => ground.arm.east
  const west = () => ground.arm.west
  const publish = (asset: string) =>
    east().put(`streamingLocators/${asset}-l`, {
      assetName: asset,
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
    })
  /** A title in sync, looked at once more by a pass that sees the list as it was before its locator was made. */
  const lookedAt = async (asset: string, change: () => Promise<unknown>) => {
    await east().put(`assets/${asset}`, { container: asset })
    await ground.putBlob('east', asset, 'a.mp4', 'a')
    await publish(asset)
    const passes = new Passes(ground, asset)
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    await change()
    const { pair } = passes
    passes.pair = { ...pair, target: { ...pair.target, assetLocators: async () => [] } }
    await passes.run()
    passes.pair = pair
    return passes
  }

  it('and is replaced when the source publishes anew', async () => {
    const passes = await lookedAt('old-list', async () => {
      await ground.putBlob('east', 'old-list', 'b.mp4', 'b')
    })
    await east().delete('streamingLocators/old-list-l')
    const made = await publish('old-list')
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    const twin = await west().get('streamingLocators/old-list-l')
    expect(twin?.properties.streamingLocatorId).toBe(made.properties.streamingLocatorId)
  })

  it('and is withdrawn when the source drops it, even where its own answer was old as well', async () => {
    const passes = await lookedAt('old-answers', () => ground.putBlob('east', 'old-answers', 'b.mp4', 'b'))
    await east().delete('streamingLocators/old-answers-l')
    const { pair } = passes
    passes.pair = { ...pair, target: { ...pair.target, locator: async () => undefined } }
    await passes.run()
    passes.pair = pair
    expect(await west().get('streamingLocators/old-answers-l')).toBeDefined()
    await passes.run()
    expect(await west().get('streamingLocators/old-answers-l')).toBeUndefined()
  })

  it('and an answer that shows what was there before it does not block it', async () => {
    const passes = await lookedAt('old-answer', async () => {})
    const before = await passes.pair.target.locator('old-answer-l')
    await east().delete('streamingLocators/old-answer-l')
    await publish('old-answer')
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    const { pair } = passes
    passes.pair = { ...pair, target: { ...pair.target, locator: async () => before } }
    expect(await passes.run()).toMatchObject({ outcome: 'failed' })
    passes.pair = pair
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
  })

  /** Whatever is written, this is what the target shows from then on. */
  const thatReadsBack = (pair: Pair, shown: Locator | undefined): Pair => {
    let written = false
    const target: Pair['target'] = {
      ...pair.target,
      putLocator: (...args) => {
        written = true
        return pair.target.putLocator(...args)
      },
      locator: async name => (written ? shown : pair.target.locator(name)),
    }
    return { ...pair, target }
  }

  it('and is not refused where what is read back is the one that was deleted before it', async () => {
    const passes = await lookedAt('old-proof', async () => {})
    const { pair } = passes
    const before = await pair.target.locator('old-proof-l')
    await east().delete('streamingLocators/old-proof-l')
    await passes.run()
    expect(await west().get('streamingLocators/old-proof-l')).toBeUndefined()
    const made = await publish('old-proof')
    passes.pair = thatReadsBack(pair, before)
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    passes.pair = pair
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    const twin = await west().get('streamingLocators/old-proof-l')
    expect(twin?.properties.streamingLocatorId).toBe(made.properties.streamingLocatorId)
  })

  it('and is still ours where what is read back is the one before the last', async () => {
    const passes = await lookedAt('older-proof', async () => {})
    const { pair } = passes
    const first = await pair.target.locator('older-proof-l')
    for (const isLast of [false, true]) {
      await east().delete('streamingLocators/older-proof-l')
      await publish('older-proof')
      if (!isLast) expect(await passes.run()).toEqual({ outcome: 'inSync' })
    }
    passes.pair = thatReadsBack(pair, first)
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    passes.pair = pair
    await east().delete('streamingLocators/older-proof-l')
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await west().get('streamingLocators/older-proof-l')).toBeUndefined()
  })
})

it('P3: a locator that is listed, and not shown, is still ours: it is replaced when the source publishes anew', async () => {
  const { east, west } = ground.arm
  const publish = () =>
    east.put('streamingLocators/l', { assetName: 'film', streamingPolicyName: 'Predefined_ClearStreamingOnly' })
  await east.put('assets/film', { container: 'film' })
  await ground.putBlob('east', 'film', 'a.mp4', 'a')
  await publish()
  const passes = new Passes(ground, 'film')
  expect(await passes.run()).toEqual({ outcome: 'inSync' })

  await east.delete('streamingLocators/l')
  const made = await publish()
  const operation = 'StreamingLocators_Get'
  ground.simulator.faults.add({ account: 'west', kind: 'staleRead', operation, seconds: 3600, count: 1 })
  await passes.run()
  expect(ground.simulator.faults.list()).toEqual([])
  expect(await passes.run()).toEqual({ outcome: 'inSync' })
  const twin = await west.get('streamingLocators/l')
  expect(twin?.properties.streamingLocatorId).toBe(made.properties.streamingLocatorId)
})
