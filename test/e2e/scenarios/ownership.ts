import { expect } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import { files, unit } from '../support.ts'
import type { Kind, Scenario, Scene } from './scene.ts'
import { clearKey, keyPolicy, open, protocols } from './shapes.ts'

/** The asset of the scenario as somebody else made it in B, with these files. */
const theirAsset = async (scene: Scene, asset: string, texts: Readonly<Record<string, string>>): Promise<void> => {
  await scene.b.put(`assets/${asset}`, { container: `theirs-${asset}`, description: `About ${asset}` })
  for (const [name, text] of Object.entries(texts)) await scene.file('west', asset, name, text)
}

/** Bodies of each kind that differ by the number. */
const policyKinds: readonly (readonly [Kind, string, (number: number) => JsonObject])[] = [
  [
    'contentKeyPolicy',
    'contentKeyPolicies',
    number => keyPolicy({ all: [clearKey, open] }, { description: `${number}` }),
  ],
  ['accountFilter', 'accountFilters', bitrate => ({ firstQuality: { bitrate } })],
  [
    'streamingPolicy',
    'streamingPolicies',
    number => ({ noEncryption: { enabledProtocols: protocols('dash', ...(number > 1 ? ['hls'] : [])) } }),
  ],
]

const ownerOf = async (scene: Scene, name: string, kind: Kind = 'asset') =>
  ((await unit(scene.stack, name, kind))?.facts as { readonly owner?: string } | undefined)?.owner

/** Whose an object of B is, and what the app does to it. */
export const ownership: readonly Scenario[] = [
  {
    name: 'an asset of another owner that differs is left alone, and taken over when somebody says so',
    async play(scene) {
      const asset = await scene.asset()
      await scene.locator('play', asset)
      await theirAsset(scene, asset, { 'film.mp4': 'their picture', 'notes.txt': 'their notes' })
      await scene.ends(asset, 'TargetNotOurs')
      expect((await files(scene.stack, 'west', asset))?.map(({ name }) => name)).toEqual(['film.mp4', 'notes.txt'])
      expect(await scene.b.get(`streamingLocators/${scene.name('play')}`)).toBeUndefined()
      await scene.look('asset', asset, { adopt: true })
      expect(await ownerOf(scene, asset)).toBe('adopted')
      expect((await files(scene.stack, 'west', asset))?.map(({ name }) => name)).toContain('notes.txt')
    },
  },
  {
    name: 'an asset of another owner that is equal is in sync, and an edit in A does not touch it',
    async play(scene) {
      const asset = scene.name('film')
      await scene.a.put(`assets/${asset}`, { container: asset, description: `About ${asset}` })
      await scene.file('east', asset, 'film.mp4', 'picture')
      await theirAsset(scene, asset, { 'film.mp4': 'picture' })
      await scene.synced(asset)
      expect(await ownerOf(scene, asset)).toBe('matched')
      await scene.a.patch(`assets/${asset}`, { description: 'told anew' })
      await scene.look('asset', asset, { code: 'TargetNotOurs' })
    },
    differs: [/^asset \S+film: description: /],
  },
  {
    name: 'what others put beside a twin stays: files, filters and locators',
    async play(scene) {
      const asset = await scene.asset()
      await scene.locator('ours', asset)
      await scene.synced(asset)
      await scene.file('west', asset, 'theirs.vtt', 'WEBVTT')
      await scene.b.put(`assets/${asset}/assetFilters/theirs`, { firstQuality: { bitrate: 7 } })
      const theirs = await scene.locator('theirs', asset, { filters: ['theirs'] }, 'west')
      await scene.file('east', asset, 'film.mp4', 'another picture')
      await scene.finished(asset)
      expect((await scene.look('asset', asset)).facts).toMatchObject({ extraBlobs: 1 })
      expect((await files(scene.stack, 'west', asset))?.map(({ name }) => name)).toContain('theirs.vtt')
      expect(await scene.b.get(`assets/${asset}/assetFilters/theirs`)).toBeDefined()
      expect(await scene.b.get(`streamingLocators/${theirs}`)).toBeDefined()
    },
  },
  {
    name: 'policies and account filters of another owner: equal ones are left, others named, and taken over when told',
    async play(scene) {
      for (const [kind, path, body] of policyKinds) {
        const [equal, other] = [scene.name('equal'), scene.name('other')]
        for (const name of [equal, other]) await scene.b.put(`${path}/${name}`, body(1))
        await scene.a.put(`${path}/${equal}`, body(1))
        await scene.a.put(`${path}/${other}`, body(2))
        await scene.look(kind, equal)
        expect(await ownerOf(scene, equal, kind)).toBe('matched')
        await scene.look(kind, other, { code: 'TargetNotOurs' })
        expect((await scene.compare()).filter(difference => difference.includes(other))).toHaveLength(1)
        await scene.look(kind, other, { adopt: true })
        expect(await ownerOf(scene, other, kind)).toBe('adopted')
      }
    },
  },
]
