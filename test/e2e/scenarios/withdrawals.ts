import { expect } from 'vitest'
import { eventually, route, unit } from '../support.ts'
import type { Scenario, Scene } from './scene.ts'
import { clearKey, keyPolicy, open, protocols } from './shapes.ts'

const isGone = async (scene: Scene, locator: string) =>
  (await scene.b.get(`streamingLocators/${locator}`)) === undefined

const callWithdraw = async (scene: Scene, method: 'POST' | 'DELETE', locator: string): Promise<void> => {
  const query = method === 'DELETE' ? `?${new URLSearchParams({ route, locator })}` : ''
  const body = method === 'POST' ? JSON.stringify({ route, locators: [locator] }) : null
  expect((await scene.stack.api.fetch(`/api/withdraw${query}`, { method, body })).status).toBe(200)
}

/** What ends in A ends in B, with proof and with care. */
export const withdrawals: readonly Scenario[] = [
  {
    name: 'a locator withdrawn in A goes from B though something else blocks its title',
    async play(scene) {
      const asset = await scene.asset()
      const [gone, kept] = [await scene.locator('gone', asset), await scene.locator('kept', asset)]
      await scene.synced(asset)
      await scene.simulator('POST', 'storage-encryption', { account: 'east', asset })
      await scene.a.delete(`streamingLocators/${gone}`)
      await scene.withdrawn(gone)
      await scene.gone('west', `streamingLocators/${gone}`)
      expect(await isGone(scene, kept)).toBe(false)
      await scene.look('asset', asset, { code: 'StorageEncrypted' })
    },
  },
  {
    name: 'a list in which a locator is missing is no proof that it is gone',
    async play(scene) {
      const asset = await scene.asset()
      await scene.simulator('POST', 'clock', { advance: 60 })
      const locator = await scene.locator('play', asset)
      await scene.synced(asset)
      scene.stack.simulator.fault({
        account: 'east',
        plane: 'control',
        operation: 'Assets_ListStreamingLocators',
        kind: 'staleRead',
        seconds: 50,
      })
      await scene.look('asset', asset)
      expect(await isGone(scene, locator)).toBe(false)
      scene.stack.simulator.clearFaults()
      await scene.look('asset', asset)
    },
  },
  {
    name: 'what an operator withdraws stays away from B, whatever A has, until it is lifted',
    async play(scene) {
      const asset = await scene.asset()
      const locator = await scene.locator('play', asset)
      await scene.synced(asset)
      await callWithdraw(scene, 'POST', locator)
      await scene.announce(locator, asset)
      await scene.look('asset', asset)
      expect(await scene.compare()).toEqual([expect.stringMatching(/^locator \S+play is missing/)])
      await callWithdraw(scene, 'DELETE', locator)
      await eventually('the locator is back in B', async () => !(await isGone(scene, locator)))
      await scene.look('asset', asset)
    },
  },
  {
    name: 'a title deleted in A: its locators go, and its files stay in B',
    async play(scene) {
      const asset = await scene.asset()
      const locator = await scene.locator('play', asset)
      await scene.synced(asset)
      await scene.a.delete(`assets/${asset}`)
      await scene.look('asset', asset, { code: 'SourceMissing' })
      expect(await isGone(scene, locator)).toBe(true)
      expect(await scene.b.get(`assets/${asset}`)).toBeDefined()
    },
  },
  {
    name: 'policies and account filters deleted in A go from B once nothing uses them',
    async play(scene) {
      const asset = await scene.asset()
      const [keys, policy, filter] = [scene.name('keys'), scene.name('custom'), scene.name('wide')]
      const paths = [`contentKeyPolicies/${keys}`, `streamingPolicies/${policy}`, `accountFilters/${filter}`] as const
      await scene.a.put(paths[0], keyPolicy({ all: [clearKey, open] }))
      const contentKeys = { defaultKey: { label: 'all', policyName: keys } }
      await scene.a.put(paths[1], { envelopeEncryption: { enabledProtocols: protocols('dash'), contentKeys } })
      await scene.a.put(paths[2], { firstQuality: { bitrate: 1 } })
      const locator = await scene.locator('play', asset, { streamingPolicyName: policy, filters: [filter] })
      await scene.synced(asset)
      // B still publishes with them: somebody has made a locator of his own.
      const theirs = await scene.locator('theirs', asset, { streamingPolicyName: policy, filters: [filter] }, 'west')
      await scene.a.delete(`streamingLocators/${locator}`)
      for (const path of [paths[1], paths[0], paths[2]]) await scene.a.delete(path)
      await scene.look('asset', asset)
      const { detail } = await scene.look('streamingPolicy', policy, { code: 'PolicyInUse' })
      expect(detail).toContain(theirs)
      await scene.b.delete(`streamingLocators/${theirs}`)
      await scene.look('streamingPolicy', policy)
      await scene.look('contentKeyPolicy', keys)
      await scene.look('accountFilter', filter)
      for (const path of paths) expect(await scene.b.get(path), path).toBeUndefined()
    },
  },
  {
    name: 'a wave of deletes stops and asks, and goes on when it is confirmed',
    async play(scene) {
      const names = Array.from({ length: 25 }, (_, number) => scene.name(`filter-${number}`))
      const units = names.map(name => ({ kind: 'accountFilter', name }))
      for (const name of names) await scene.a.put(`accountFilters/${name}`, { firstQuality: { bitrate: 1 } })
      await scene.resync({ units })
      await eventually('all filters are in B', async () => (await scene.compare()).length === 0)
      for (const name of names) await scene.a.delete(`accountFilters/${name}`)
      await scene.resync({ units })
      const stopped = async () => {
        const views = await Promise.all(names.map(name => unit(scene.stack, name, 'accountFilter')))
        const ended = views.every(view => view?.state === 'idle' && !view.pending)
        return ended && views.filter(view => view?.code === 'DeleteWave').length
      }
      const left = await eventually('deletes have stopped', stopped, 60_000)
      // Twenty a day are let through, those of other scenarios included.
      expect(left).toBeGreaterThanOrEqual(5)
      const there = (await scene.b.list('accountFilters')).filter(({ name }) => names.includes(name))
      expect(there).toHaveLength(left)
      await scene.resync({ units, confirmDeletes: true })
      await eventually('all filters are gone', async () =>
        (await scene.b.list('accountFilters')).every(({ name }) => !names.includes(name)),
      )
    },
  },
]
