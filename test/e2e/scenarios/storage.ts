import { expect } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import { files } from '../support.ts'
import type { Scenario, Scene } from './scene.ts'

/** An asset in a storage account of A, with one file. */
const assetIn = async (scene: Scene, part: string, storageAccountName: string): Promise<string> => {
  const asset = scene.name(part)
  await scene.a.put(`assets/${asset}`, { container: asset, storageAccountName })
  await scene.file('east', asset, 'film.mp4', `picture of ${asset}`)
  return asset
}

const inB = async (scene: Scene, asset: string): Promise<JsonObject | undefined> =>
  (await scene.b.get(`assets/${asset}`))?.properties

/** Where the files of titles lie, and what they are called. */
export const storage: readonly Scenario[] = [
  {
    name: 'several storage accounts: each title goes to the one that the route maps, containers of one name in both',
    async play(scene) {
      const [first, second] = ['contosoeaststore', 'contosoeastarchive']
      const usual = await assetIn(scene, 'usual', first)
      const archived = await assetIn(scene, 'archived', second)
      const same = scene.name('same')
      await scene.a.put(`assets/${same}`, { container: usual, storageAccountName: second })
      await scene.file('east', same, 'film.mp4', 'another picture')
      for (const asset of [usual, archived, same]) {
        await scene.locator(`${asset}-clear`, asset)
        await scene.synced(asset)
      }
      expect(await inB(scene, usual)).toMatchObject({ storageAccountName: 'contosoweststore', container: usual })
      for (const asset of [archived, same])
        expect(await inB(scene, asset)).toMatchObject({ storageAccountName: 'contosowestarchive' })
    },
  },
  {
    name: 'a storage account that the route does not map is named, and nothing is made of its titles',
    async play(scene) {
      const asset = await assetIn(scene, 'film', 'contosoeastother')
      await scene.locator('clear', asset)
      const { detail } = await scene.ends(asset, 'StorageNotMapped')
      expect(detail).toContain('contosoeastother')
      expect(await inB(scene, asset)).toBeUndefined()
    },
    differs: [/^asset \S+film is missing/, /^locator \S+clear is missing/],
  },
  {
    name: 'virtual folders at any depth, odd names, empty files, content headers and metadata',
    async play(scene) {
      const asset = await scene.asset()
      const odd = ['video/hd/de/seg 1.m4s', 'a&b <"ü"> #1%41.vtt', 'video.folder/again/and/again/empty.bin']
      for (const name of odd) await scene.file('east', asset, name, name.endsWith('.bin') ? '' : `of ${name}`)
      await scene.file('east', asset, 'subtitles.vtt', 'WEBVTT', {
        'x-ms-blob-content-type': 'text/vtt',
        'x-ms-blob-content-language': 'no',
        'x-ms-blob-cache-control': 'max-age=60',
        'x-ms-blob-content-disposition': 'inline',
        'x-ms-meta-studio': 'contoso',
      })
      await scene.locator('clear', asset)
      await scene.synced(asset)
      expect((await files(scene.stack, 'west', asset))?.map(({ name }) => name)).toEqual(expect.arrayContaining(odd))
    },
  },
  {
    name: 'an asset whose container is not there waits for content, and hinders no other',
    async play(scene) {
      await scene.switches({ createContainer: 'onFirstUse' })
      const empty = scene.name('empty')
      await scene.a.put(`assets/${empty}`, { container: empty })
      await scene.switches({ createContainer: 'onPut' })
      const asset = await scene.asset()
      await scene.ends(empty, 'SourceEmpty')
      await scene.synced(asset)
      expect(await inB(scene, empty)).toBeUndefined()
    },
    differs: [/^asset \S+empty is missing/],
  },
  {
    name: 'a storage-encrypted asset of the old API is named and left alone',
    async play(scene) {
      const asset = await scene.asset()
      await scene.simulator('POST', 'storage-encryption', { account: 'east', asset })
      await scene.ends(asset, 'StorageEncrypted')
    },
    differs: [/^asset \S+film is missing/],
  },
]
