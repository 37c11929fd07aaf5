import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { deleteBlob, encode, eventually, files, inSync } from '../support.ts'
import { readingPlayer } from './player.ts'
import type { Scenario, Scene } from './scene.ts'

/**
 * A look after which every file of the twin is known as ours: storage tells times in whole seconds, so that those of the
 * last two are not counted yet.
 */
const filesAreKnown = async (scene: Scene, asset: string): Promise<void> => {
  await sleep(2100)
  await scene.look('asset', asset)
}

const names = async (scene: Scene, asset: string) => (await files(scene.stack, 'west', asset))?.map(({ name }) => name)

/** What becomes of a title after it was published. */
export const changes: readonly Scenario[] = [
  // First: the app asks for live outputs once a minute at most, and has not asked yet.
  {
    name: 'an archive of a live event is left alone while it grows, and is a twin when its output is gone',
    async play(scene) {
      const asset = await scene.asset('match')
      const event = `liveEvents/${scene.name('stadium')}`
      const grow = (fragment: number) => scene.file('east', asset, `match/video/${fragment}`, `fragment ${fragment}`)
      await scene.a.put(event, { input: { streamingProtocol: 'RTMP' } })
      await scene.a.put(`${event}/liveOutputs/first`, {
        assetName: asset,
        archiveWindowLength: 'PT1H',
        manifestName: 'film',
      })
      await scene.locator('live', asset)
      for (const fragment of [1, 2]) {
        await grow(fragment)
        await scene.ends(asset, 'NotFinished')
      }
      expect(await scene.b.get(`assets/${asset}`)).toBeUndefined()
      await grow(3)
      await scene.a.delete(`${event}/liveOutputs/first`)
      expect((await inSync(scene.stack, asset)).facts.blobs).toBe(5)
    },
  },
  {
    name: 'description and alternate id of an asset: changed, then cleared',
    async play(scene) {
      const asset = await scene.asset()
      await scene.a.patch(`assets/${asset}`, { alternateId: 'first-7' })
      await scene.synced(asset)
      await scene.a.patch(`assets/${asset}`, { alternateId: 'second-7', description: 'Told anew' })
      await scene.look('asset', asset)
      expect(await scene.compare()).toEqual([])
      await scene.a.patch(`assets/${asset}`, { alternateId: null, description: '' })
      await scene.look('asset', asset)
      expect((await scene.b.get(`assets/${asset}`))?.properties).toMatchObject({
        storageAccountName: 'contosoweststore',
      })
    },
  },
  {
    name: 'files added, changed and removed under a live locator',
    async play(scene) {
      const asset = await scene.asset()
      await scene.file('east', asset, 'film_de.vtt', 'WEBVTT')
      await scene.locator('live', asset)
      await scene.synced(asset)
      await filesAreKnown(scene, asset)
      await scene.file('east', asset, 'film_no.vtt', 'WEBVTT\n\nHei')
      await scene.file('east', asset, 'film.mp4', 'a longer picture than before')
      await deleteBlob(scene.stack, 'east', asset, 'film_de.vtt')
      await scene.finished(asset)
      await scene.look('asset', asset)
      expect(await names(scene, asset)).toEqual(['film.ism', 'film.mp4', 'film_no.vtt'])
    },
  },
  {
    name: 'encoded again in place under a live locator: a player that reads all the time meets one short burst',
    async play(scene) {
      const asset = await scene.asset()
      const parts = ['film.mp4', 'film_2.mp4', 'film_3.mp4', 'film.ism']
      const manifest = `<smil><body><switch><video src="film.mp4"/></switch></body></smil>`
      const encodeAs = async (version: string) => {
        for (const part of parts) await scene.file('east', asset, part, `<!--${version}-->${manifest}`)
      }
      await encodeAs('first')
      await scene.locator('live', asset)
      await scene.synced(asset)
      // As slow as large files are, whichever way they come.
      for (const operation of ['PutBlockFromUrl', 'CopyBlobFromUrl'])
        scene.stack.simulator.fault({
          account: 'west',
          plane: 'storage',
          operation,
          kind: 'latency',
          milliseconds: 2000,
        })
      const player = readingPlayer(scene.stack, asset, parts)
      await encodeAs('second')
      await scene.finished(asset)
      await scene.look('asset', asset)
      const { readings, mixed } = await player.stopped()
      expect(readings.at(0)).toBe('first')
      expect(readings.at(-1)).toBe('second')
      // Files take two seconds at least, and the burst far less: whoever changed them one by one would be seen.
      expect(mixed).toBeLessThan(1000)
    },
  },
  {
    name: 'a track added by the service, which edits the manifests and sends no event',
    async play(scene) {
      const asset = scene.name('film')
      await encode(scene.stack, asset)
      await scene.locator('live', asset)
      await scene.synced(asset)
      await scene.file('east', asset, 'de.vtt', 'WEBVTT\nLanguage: de-de\n\n00:00.000 --> 00:01.000\nGuten Abend.\n')
      const track = { '@odata.type': '#Microsoft.Media.TextTrack', fileName: 'de.vtt', displayName: 'Deutsch' }
      await scene.a.put(`assets/${asset}/tracks/german`, { track })
      await eventually('the track is there', async () => {
        const found = await scene.a.get(`assets/${asset}/tracks/german`)
        return found?.properties.provisioningState === 'Succeeded'
      })
      await scene.finished(asset)
      await scene.look('asset', asset)
      expect((await scene.b.list(`assets/${asset}/tracks`)).map(({ name }) => name)).toContain('german')
    },
  },
]
