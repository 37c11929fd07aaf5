import { expect } from 'vitest'
import { eventually, unit } from '../support.ts'
import type { Scenario } from './scene.ts'

/** At this pace the grace period of seven days lasts as many seconds. */
export const sevenSeconds = 7 / (7 * 24 * 60 * 60)

/** Of a route that deletes titles, too. */
export const deletes: readonly Scenario[] = [
  {
    name: 'a title deleted in A is kept for the grace period, and then goes with its files',
    async play(scene) {
      const [asset, kept] = [await scene.asset(), await scene.asset('kept')]
      const locator = await scene.locator('play', asset)
      for (const name of [asset, kept]) await scene.synced(name)
      await scene.a.delete(`assets/${asset}`)
      const deleted = Date.now()
      await scene.look('asset', asset, { code: 'DeletePending' })
      expect(await scene.b.get(`streamingLocators/${locator}`)).toBeUndefined()
      expect(await scene.b.get(`assets/${asset}`)).toBeDefined()
      await scene.gone('west', `assets/${asset}`)
      expect(Date.now() - deleted).toBeGreaterThanOrEqual(6900)
      expect(await scene.b.get(`assets/${kept}`)).toBeDefined()
      // Nobody has anything to decide: its unit is in sync, or forgotten by now.
      await eventually(
        'it is at rest',
        async () => ((await unit(scene.stack, asset))?.outcome ?? 'inSync') === 'inSync',
      )
    },
  },
  {
    name: 'a title that comes back within the grace period stays',
    async play(scene) {
      const asset = await scene.asset()
      await scene.synced(asset)
      await scene.a.delete(`assets/${asset}`)
      await scene.look('asset', asset, { code: 'DeletePending' })
      await scene.asset()
      await scene.synced(asset)
      const { facts } = await scene.look('asset', asset)
      expect(facts).not.toHaveProperty('goneSince')
    },
  },
]
