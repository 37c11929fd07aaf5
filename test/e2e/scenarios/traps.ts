import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Scenario } from './scene.ts'
import { clearKey, keyPolicy, open, random, token } from './shapes.ts'
import { encrypted, keyed } from './titles.ts'

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
  {
    name: 'a twin that somebody deleted in B is made again, with its files, filters and locators',
    async play(scene) {
      const asset = await scene.asset()
      await scene.a.put(`assets/${asset}/assetFilters/short`, { firstQuality: { bitrate: 2 } })
      await scene.locator('play', asset, { filters: ['short'] })
      await scene.synced(asset)
      await scene.b.delete(`assets/${asset}`)
      await scene.look('asset', asset)
    },
  },
  {
    name: 'a quota that is used up in B is named, and whatever else the title has is there',
    async play(scene) {
      const asset = await scene.asset()
      await scene.locator('play', asset)
      await scene.synced(asset)
      const filter = { firstQuality: { bitrate: 1 } }
      for (let number = 0; number < 100; number += 1)
        await scene.b.put(`assets/${asset}/assetFilters/theirs-${number}`, filter)
      await scene.a.put(`assets/${asset}/assetFilters/ours`, filter)
      await scene.ends(asset, 'QuotaReached')
    },
    differs: [/^asset \S+film: filter ours is missing/],
  },
]
