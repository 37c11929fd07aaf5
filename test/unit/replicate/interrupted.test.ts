/** A pass that is cut short at every call to the target in turn, and what the next ones make of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareAccounts } from '../../../local/compare/compare.ts'
import { losingReply } from '../../support/losing-reply.ts'
import { Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

const publishInA = async (asset: string) => {
  const arm = ground.arm.east
  await arm.put(`assets/${asset}`, { container: asset })
  await ground.putBlob('east', asset, 'a.mp4', 'picture')
  for (const [name, bitrate] of [
    ['f1', 1000],
    ['f2', 2000],
  ] as const)
    await arm.put(`assets/${asset}/assetFilters/${name}`, { firstQuality: { bitrate } })
  for (const name of ['x', 'y'])
    await arm.put(`streamingLocators/${asset}-${name}`, {
      assetName: asset,
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
    })
}

describe('P3, P10: whatever call is lost, later changes and withdrawals in A still arrive', () => {
  it.each(Array.from({ length: 16 }, (_, index) => index + 1))('call %i', async failing => {
    const asset = `cut-${failing}`
    await publishInA(asset)
    const passes = new Passes(ground, asset)
    const whole = passes.pair
    const losing = losingReply(whole, failing)
    passes.pair = losing.pair
    await passes.run()
    expect(losing.calls()).toBeGreaterThan(0)
    passes.pair = whole
    expect(await passes.run()).toEqual({ outcome: 'inSync' })

    await ground.arm.east.put(`assets/${asset}/assetFilters/f1`, { firstQuality: { bitrate: 3000 } })
    await ground.arm.east.delete(`assets/${asset}/assetFilters/f2`)
    // The second one: the first is on the row by then.
    await ground.arm.east.delete(`streamingLocators/${asset}-y`)
    await passes.run()
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await ground.arm.west.get(`streamingLocators/${asset}-y`)).toBeUndefined()
    expect(await ground.arm.west.get(`streamingLocators/${asset}-x`)).toBeDefined()
    expect(await ground.arm.west.get(`assets/${asset}/assetFilters/f2`)).toBeUndefined()
    expect((await ground.arm.west.get(`assets/${asset}/assetFilters/f1`))?.properties.firstQuality).toEqual({
      bitrate: 3000,
    })
  })

  it('leaves both accounts equal', async () => {
    expect((await compareAccounts(ground.arm.east, ground.arm.west)).differences).toEqual([])
  })
})

describe('P5: an equal locator that somebody else made on our twin', () => {
  it('is not claimed, and stays when the source drops its own', async () => {
    await publishInA('shared')
    const passes = new Passes(ground, 'shared')
    await passes.run()
    const { arm } = ground
    const theirs = await arm.east.put('streamingLocators/shared-lx', {
      assetName: 'shared',
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
    })
    await arm.west.put('streamingLocators/shared-lx', {
      assetName: 'shared',
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
      streamingLocatorId: String(theirs.properties.streamingLocatorId),
    })
    await ground.putBlob('east', 'shared', 'b.mp4', 'more')
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    await arm.east.delete('streamingLocators/shared-lx')
    expect(await passes.run()).toEqual({ outcome: 'inSync' })
    expect(await arm.west.get('streamingLocators/shared-lx')).toBeDefined()
  })
})
