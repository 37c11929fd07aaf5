import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { eventually, writesTo } from '../support.ts'
import type { Scenario } from './scene.ts'
import { random } from './shapes.ts'
import { encrypted, keyed } from './titles.ts'

/** Contract section 6.8. */
export const locators: readonly Scenario[] = [
  {
    name: 'several on an asset: start and end, alternative media id, filters, custom names, download only, own keys each',
    async play(scene) {
      const policy = await keyed(scene)
      const asset = await scene.asset()
      await scene.a.put(`accountFilters/${scene.name('wide')}`, { firstQuality: { bitrate: 1 } })
      await scene.a.put(`assets/${asset}/assetFilters/short`, { firstQuality: { bitrate: 2 } })
      await scene.locator('Window_1 a', asset, {
        startTime: '2024-02-29T10:00:00.1234567Z',
        endTime: '2099-12-31T23:59:59.9999999Z',
        alternativeMediaId: 'media/7 & more',
        filters: [scene.name('wide'), 'short'],
      })
      await scene.locator('download', asset, { streamingPolicyName: 'Predefined_DownloadOnly' })
      await scene.locator('future', asset, { startTime: '2090-01-01T00:00:00Z' })
      for (const part of ['one', 'two']) await scene.locator(part, asset, encrypted(policy))
      await scene.locator('drm', asset, encrypted(policy, { streamingPolicyName: 'Predefined_MultiDrmStreaming' }))
      await scene.synced(asset)
      scene.stack.simulator.resetCounters()
      await scene.look('asset', asset)
      expect(writesTo(scene.stack, 'west')).toEqual([])
    },
  },
  {
    name: 'one that has expired in A is not made in B',
    async play(scene) {
      const asset = await scene.asset()
      const old = await scene.locator('old', asset, { endTime: '2020-01-01T00:00:00Z' })
      await scene.locator('new', asset)
      await scene.synced(asset)
      expect(await scene.b.get(`streamingLocators/${old}`)).toBeUndefined()
    },
  },
  {
    name: 'one made again with other times and the same id and keys is replaced',
    async play(scene) {
      const policy = await keyed(scene)
      const asset = await scene.asset()
      const id = randomUUID()
      const contentKeys = [{ id: randomUUID(), labelReferenceInStreamingPolicy: 'clearKeyDefault', value: random(16) }]
      const body = encrypted(policy, { streamingLocatorId: id, contentKeys })
      const locator = await scene.locator('again', asset, body)
      await scene.synced(asset)
      await scene.a.delete(`streamingLocators/${locator}`)
      await scene.locator('again', asset, { ...body, endTime: '2090-01-01T00:00:00Z' })
      await scene.look('asset', asset)
    },
  },
  {
    name: 'one moved to another asset with the same name and id, of which only the new asset is told',
    async play(scene) {
      const [asset, other] = [await scene.asset(), await scene.asset('other')]
      const streamingLocatorId = randomUUID()
      const locator = await scene.locator('moved', asset, { streamingLocatorId })
      await scene.synced(asset)
      await scene.a.delete(`streamingLocators/${locator}`)
      await scene.locator('moved', other, { streamingLocatorId })
      await scene.announce(locator, other)
      await scene.finished(other)
      await eventually('the locator is moved in B', async () => {
        const twin = await scene.b.get(`streamingLocators/${locator}`)
        return twin?.properties.assetName === other
      })
      await scene.look('asset', other)
    },
  },
]
