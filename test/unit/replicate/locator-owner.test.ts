/** Whose a locator of the target is, when somebody else has made one under the name of ours. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import type { Outcome } from '../../../src/lib/model.ts'
import { withdrawNow } from '../../../src/lib/replicate/withdraw-now.ts'
import { Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

const inSync: Outcome = { outcome: 'inSync' }
let number = 0
let asset: string
let name: string
let passes: Passes
beforeEach(async () => {
  number += 1
  asset = `title-${number}`
  name = `${asset}-x`
  passes = new Passes(ground, asset)
  await ground.arm.east.put(`assets/${asset}`, { container: asset })
  await ground.putBlob('east', asset, 'a.mp4', 'a')
  await publish('east')
})

const publish = (region: 'east' | 'west', more: JsonObject = {}) =>
  ground.arm[region].put(`streamingLocators/${name}`, {
    assetName: asset,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
    ...more,
  })
const unpublish = (region: 'east' | 'west') => ground.arm[region].delete(`streamingLocators/${name}`)
/** Somebody in B takes our locator off and makes one of their own. */
const madeAnew = async () => {
  await unpublish('west')
  await publish('west', { alternativeMediaId: 'theirs' })
}
const inB = () => ground.arm.west.get(`streamingLocators/${name}`)
const isTheirs = async () => (await inB())?.properties.alternativeMediaId === 'theirs'
/** Somebody in B removes our twin and makes an asset of their own, with a locator. */
const twinMadeAnew = async () => {
  await unpublish('west')
  await ground.arm.west.delete(`assets/${asset}`)
  await ground.arm.west.put(`assets/${asset}`, { container: `own-${asset}` })
  await publish('west', { alternativeMediaId: 'theirs' })
}
const withdrawByHand = async (facts: Facts) => {
  const row = { facts, permissions: {} } as UnitRow
  const [done] = await withdrawNow(passes.pair, { read: async () => row }, [name])
  return done?.result
}

describe('P5: what somebody made anew under the name of our locator stays', () => {
  it('when the source drops its own', async () => {
    expect(await passes.run()).toEqual(inSync)
    await madeAnew()
    await unpublish('east')
    expect(await passes.run()).toEqual(inSync)
    expect(await isTheirs()).toBe(true)
    expect(passes.facts.locators).toEqual([])
  })

  it('when the source drops its asset after a pass that died while it wrote to a twin that is no more', async () => {
    expect(await passes.run()).toEqual(inSync)
    passes.facts = { ...passes.facts, twin: '' }
    await twinMadeAnew()
    await unpublish('east')
    await ground.arm.east.delete(`assets/${asset}`)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    expect(await isTheirs()).toBe(true)
  })

  it('when an operator withdraws the name', async () => {
    expect(await passes.run()).toEqual(inSync)
    await madeAnew()
    expect(await withdrawByHand(passes.facts)).toBe('notOurs')
    await twinMadeAnew()
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetNotOurs' })
    expect(await withdrawByHand(passes.facts)).toBe('notOurs')
    expect(await isTheirs()).toBe(true)
  })
})

describe('P10: ours is withdrawn by hand', () => {
  it.each<[string, (known: Facts) => Facts]>([
    ['as the row knows it', known => known],
    ['though the row was lost', () => ({})],
    ['by the mark, where the row knows no times', ({ twinLocators: _, ...known }) => known],
  ])('%s', async (_how, facts) => {
    expect(await passes.run()).toEqual(inSync)
    expect(await withdrawByHand(facts(passes.facts))).toBe('withdrawn')
    expect(await inB()).toBeUndefined()
  })
})
