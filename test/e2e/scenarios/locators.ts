import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { eventually, keysOf, writesTo } from '../support.ts'
import type { Scenario } from './scene.ts'
import { clearKey, keyPolicy, open, random } from './shapes.ts'
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
  {
    name: 'one made again with other key values for the same ids is replaced',
    async play(scene) {
      const policy = await keyed(scene)
      const asset = await scene.asset()
      const key = { id: randomUUID(), labelReferenceInStreamingPolicy: 'clearKeyDefault' }
      const streamingLocatorId = randomUUID()
      const body = () => encrypted(policy, { streamingLocatorId, contentKeys: [{ ...key, value: random(16) }] })
      const locator = await scene.locator('again', asset, body())
      await scene.synced(asset)
      await scene.a.delete(`streamingLocators/${locator}`)
      await scene.locator('again', asset, body())
      expect(await scene.compare()).toHaveLength(1)
      await scene.look('asset', asset)
    },
  },
  {
    name: 'one that differs and cannot be made: the old one is there again, and the new one once it can and somebody asks',
    async play(scene) {
      const policy = await keyed(scene)
      const [asset, theirs] = [await scene.asset(), scene.name('theirs')]
      const ofId = (id: string) => [{ id, labelReferenceInStreamingPolicy: 'clearKeyDefault', value: random(16) }]
      const taken = randomUUID()
      await scene.b.put(`assets/${theirs}`, {})
      await scene.b.put(`contentKeyPolicies/${scene.name('own')}`, keyPolicy({ open: [clearKey, open] }))
      const holder = encrypted(scene.name('own'), { contentKeys: ofId(taken) })
      await scene.locator('holder', theirs, holder, 'west')
      const locator = await scene.locator('again', asset, encrypted(policy, { contentKeys: ofId(randomUUID()) }))
      await scene.synced(asset)
      const old = await keysOf(scene.stack, 'west', locator)
      await scene.a.delete(`streamingLocators/${locator}`)
      await scene.locator('again', asset, encrypted(policy, { contentKeys: ofId(taken) }))
      await scene.ends(asset, 'KeyIdTaken')
      expect(await keysOf(scene.stack, 'west', locator)).toEqual(old)
      // Another look does not take it from its players again.
      scene.stack.simulator.resetCounters()
      await scene.look('asset', asset, { code: 'KeyIdTaken' })
      expect(writesTo(scene.stack, 'west')).toEqual([])
      await scene.b.delete(`streamingLocators/${scene.name('holder')}`)
      await scene.look('asset', asset, { adopt: true })
    },
  },
]
