import { expect } from 'vitest'
import { certificate } from '../../unit/media/certificate.ts'
import { writesTo } from '../support.ts'
import { fairPlay, pem, playReady, widevine, x509 } from './drm.ts'
import type { Scenario } from './scene.ts'
import { clearKey, keyPolicy, open, protocols, rsa, symmetric, token, type } from './shapes.ts'
import { putPolicy, used } from './titles.ts'

/** Contract section 6.5. */
export const policies: readonly Scenario[] = [
  {
    name: 'ClearKey with open and token restrictions: symmetric and RSA keys, alternates, claims, OpenID discovery',
    async play(scene) {
      const claims = [{ claimType: 'country', claimValue: 'no' }, { claimType: 'any' }]
      const openIdConnectDiscoveryDocument = 'https://login.contoso.example/.well-known/openid-configuration'
      const options = {
        anyone: [clearKey, open],
        symmetric: [clearKey, token({ requiredClaims: claims })],
        rsa: [clearKey, token({ primaryVerificationKey: rsa(), alternateVerificationKeys: [symmetric(), rsa()] })],
        discovery: [clearKey, token({ primaryVerificationKey: null, openIdConnectDiscoveryDocument })],
        swt: [clearKey, token({ restrictionTokenType: 'Swt' })],
      } as const
      await used(
        scene,
        await putPolicy(scene, 'clear', keyPolicy(options, { description: 'Everybody' })),
        'Predefined_ClearKey',
      )
    },
  },
  {
    name: 'X.509 keys, which the service turns from PEM into DER',
    async play(scene) {
      const restriction = token({ primaryVerificationKey: x509(pem), alternateVerificationKeys: [x509(certificate)] })
      await used(
        scene,
        await putPolicy(scene, 'x509', keyPolicy({ x509: [clearKey, restriction] })),
        'Predefined_ClearKey',
      )
    },
  },
  {
    name: 'Widevine, PlayReady with every licence field, and FairPlay, bought and offline, in one policy',
    async play(scene) {
      const offlineRentalConfiguration = { playbackDurationSeconds: 86_400, storageDurationSeconds: 2_592_000 }
      const options = {
        widevine: [widevine, token()],
        playready: [playReady, token()],
        fairplay: [fairPlay(), token()],
        offline: [fairPlay({ rentalAndLeaseKeyType: 'DualExpiry', offlineRentalConfiguration }), token()],
        passwordless: [fairPlay({ fairPlayPfxPassword: '' }), open],
      } as const
      const asset = await used(scene, await putPolicy(scene, 'drm', keyPolicy(options)))
      // A second look finds normalised dates and defaults equal.
      scene.stack.simulator.resetCounters()
      await scene.look('contentKeyPolicy', scene.name('drm'))
      await scene.look('asset', asset)
      expect(writesTo(scene.stack, 'west')).toEqual([])
    },
  },
  {
    name: 'a type that this release does not know is blocked and never written stripped',
    async play(scene) {
      const unknown = { ...type('ContentKeyPolicyHologramConfiguration'), strength: 9 }
      const policy = scene.name('hologram')
      await scene.withUnknownTypes(() =>
        scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [unknown, open] })),
      )
      const asset = await scene.asset()
      await scene.locator('aes', asset, {
        streamingPolicyName: 'Predefined_ClearKey',
        defaultContentKeyPolicyName: policy,
      })
      const { detail } = await scene.look('contentKeyPolicy', policy, { code: 'UnknownPolicyType' })
      expect(detail).toContain('options[0].configuration')
      await scene.ends(asset, 'PolicyPending')
      expect(await scene.b.get(`contentKeyPolicies/${policy}`)).toBeUndefined()
    },
    differs: [/^content key policy \S+hologram is missing/, /^locator \S+aes is missing/],
  },
  {
    name: 'policies are named in three places, and all of them are in B before the locator is',
    async play(scene) {
      const named = await Promise.all(
        ['of-locator', 'of-policy', 'of-key', 'of-track'].map(part =>
          putPolicy(scene, part, keyPolicy({ one: [clearKey, token()] })),
        ),
      )
      const [ofLocator = '', ofPolicy = '', ofKey = '', ofTrack = ''] = named
      const tracks = [{ trackSelections: [{ property: 'FourCC', operation: 'Equal', value: 'mp4a' }] }]
      await scene.a.put(`streamingPolicies/${scene.name('custom')}`, {
        defaultContentKeyPolicyName: ofPolicy,
        commonEncryptionCenc: {
          enabledProtocols: protocols('dash'),
          contentKeys: {
            defaultKey: { label: 'video', policyName: ofKey },
            keyToTrackMappings: [
              { label: 'audio', policyName: ofTrack, tracks },
              { label: 'rest', tracks },
            ],
          },
          drm: { widevine: {} },
        },
      })
      await used(scene, ofLocator, scene.name('custom'))
      for (const policy of named) expect(await scene.b.get(`contentKeyPolicies/${policy}`)).toBeDefined()
    },
  },
]
