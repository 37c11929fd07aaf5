/** A step may run twice at once: what is in the target by now is not what this execution has seen. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { freely, Passes, passesWithDeletes } from '../../support/passes.ts'
import { PolicyPasses } from '../../support/policy-passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

type Region = 'east' | 'west'
let name: string
let locator: string
let number = 0
const publish = (region: Region, asset: string, more: object = {}) =>
  ground.arm[region].put(locator, { assetName: asset, streamingPolicyName: 'Predefined_ClearStreamingOnly', ...more })
const republish = async (region: Region, more: object = {}) => {
  await ground.arm[region].delete(locator)
  return publish(region, name, more)
}
const title = async (asset: string): Promise<Passes> => {
  await ground.arm.east.put(`assets/${asset}`, { container: asset })
  await ground.putBlob('east', asset, 'a.mp4', 'a')
  return new Passes(ground, asset)
}

/** What a pass of A sees, while another execution acts as soon as B has been asked for the locator so many times. */
const beside = (pair: Pair, asked: number, act: () => Promise<unknown>) => {
  const deleted: string[] = []
  let asks = 0
  const target: Pair['target'] = {
    ...pair.target,
    locator: async one => {
      if (asks++ === asked) await act()
      return pair.target.locator(one)
    },
    deleteLocator: one => {
      deleted.push(one)
      return pair.target.deleteLocator(one)
    },
  }
  return { pair: { ...pair, target }, deleted }
}

let passes: Passes
beforeEach(async () => {
  number += 1
  name = `meanwhile-${number}`
  locator = `streamingLocators/${name}`
  passes = await title(name)
  await publish('east', name)
  expect(await passes.run()).toEqual({ outcome: 'inSync' })
})

describe('P10: a locator that has just been made in place of the old one', () => {
  it('is not taken off once more', async () => {
    const made = await republish('east')
    const { streamingLocatorId } = made.properties
    const seen = beside(passes.pair, 2, () => republish('west', { streamingLocatorId }))
    passes.pair = seen.pair
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(seen.deleted).toEqual([])
    expect((await ground.arm.west.get(locator))?.properties).toMatchObject({ streamingLocatorId })
  })

  it('is looked at again where it is another one than that of the source', async () => {
    await republish('east')
    const seen = beside(passes.pair, 2, () => republish('west'))
    passes.pair = seen.pair
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    expect(seen.deleted).toEqual([])
  })
})

it('P3: a locator that another execution has deleted, which died then, is made', async () => {
  const { streamingLocatorId } = (await republish('east')).properties
  const seen = beside(passes.pair, 2, () => ground.arm.west.delete(locator))
  passes.pair = seen.pair
  expect(await passes.run()).toEqual({ outcome: 'inSync' })
  expect((await ground.arm.west.get(locator))?.properties).toMatchObject({ streamingLocatorId })
})

it('P3: a locator that an old answer does not show is looked at again, and replaced then', async () => {
  const { streamingLocatorId } = (await republish('east')).properties
  const { pair } = passes
  let asks = 0
  const target = {
    ...pair.target,
    locator: async (one: string) => (asks++ === 2 ? undefined : pair.target.locator(one)),
  }
  passes.pair = { ...pair, target }
  expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
  passes.pair = pair
  expect(await passes.run()).toEqual({ outcome: 'inSync' })
  expect((await ground.arm.west.get(locator))?.properties).toMatchObject({ streamingLocatorId })
})

describe('P10: a locator that is to be withdrawn', () => {
  it('stays where its name has been given to another title meanwhile', async () => {
    const other = await title(`${name}-other`)
    expect(await other.run()).toEqual({ outcome: 'inSync' })
    await ground.arm.east.delete(locator)
    const seen = beside(passes.pair, 2, async () => {
      await ground.arm.west.delete(locator)
      await publish('west', `${name}-other`)
    })
    passes.pair = seen.pair
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(seen.deleted).toEqual([])
    expect(passes.facts.locators).toEqual([])
  })

  it('goes a pass later where another execution has made it again under the same id', async () => {
    const { pair } = passes
    const { streamingLocatorId } = (await ground.arm.west.get(locator))?.properties ?? {}
    await ground.arm.east.delete(locator)
    const seen = beside(pair, 2, () => republish('west', { streamingLocatorId }))
    passes.pair = seen.pair
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    expect(seen.deleted).toEqual([])
    passes.pair = pair
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await ground.arm.west.get(locator)).toBeUndefined()
  })

  const withOldAnswer = (of: Passes, old: Awaited<ReturnType<Pair['target']['locator']>>, asked: number) => {
    const { pair } = of
    let asks = 0
    const target = {
      ...pair.target,
      locator: async (one: string) => (asks++ === asked ? old : pair.target.locator(one)),
    }
    of.pair = { ...pair, target }
  }

  it('goes though the second answer is of its time at another title', async () => {
    const old = await passes.pair.target.locator(name)
    const other = await title(`${name}-other`)
    await ground.arm.east.delete(locator)
    await publish('east', `${name}-other`)
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await other.run()).toEqual({ outcome: 'inSync' })
    await ground.arm.east.delete(locator)
    withOldAnswer(other, old, 2)
    expect(await other.run()).toEqual({ outcome: 'inSync' })
    expect(await ground.arm.west.get(locator)).toBeUndefined()
  })

  it('goes in the end though both answers are old, and of two titles', async () => {
    const other = await title(`${name}-other`)
    const { pair } = passes
    const { streamingLocatorId } = (await ground.arm.west.get(locator))?.properties ?? {}
    const old = [await pair.target.locator(name)]
    for (const asset of [`${name}-other`, name]) {
      await ground.arm.east.delete(locator)
      await publish('east', asset, { streamingLocatorId })
      for (const title of [passes, other]) await title.run()
      for (const title of [passes, other]) await title.run()
      old.push(await pair.target.locator(name))
    }
    const [first, second, last] = old
    await ground.arm.east.delete(locator)
    const answers = [last, first, second]
    const locatorOf = async (one: string) => answers.shift() ?? pair.target.locator(one)
    passes.pair = { ...pair, target: { ...pair.target, locator: locatorOf } }
    await passes.run()
    passes.pair = pair
    await passes.run()
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await ground.arm.west.get(locator)).toBeUndefined()
  })

  it('goes though the second answer is of the one before it', async () => {
    const old = await passes.pair.target.locator(name)
    await republish('east')
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    await ground.arm.east.delete(locator)
    withOldAnswer(passes, old, 2)
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await ground.arm.west.get(locator)).toBeUndefined()
  })
})

it('P10: a title that was made again while another execution was about to delete its twin stays', async () => {
  let now = Date.now()
  const first = await passesWithDeletes(ground, `${name}-title`, () => now)
  expect(await first.run()).toEqual({ outcome: 'inSync' })
  await ground.arm.east.delete(`assets/${name}-title`)
  await first.run()
  now += first.pair.timing.deleteGrace + 1000
  const second = new Passes(ground, `${name}-title`)
  second.facts = first.facts
  let isBack = false
  const allow = async () => {
    if (isBack) return
    expect(await first.run()).toEqual({ outcome: 'inSync' })
    await ground.arm.east.put(`assets/${name}-title`, { container: `${name}-again` })
    await ground.putBlob('east', `${name}-again`, 'b.mp4', 'b')
    expect(await first.run()).toEqual({ outcome: 'inSync' })
    isBack = true
  }
  second.rules = { ...freely, deletes: { allow } }
  const { pair } = first
  // What A says to it is old.
  second.pair = {
    ...pair,
    source: { ...pair.source, asset: async one => (isBack ? undefined : pair.source.asset(one)) },
  }
  expect(await second.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
  expect(await ground.arm.west.get(`assets/${name}-title`)).toBeDefined()
})

describe('P10: a streaming policy that another execution has just replaced', () => {
  const body = (hls: boolean) => ({
    noEncryption: { enabledProtocols: { dash: true, download: false, hls, smoothStreaming: false } },
  })
  let path: string
  let one: PolicyPasses
  let two: PolicyPasses
  beforeEach(async () => {
    path = `streamingPolicies/${name}`
    await ground.arm.east.put(path, body(true))
    one = new PolicyPasses(ground.pair(), 'streamingPolicy', name)
    expect(await one.run()).toEqual({ outcome: 'inSync' })
    two = new PolicyPasses(ground.pair(), 'streamingPolicy', name)
    two.facts = one.facts
  })
  const edit = async () => {
    await ground.arm.east.delete(path)
    await ground.arm.east.put(path, body(false))
  }

  it('is not replaced once more', async () => {
    await edit()
    const { pair } = two
    let asks = 0
    const deleted: string[] = []
    const target: Pair['target'] = {
      ...pair.target,
      streamingPolicy: async policy => {
        if (asks++ === 1) expect(await one.run()).toEqual({ outcome: 'inSync' })
        return pair.target.streamingPolicy(policy)
      },
      deleteStreamingPolicy: async policy => void deleted.push(policy),
    }
    two.pair = { ...pair, target }
    await two.run()
    expect(deleted).toEqual([])
    expect((await ground.arm.west.get(path))?.properties).toMatchObject(body(false))
  })

  it('is replaced though an old list does not show that a user of it has just been made again', async () => {
    await ground.arm.east.delete(locator)
    await publish('east', name, { streamingPolicyName: name })
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    const { pair } = one
    const old = await pair.target.locators()
    const { streamingLocatorId } = (await ground.arm.east.get(locator))?.properties ?? {}
    await ground.arm.east.delete(locator)
    const more = { streamingPolicyName: name, streamingLocatorId, endTime: '2077-01-01T00:00:00Z' }
    await publish('east', name, more)
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    await ground.arm.east.delete(locator)
    await edit()
    one.release = { foreign: async () => [], lookAgain: async () => {} }
    one.pair = { ...pair, target: { ...pair.target, locators: async () => old } }
    expect(await one.run({ replaceInUse: true })).toEqual({ outcome: 'inSync' })
  })

  it('keeps the locators that were made again on it', async () => {
    await ground.arm.east.delete(locator)
    await publish('east', name, { streamingPolicyName: name })
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    await ground.arm.east.delete(locator)
    await edit()
    await publish('east', name, { streamingPolicyName: name })
    const release = { foreign: async () => [], lookAgain: async () => {} }
    one.release = release
    let isFirst = true
    const lookAgain = async () => {
      if (!isFirst) return
      isFirst = false
      expect(await one.run({ replaceInUse: true })).toEqual({ outcome: 'inSync' })
      expect(await passes.run()).toEqual({ outcome: 'inSync' })
    }
    two.release = { ...release, lookAgain }
    await two.run({ replaceInUse: true })
    expect(await ground.arm.west.get(locator)).toBeDefined()
  })
})
