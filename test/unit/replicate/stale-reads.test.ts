/** Answers of the target that are older than what we wrote to it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

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
