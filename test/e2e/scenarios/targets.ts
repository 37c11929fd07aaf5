import { expect } from 'vitest'
import { compareAccounts } from '../../../local/compare/compare.ts'
import type { RegionKey } from '../../../local/stack/regions.ts'
import { eventually } from '../support.ts'
import { rewriteUrls, type Scenario, type Scene } from './scene.ts'

/** Milliseconds until a number of new titles are published in a region. */
const publishing = async (scene: Scene, part: string, region: RegionKey): Promise<number> => {
  const titles = await Promise.all(Array.from({ length: 2 }, (_, number) => scene.asset(`${part}-${number}`)))
  const locators = await Promise.all(titles.map(title => scene.locator(`${title}-play`, title)))
  const began = performance.now()
  for (const title of titles) await scene.finished(title)
  for (const locator of locators)
    await eventually(
      `${locator} is in ${region}`,
      () => scene.stack.accounts[region].arm.get(`streamingLocators/${locator}`),
      60_000,
    )
  return performance.now() - began
}

const differences = async (scene: Scene, region: RegionKey): Promise<readonly string[]> => {
  const [a, b] = [scene.a, scene.stack.accounts[region].arm]
  return (await compareAccounts(a, b, { prefix: scene.name(''), rewriteUrls })).differences
}

/** One source and three targets. */
export const targets: readonly Scenario[] = [
  {
    name: 'of three targets one is down and one throttled: the third is not slower for it, and all are equal in the end',
    async play(scene) {
      const { simulator } = scene.stack
      const alone = await publishing(scene, 'alone', 'west')
      simulator.outage('south')
      simulator.fault({ account: 'north', plane: 'control', kind: '429', retryAfter: 1 })
      const beside = await publishing(scene, 'beside', 'west')
      simulator.clearFaults()
      // Their trouble was real: nothing has come through to them yet.
      for (const region of ['north', 'south'] as const)
        expect((await differences(scene, region)).length, region).toBeGreaterThan(0)
      // Either runs beside whatever else this machine does.
      expect(beside).toBeLessThan(3 * alone + 1000)
      for (const region of ['north', 'south'] as const)
        await eventually(`${region} equals A`, async () => (await differences(scene, region)).length === 0, 90_000)
    },
  },
]
