/** What becomes of a twin that somebody worked in while the source was away. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import type { Outcome } from '../../../src/lib/model.ts'
import { moveHome } from '../../../src/lib/replicate/move-home.ts'
import { syncPolicy } from '../../../src/lib/replicate/sync-policy.ts'
import { Stop } from '../../../src/lib/replicate/trouble.ts'
import { editLater } from '../../support/edit-later.ts'
import { freely, Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

const inSync: Outcome = { outcome: 'inSync' }
let number = 0
let asset: string
let passes: Passes
beforeEach(async () => {
  number += 1
  asset = `film-${number}`
  passes = new Passes(ground, asset)
  passes.pair = ground.eitherWay('east>west')
  await ground.arm.east.put(`assets/${asset}`, { container: asset })
  await ground.putBlob('east', asset, 'a.mp4', 'a')
  await publish(`${asset}-a`)
  await publish(`${asset}-b`)
  expect(await passes.run()).toEqual(inSync)
})

const publish = (name: string, region: 'east' | 'west' = 'east') =>
  ground.arm[region].put(`streamingLocators/${name}`, {
    assetName: asset,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
  })
const inA = (path: string) => ground.arm.east.get(path)
const inB = (path: string) => ground.arm.west.get(path)
/** The source was away and has come back. */
const back = () => {
  passes.inSyncAt = 1000
  passes.rules = { ...freely, returnedAt: 2000 }
}
const written = async (work: () => Promise<unknown>) => {
  ground.simulator.counters.reset()
  await work()
  return ground.writes('west')
}

describe('after an outage of the source', () => {
  it('P3: what changed in the source alone goes on by itself', async () => {
    await ground.putBlob('east', asset, 'a.mp4', 'better')
    await ground.arm.east.delete(`streamingLocators/${asset}-b`)
    back()
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'better' })
    expect(await inB(`streamingLocators/${asset}-b`)).toBeUndefined()
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a locator that was withdrawn', () => ground.arm.west.delete(`streamingLocators/${asset}-a`)],
    [
      'a locator that was published anew',
      async () => {
        await ground.arm.west.delete(`streamingLocators/${asset}-a`)
        await publish(`${asset}-a`, 'west')
      },
    ],
    ['a file that was replaced', () => ground.putBlob('west', asset, 'a.mp4', 'encoded in B')],
    ['another description', () => ground.arm.west.put(`assets/${asset}`, { description: 'of B' })],
    ['a twin that was deleted', () => ground.arm.west.delete(`assets/${asset}`)],
  ])('P10: %s is not undone before somebody decides', async (_what, change) => {
    await change()
    back()
    let found: Outcome | undefined
    const writes = await written(async () => {
      found = await passes.run()
    })
    expect(found).toMatchObject({ outcome: 'blocked', code: 'TargetChanged', detail: expect.any(String) })
    expect(writes).toEqual([])

    // Kept as it was in the source.
    expect(await passes.run({ restore: true, adopt: _what.includes('anew') })).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'a' })
    const [a, b] = [await inA(`streamingLocators/${asset}-a`), await inB(`streamingLocators/${asset}-a`)]
    expect(b?.properties.streamingLocatorId).toBe(a?.properties.streamingLocatorId)
  })

  it('P10: withdrawals of locators that nobody touched do not wait', async () => {
    await ground.putBlob('west', asset, 'a.mp4', 'encoded in B')
    await ground.arm.east.delete(`streamingLocators/${asset}-b`)
    back()
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(await inB(`streamingLocators/${asset}-b`)).toBeUndefined()
    expect(await inB(`streamingLocators/${asset}-a`)).toBeDefined()
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'encoded in B' })
  })

  it('P10: what was published anew in the target stays though the source has dropped it, asset and all', async () => {
    await ground.arm.west.delete(`streamingLocators/${asset}-a`)
    await publish(`${asset}-a`, 'west')
    await ground.arm.east.delete(`streamingLocators/${asset}-a`)
    await ground.arm.east.delete(`streamingLocators/${asset}-b`)
    await ground.arm.east.delete(`assets/${asset}`)
    back()
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(await inB(`streamingLocators/${asset}-a`)).toBeDefined()
    expect(await inB(`streamingLocators/${asset}-b`)).toBeUndefined()
  })

  it('P3: an asset that neither has is no failure, whether there once was a twin or not', async () => {
    back()
    const unknown = new Passes(ground, `${asset}-of-nobody`)
    unknown.pair = passes.pair
    unknown.rules = passes.rules
    const missing = { outcome: 'blocked', code: 'SourceMissing' }
    expect(await unknown.run()).toMatchObject(missing)

    for (const region of ['east', 'west'] as const) {
      for (const name of ['a', 'b']) await ground.arm[region].delete(`streamingLocators/${asset}-${name}`)
      await ground.arm[region].delete(`assets/${asset}`)
    }
    // For its grace period.
    expect(await passes.run()).toMatchObject(missing)
  })

  it('P7: what the same change made equal on both sides is no conflict', async () => {
    await ground.arm.west.delete(`streamingLocators/${asset}-a`)
    await ground.arm.east.delete(`streamingLocators/${asset}-a`)
    back()
    expect(await passes.run()).toEqual(inSync)
  })

  it('a unit that has been in sync since is made good as ever', async () => {
    await ground.arm.west.delete(`streamingLocators/${asset}-a`)
    back()
    passes.inSyncAt = 3000
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`streamingLocators/${asset}-a`)).toBeDefined()
  })
})

describe('keeping the target', () => {
  /** Both routes, each with what its row knows. */
  const moved = async () => {
    const opposite = new Passes(ground, asset)
    opposite.pair = ground.eitherWay('west>east')
    const unit = { route: 'east>west', kind: 'asset', name: asset } as const
    const { here, there } = await moveHome(passes.pair, unit, passes.facts)
    passes.facts = { ...passes.facts, ...here }
    opposite.facts = { ...opposite.facts, ...there }
    return opposite
  }

  it('P10: makes the former source a twin of it, withdrawals included, and neither route goes round in circles', async () => {
    await ground.arm.west.delete(`streamingLocators/${asset}-a`)
    await ground.putBlob('west', asset, 'a.mp4', 'encoded in B')
    back()
    expect(await passes.run()).toMatchObject({ code: 'TargetChanged' })
    const opposite = await moved()
    expect(await passes.run()).toEqual(inSync)

    expect(await opposite.run({ adopt: true })).toEqual(inSync)
    expect(await ground.blobs('east', asset)).toEqual({ 'a.mp4': 'encoded in B' })
    expect(await inA(`streamingLocators/${asset}-a`)).toBeUndefined()
    expect(await inA(`streamingLocators/${asset}-b`)).toBeDefined()

    ground.simulator.counters.reset()
    expect([await passes.run(), await opposite.run()]).toEqual([inSync, inSync])
    expect([...ground.writes('east'), ...ground.writes('west')]).toEqual([])
    // The marks tell the same when both rows are lost.
    passes.facts = {}
    opposite.facts = {}
    expect([await passes.run(), await opposite.run()]).toEqual([inSync, inSync])
    expect([...ground.writes('east'), ...ground.writes('west')]).toEqual([])

    await ground.putBlob('west', asset, 'a.mp4', 'encoded again')
    expect(await opposite.run()).toEqual(inSync)
    expect(await ground.blobs('east', asset)).toEqual({ 'a.mp4': 'encoded again' })
  })

  it('P1: a title that is born in the source under the name, after the target has lost its own, is replicated from there', async () => {
    const opposite = await moved()
    expect(await opposite.run({ adopt: true })).toEqual(inSync)
    // It goes from its home: what the opposite route had made of it in the source does not bring it back.
    for (const name of ['a', 'b']) await ground.arm.west.delete(`streamingLocators/${asset}-${name}`)
    await ground.arm.west.delete(`assets/${asset}`)
    expect(await passes.run()).toEqual(inSync)
    expect(await opposite.run()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    expect(await inB(`assets/${asset}`)).toBeUndefined()

    await ground.arm.east.delete(`assets/${asset}`)
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.put(`assets/${asset}`, { container: `again-${asset}` })
    await ground.putBlob('east', `again-${asset}`, 'a.mp4', 'another film')
    await publish(`${asset}-a`)
    // A run that dies right after the first write in B goes on all the same.
    const survey = await passes.survey()
    await passes.goOn({ ...survey, locators: [] })
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', `again-${asset}`)).toEqual({ 'a.mp4': 'another film' })
    expect(await inB(`streamingLocators/${asset}-a`)).toBeDefined()

    ground.simulator.counters.reset()
    expect(await passes.run()).toEqual(inSync)
    expect(await opposite.run()).toEqual(inSync)
    expect([...ground.writes('east'), ...ground.writes('west')]).toEqual([])
    expect(await inA(`streamingLocators/${asset}-a`)).toBeDefined()
  })

  it('P10: what the decision left in the source is no new title when the target loses its own before it was taken over', async () => {
    await moved()
    for (const name of ['a', 'b']) await ground.arm.west.delete(`streamingLocators/${asset}-${name}`)
    await ground.arm.west.delete(`assets/${asset}`)
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`assets/${asset}`)).toBeUndefined()
  })

  it('P5: a twin is never replicated back', async () => {
    const opposite = new Passes(ground, asset)
    opposite.pair = ground.eitherWay('west>east')
    await ground.putBlob('west', asset, 'a.mp4', 'meddled with')
    ground.simulator.counters.reset()
    expect(await opposite.run({ adopt: true })).toEqual(inSync)
    expect(ground.writes('east')).toEqual([])
    expect(await ground.blobs('east', asset)).toEqual({ 'a.mp4': 'a' })
  })
})

describe('policies', () => {
  let facts: Facts
  const kinds = [
    [
      'contentKeyPolicy',
      'contentKeyPolicies',
      { ...openPolicy(), description: 'A' },
      { ...openPolicy(), description: 'B' },
    ],
    ['accountFilter', 'accountFilters', { firstQuality: { bitrate: 1 } }, { firstQuality: { bitrate: 2 } }],
  ] as const
  const sync = async (kind: (typeof kinds)[number][0], name: string, guarded: boolean, mayWrite = true) => {
    const input = { facts, permissions: {}, guarded, ...(mayWrite ? { mayWrite: async () => {} } : {}) }
    try {
      const { outcome, facts: left } = await syncPolicy(passes.pair, { route: 'east>west', kind, name }, input)
      facts = { ...facts, ...left }
      return outcome
    } catch (error) {
      if (error instanceof Stop) return error.outcome
      throw error
    }
  }

  it.each(kinds)('P10: %s that was changed or deleted in the target waits for a decision', async (kind, path, a, b) => {
    const name = `kept-${number}`
    facts = {}
    await ground.arm.east.put(`${path}/${name}`, a as JsonObject)
    expect(await sync(kind, name, false)).toEqual(inSync)
    await editLater(ground.arm.west, `${path}/${name}`, b as JsonObject)
    const before = await inB(`${path}/${name}`)
    expect(await sync(kind, name, true)).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(await sync(kind, name, true, false)).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(await inB(`${path}/${name}`)).toEqual(before)

    await ground.arm.west.delete(`${path}/${name}`)
    expect(await sync(kind, name, true)).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(await inB(`${path}/${name}`)).toBeUndefined()

    expect(await sync(kind, name, false)).toEqual(inSync)
    expect(await inB(`${path}/${name}`)).toBeDefined()
  })

  it.each(kinds)('P3: %s that changed in the source alone goes on by itself', async (kind, path, a, b) => {
    const name = `edited-${number}`
    facts = {}
    await ground.arm.east.put(`${path}/${name}`, a as JsonObject)
    expect(await sync(kind, name, false)).toEqual(inSync)
    await ground.arm.east.put(`${path}/${name}`, b as JsonObject)
    expect(await sync(kind, name, true)).toEqual(inSync)
  })
})

function openPolicy(): JsonObject {
  return {
    options: [
      {
        configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
        restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
      },
    ],
  }
}
