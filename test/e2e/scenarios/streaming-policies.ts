import { expect } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import { eventually } from '../support.ts'
import type { Scenario, Scene } from './scene.ts'
import { clearKey, keyPolicy, open, protocols, token } from './shapes.ts'

const track = (value: string): JsonObject => ({ trackSelections: [{ property: 'FourCC', operation: 'Equal', value }] })

/** Content key policies of the scenario under these names. */
const keyPolicies = async (scene: Scene, ...parts: readonly string[]): Promise<readonly string[]> => {
  const names = parts.map(part => scene.name(part))
  for (const name of names) await scene.a.put(`contentKeyPolicies/${name}`, keyPolicy({ all: [clearKey, token()] }))
  return names
}

/** Contract section 6.6. */
export const streamingPolicies: readonly Scenario[] = [
  {
    name: 'every scheme in one policy, per-track keys, clear tracks, custom licence and key URLs, clear-key delivery',
    async play(scene) {
      const [ofDefault = '', ofKey = '', ofTrack = ''] = await keyPolicies(scene, 'of-default', 'of-key', 'of-track')
      const policy = scene.name('all')
      const contentKeys = (label: string): JsonObject => ({
        defaultKey: { label: `${label}-default`, policyName: ofKey },
        keyToTrackMappings: [
          { label: `${label}-hd`, policyName: ofTrack, tracks: [track('hev1')] },
          { label: `${label}-audio`, tracks: [track('mp4a'), track('ec-3')] },
        ],
      })
      await scene.a.put(`streamingPolicies/${policy}`, {
        defaultContentKeyPolicyName: ofDefault,
        noEncryption: { enabledProtocols: protocols('download') },
        envelopeEncryption: {
          enabledProtocols: protocols('hls', 'smoothStreaming'),
          clearTracks: [track('stpp')],
          contentKeys: contentKeys('aes'),
          customKeyAcquisitionUrlTemplate: 'https://lic-east.contoso.example/{AlternativeMediaId}/{ContentKeyId}',
        },
        commonEncryptionCenc: {
          enabledProtocols: protocols('dash', 'smoothStreaming'),
          clearTracks: [track('wvtt'), track('stpp')],
          contentKeys: contentKeys('cenc'),
          drm: {
            playReady: {
              customLicenseAcquisitionUrlTemplate: 'https://lic-east.contoso.example:8443/pr/{ContentKeyId}',
              playReadyCustomAttributes: '<attributes>any</attributes>',
            },
            widevine: {},
          },
          clearKeyEncryptionConfiguration: {
            customKeysAcquisitionUrlTemplate: 'https://lic.contoso.example/clearkey/{AlternativeMediaId}',
          },
        },
        commonEncryptionCbcs: {
          enabledProtocols: protocols('hls'),
          contentKeys: contentKeys('cbcs'),
          drm: { fairPlay: { allowPersistentLicense: true, customLicenseAcquisitionUrlTemplate: 'skd://lic' } },
        },
      })
      const asset = await scene.asset()
      await scene.locator('drm', asset, { streamingPolicyName: policy, alternativeMediaId: 'media-7' })
      await scene.synced(asset)
    },
  },
  {
    name: 'a policy made anew under its name reaches B while no locator uses it, and is named with its users otherwise',
    async play(scene) {
      const [keys = ''] = await keyPolicies(scene, 'keys')
      const policy = scene.name('anew')
      const body = (label: string): JsonObject => ({
        commonEncryptionCbcs: {
          enabledProtocols: protocols('hls'),
          contentKeys: { defaultKey: { label, policyName: keys } },
          drm: { fairPlay: { allowPersistentLicense: false } },
        },
      })
      await scene.a.put(`streamingPolicies/${policy}`, body('first'))
      await scene.look('contentKeyPolicy', keys)
      await scene.look('streamingPolicy', policy)
      await scene.a.delete(`streamingPolicies/${policy}`)
      await scene.a.put(`streamingPolicies/${policy}`, body('second'))
      await scene.look('streamingPolicy', policy)
      expect(await scene.compare()).toEqual([])

      const asset = await scene.asset()
      const locator = await scene.locator('user', asset, { streamingPolicyName: policy })
      await scene.synced(asset)
      await scene.a.delete(`streamingLocators/${locator}`)
      await scene.a.delete(`streamingPolicies/${policy}`)
      await scene.a.put(`streamingPolicies/${policy}`, body('third'))
      const { detail } = await scene.look('streamingPolicy', policy, { code: 'PolicyInUse' })
      expect(detail).toContain(locator)
      // The withdrawal sets it free.
      await scene.withdrawn(locator)
      await scene.gone('west', `streamingLocators/${locator}`)
      await scene.look('streamingPolicy', policy)
    },
  },
  {
    name: 'a policy and its locator made anew in A before anybody looked: replaced under our locators when asked to, never under those of others',
    async play(scene) {
      const [keys = ''] = await keyPolicies(scene, 'keys')
      const policy = scene.name('renewed')
      const body = (label: string): JsonObject => ({
        commonEncryptionCbcs: {
          enabledProtocols: protocols('hls'),
          contentKeys: { defaultKey: { label, policyName: keys } },
          drm: { fairPlay: { allowPersistentLicense: false } },
        },
      })
      await scene.a.put(`streamingPolicies/${policy}`, body('first'))
      const asset = await scene.asset()
      const locator = await scene.locator('title', asset, { streamingPolicyName: policy })
      await scene.synced(asset)
      const theirs = await scene.locator('theirs', asset, { streamingPolicyName: policy }, 'west')
      await scene.a.delete(`streamingLocators/${locator}`)
      await scene.a.delete(`streamingPolicies/${policy}`)
      await scene.a.put(`streamingPolicies/${policy}`, body('second'))
      await scene.locator('title', asset, { streamingPolicyName: policy })
      const { detail: plain } = await scene.look('streamingPolicy', policy, { code: 'PolicyInUse' })
      expect(plain).toContain(locator)
      const { detail } = await scene.look('streamingPolicy', policy, { code: 'PolicyInUse', replaceInUse: true })
      expect(detail).not.toContain(locator)
      expect(detail).toContain(theirs)
      expect(await scene.b.get(`streamingLocators/${locator}`)).toBeDefined()
      await scene.b.delete(`streamingLocators/${theirs}`)
      await scene.look('streamingPolicy', policy, { replaceInUse: true })
      await eventually('A and B are equal', async () => (await scene.compare()).length === 0)
    },
  },
  {
    name: 'the six predefined policies are used and never written',
    async play(scene) {
      const [viewers = ''] = await keyPolicies(scene, 'viewers')
      const asset = await scene.asset()
      for (const kind of ['DownloadOnly', 'ClearStreamingOnly', 'DownloadAndClearStreaming'])
        await scene.locator(kind, asset, { streamingPolicyName: `Predefined_${kind}` })
      for (const kind of ['ClearKey', 'MultiDrmCencStreaming', 'MultiDrmStreaming'])
        await scene.locator(kind, asset, {
          streamingPolicyName: `Predefined_${kind}`,
          defaultContentKeyPolicyName: viewers,
        })
      await scene.synced(asset)
    },
  },
  {
    name: 'odd combinations that the service accepts: CENC over HLS, an address without a scheme, an open policy',
    async play(scene) {
      await scene.a.put(`contentKeyPolicies/${scene.name('open')}`, keyPolicy({ all: [clearKey, open] }))
      const policy = scene.name('odd')
      await scene.a.put(`streamingPolicies/${policy}`, {
        commonEncryptionCenc: {
          enabledProtocols: protocols('hls'),
          contentKeys: { defaultKey: {} },
          drm: { widevine: { customLicenseAcquisitionUrlTemplate: 'test.com' }, playReady: {} },
        },
      })
      const asset = await scene.asset()
      await scene.locator('odd', asset, {
        streamingPolicyName: policy,
        defaultContentKeyPolicyName: scene.name('open'),
      })
      await scene.synced(asset)
    },
  },
]
