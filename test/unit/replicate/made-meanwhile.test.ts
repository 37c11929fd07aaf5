/** A step may run twice at once: what is in the target by now is not what this execution has seen. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { withdrawLocators } from '../../../src/lib/replicate/withdraw.ts'
import { freely, Passes } from '../../support/passes.ts'
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

describe('P10: a locator that is to be withdrawn', () => {
  const withdraw = async (act: () => Promise<unknown>) => {
    await ground.arm.east.delete(locator)
    const basis = { facts: passes.facts, permissions: {} }
    const { pair, deleted } = beside(passes.pair, 1, act)
    const facts = await withdrawLocators(pair, name, [name], basis, freely.deletes, new Set())
    return { deleted, facts }
  }

  it('stays where its name has been given to another title meanwhile', async () => {
    const other = await title(`${name}-other`)
    expect(await other.run()).toEqual({ outcome: 'inSync' })
    const { deleted, facts } = await withdraw(async () => {
      await ground.arm.west.delete(locator)
      await publish('west', `${name}-other`)
    })
    expect(deleted).toEqual([])
    expect(facts.locators).toEqual([])
  })

  it('is not forgotten where it was made again meanwhile', async () => {
    const { deleted, facts } = await withdraw(() => republish('west'))
    expect(deleted).toEqual([])
    expect(facts.locators).toEqual([name])
  })
})
