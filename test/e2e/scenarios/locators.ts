import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import { eventually, writesTo } from '../support.ts'
import type { Scenario, Scene } from './scene.ts'
import { clearKey, keyPolicy, open, random, token } from './shapes.ts'

const keyed = async (scene: Scene): Promise<string> => {
  const policy = scene.name('keys')
  await scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ open: [clearKey, open] }))
  return policy
}

const encrypted = (policy: string, more: JsonObject = {}): JsonObject => ({
  streamingPolicyName: 'Predefined_ClearKey',
  defaultContentKeyPolicyName: policy,
  ...more,
})

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

/** Of what went wrong in other tools (what users and their code tripped over). */
export const traps: readonly Scenario[] = [
  {
    name: 'a locator that already exists with another asset of another owner is left alone and named',
    async play(scene) {
      const asset = await scene.asset()
      const theirs = scene.name('theirs')
      await scene.b.put(`assets/${theirs}`, {})
      await scene.locator('taken', theirs, {}, 'west')
      await scene.locator('taken', asset)
      await scene.ends(asset, 'LocatorChanged')
    },
    differs: [/^locator \S+taken: /],
  },
  {
    name: 'a locator id that another locator has is named',
    async play(scene) {
      const asset = await scene.asset()
      const streamingLocatorId = randomUUID()
      await scene.b.put(`assets/${scene.name('theirs')}`, {})
      await scene.locator('holder', scene.name('theirs'), { streamingLocatorId }, 'west')
      await scene.locator('wanted', asset, { streamingLocatorId })
      await scene.ends(asset, 'LocatorIdTaken')
    },
    differs: [/^locator \S+wanted is missing/],
  },
  {
    name: 'a key id that is taken in the region is named',
    async play(scene) {
      const policy = await keyed(scene)
      const asset = await scene.asset()
      const contentKeys = [{ id: randomUUID(), labelReferenceInStreamingPolicy: 'clearKeyDefault', value: random(16) }]
      await scene.b.put(`assets/${scene.name('theirs')}`, {})
      await scene.b.put(`contentKeyPolicies/${scene.name('own')}`, keyPolicy({ open: [clearKey, open] }))
      await scene.locator('holder', scene.name('theirs'), encrypted(scene.name('own'), { contentKeys }), 'west')
      await scene.locator('wanted', asset, encrypted(policy, { contentKeys }))
      await scene.ends(asset, 'KeyIdTaken')
    },
    differs: [/^locator \S+wanted is missing/],
  },
  {
    name: 'a half-copied blob of the same name is copied again',
    async play(scene) {
      const asset = await scene.asset()
      await scene.synced(asset)
      await scene.file('west', asset, 'film.mp4', 'half')
      await scene.look('asset', asset)
    },
  },
  {
    name: 'an asset PUT without container is read again, and a container that is taken gets another name',
    async play(scene) {
      const asset = scene.name('film')
      await scene.a.put(`assets/${asset}`, { description: 'the service names the container' })
      await scene.file('east', asset, 'film.mp4', 'picture')
      const container = String((await scene.a.get(`assets/${asset}`))?.properties.container)
      await scene.b.put(`assets/${scene.name('theirs')}`, { container })
      await scene.locator('play', asset)
      await scene.synced(asset)
      expect((await scene.b.get(`assets/${asset}`))?.properties.container).not.toBe(container)
    },
  },
  {
    name: 'a policy that B lost is made again, and the locator after it',
    async play(scene) {
      const policy = await keyed(scene)
      await scene.look('contentKeyPolicy', policy)
      await scene.b.delete(`contentKeyPolicies/${policy}`)
      const asset = await scene.asset()
      await scene.locator('late', asset, encrypted(policy))
      await scene.synced(asset)
      await scene.look('contentKeyPolicy', policy)
    },
  },
  {
    name: 'a policy of ours that somebody changed in B is put right, secrets included',
    async play(scene) {
      const policy = scene.name('secrets')
      await scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [clearKey, token()] }))
      await scene.look('contentKeyPolicy', policy)
      await scene.b.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [clearKey, token()] }))
      await scene.look('contentKeyPolicy', policy)
    },
  },
]
