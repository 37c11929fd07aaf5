import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import { eventually, inSync, storageWritesTo, writesTo } from '../support.ts'
import type { Scenario, Scene } from './scene.ts'
import { protocols } from './shapes.ts'
import { equal, rotate, withPolicy } from './titles.ts'

/** No sweep but those that a scenario fires: what is found otherwise, an event has told. */
export const onlyByHand = Object.fromEntries(
  ['discover', 'sweepLocators', 'sweepFull'].map(name => [`AzureWebJobs.${name}.Disabled`, 'true']),
)
/** One title after the other, so that their order shows. */
export const oneByOne = { TWINSTREAM_MAX_ACTIVE: '1' }

interface DryRun {
  readonly status: string
  readonly estimate: {
    readonly bytes: number
    readonly calls: Readonly<Record<string, number>>
    readonly seconds: number
  }
}

const reportOf = async (scene: Scene, address: string): Promise<readonly JsonObject[]> => {
  const text = await (await scene.stack.api.fetch(`${address}/report`)).text()
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as JsonObject)
}

/** How a change in A comes to be known. */
export const discovery: readonly Scenario[] = [
  {
    name: 'a rotated key of a policy reaches B by its event',
    async play(scene) {
      const policy = await withPolicy(scene)
      await scene.switches({ armEvents: true })
      await rotate(scene, policy)
      await equal(scene, 'the new key')
    },
  },
  {
    name: 'edited filters and a streaming policy made anew reach B by their events',
    async play(scene) {
      const asset = await scene.asset()
      const [account, ofAsset] = [`accountFilters/${scene.name('wide')}`, `assets/${asset}/assetFilters/short`]
      const policy = `streamingPolicies/${scene.name('clear')}`
      const filter = (bitrate: number): JsonObject => ({ firstQuality: { bitrate } })
      const clear = (...names: readonly string[]): JsonObject => ({
        noEncryption: { enabledProtocols: protocols(...names) },
      })
      const puts = [account, ofAsset].map(path => scene.a.put(path, filter(1)))
      await Promise.all([...puts, scene.a.put(policy, clear('dash'))])
      for (const [kind, part] of [
        ['accountFilter', 'wide'],
        ['streamingPolicy', 'clear'],
      ] as const)
        await scene.look(kind, scene.name(part))
      await scene.synced(asset)
      await scene.switches({ armEvents: true })
      for (const path of [account, ofAsset]) await scene.a.put(path, filter(2))
      await scene.a.delete(policy)
      await scene.a.put(policy, clear('dash', 'hls'))
      await equal(scene, 'filters and the policy')
    },
  },
  {
    name: 'a whole route is made up in order: published titles before others, the newest first',
    async play(scene) {
      const titles: string[] = []
      for (const part of ['older', 'newer', 'newest-unpublished']) titles.push(await scene.asset(part))
      const [older = '', newer = '', unpublished = ''] = titles
      for (const title of [older, newer]) await scene.locator(`${title}-play`, title)
      // Until no file looks as if it were still being written.
      await sleep(120_000 * 0.02)
      const address = await scene.resync({ all: true })
      for (const title of titles) await inSync(scene.stack, title)
      // Units of a page are asked for at once in the order of the report, and which is the first to start is chance.
      const lines = await eventually('the report names all three', async () => {
        const named = (await reportOf(scene, address)).filter(
          ({ kind, name }) => kind === 'asset' && titles.includes(`${name}`),
        )
        return named.length === titles.length ? named : undefined
      })
      expect(lines.map(({ name }) => name)).toEqual([newer, older, unpublished])
    },
  },
  {
    name: 'a dry run says what would change and why, bytes, calls by bucket and time, and writes nothing',
    async play(scene) {
      const [hidden, shown] = [await scene.asset('hidden'), await scene.asset('shown')]
      await scene.locator('play', shown)
      scene.stack.simulator.resetCounters()
      const address = await scene.resync({ assets: [hidden, shown], dryRun: true })
      const operation = await eventually('the dry run has ended', async () => {
        const view = (await (await scene.stack.api.fetch(address)).json()) as DryRun
        return view.status === 'succeeded' ? view : undefined
      })
      const lines = await reportOf(scene, address)
      const missing = ['the asset is missing', '2 files are missing']
      // What is published comes first.
      expect(lines).toMatchObject([
        { name: shown, equal: false, changes: [...missing, `locator ${scene.name('play')} is missing`] },
        { name: hidden, equal: false, changes: missing },
      ])
      expect(operation.estimate.bytes).toBeGreaterThan(100)
      expect(operation.estimate.calls).toMatchObject({ reads: expect.any(Number), writes: 2, resourceRequests: 11 })
      expect(operation.estimate.seconds).toBeGreaterThan(0)
      expect([writesTo(scene.stack, 'west'), storageWritesTo(scene.stack, 'west')]).toEqual([[], 0])
      for (const asset of [hidden, shown]) await scene.synced(asset)
    },
  },
]
