import { expect } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import { certificate } from '../../unit/media/certificate.ts'
import { writesTo } from '../support.ts'
import type { Scenario, Scene } from './scene.ts'
import { clearKey, keyPolicy, open, protocols, random, rsa, symmetric, token, type } from './shapes.ts'

/** base64 of PEM, as publishers send certificates; the service keeps DER. */
const pem = Buffer.from(`-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`).toString('base64')
const x509 = (rawBody: string): JsonObject => ({ ...type('ContentKeyPolicyX509CertificateTokenKey'), rawBody })

const widevine: JsonObject = {
  ...type('ContentKeyPolicyWidevineConfiguration'),
  widevineTemplate: '{ "allowed_track_types":"SD_HD",  "content_key_specs":[{"track_type":"SD"}] }\n',
}

/** With every field that a licence has. */
const license = (more: JsonObject = {}): JsonObject => ({
  allowTestDevices: true,
  securityLevel: 'SL2000',
  beginDate: '2024-02-29T10:53:00.000Z',
  expirationDate: '2031-10-16T18:22:53.46Z',
  gracePeriod: 'PT12H',
  licenseType: 'Persistent',
  contentKeyLocation: type('ContentKeyPolicyPlayReadyContentEncryptionKeyFromHeader'),
  contentType: 'UltraVioletStreaming',
  playRight: {
    firstPlayExpiration: 'PT48H',
    scmsRestriction: 2,
    agcAndColorStripeRestriction: 1,
    explicitAnalogTelevisionOutputRestriction: { bestEffort: true, configurationData: 3 },
    digitalVideoOnlyContentRestriction: false,
    imageConstraintForAnalogComponentVideoRestriction: true,
    imageConstraintForAnalogComputerMonitorRestriction: false,
    allowPassingVideoContentToUnknownOutput: 'AllowedWithVideoConstriction',
    uncompressedDigitalVideoOpl: 300,
    compressedDigitalVideoOpl: 400,
    analogVideoOpl: 150,
    compressedDigitalAudioOpl: 250,
    uncompressedDigitalAudioOpl: 0,
  },
  ...more,
})
const playReady: JsonObject = {
  ...type('ContentKeyPolicyPlayReadyConfiguration'),
  responseCustomData: 'from the source',
  licenses: [
    license(),
    {
      allowTestDevices: false,
      licenseType: 'NonPersistent',
      relativeBeginDate: 'PT1M',
      relativeExpirationDate: 'P2DT12H',
      contentKeyLocation: {
        ...type('ContentKeyPolicyPlayReadyContentEncryptionKeyFromKeyIdentifier'),
        keyId: 'C4A5B6C7-0D1E-4F20-8A3B-4C5D6E7F8091',
      },
      contentType: 'Unspecified',
    },
  ],
}

const fairPlay = (more: JsonObject = {}): JsonObject => ({
  ...type('ContentKeyPolicyFairPlayConfiguration'),
  ask: random(16),
  fairPlayPfxPassword: 'pass word',
  fairPlayPfx: random(200),
  rentalAndLeaseKeyType: 'PersistentUnlimited',
  rentalDuration: 2249,
  ...more,
})

/** Publishes a title that needs the policy, and waits for its twin. */
const used = async (scene: Scene, policy: string, streamingPolicyName = 'Predefined_MultiDrmStreaming') => {
  const asset = await scene.asset()
  await scene.locator('drm', asset, { streamingPolicyName, defaultContentKeyPolicyName: policy })
  await scene.synced(asset)
  return asset
}

/** Puts a policy of the scenario into A. @returns its name. */
const put = async (scene: Scene, part: string, body: JsonObject): Promise<string> => {
  await scene.a.put(`contentKeyPolicies/${scene.name(part)}`, body)
  return scene.name(part)
}

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
        await put(scene, 'clear', keyPolicy(options, { description: 'Everybody' })),
        'Predefined_ClearKey',
      )
    },
  },
  {
    name: 'X.509 keys, which the service turns from PEM into DER',
    async play(scene) {
      const restriction = token({ primaryVerificationKey: x509(pem), alternateVerificationKeys: [x509(certificate)] })
      await used(scene, await put(scene, 'x509', keyPolicy({ x509: [clearKey, restriction] })), 'Predefined_ClearKey')
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
      const asset = await used(scene, await put(scene, 'drm', keyPolicy(options)))
      // A second look finds normalised dates and defaults equal.
      scene.stack.simulator.resetCounters()
      await scene.look('contentKeyPolicy', scene.name('drm'))
      await scene.look('asset', asset)
      expect(writesTo(scene.stack, 'west')).toEqual([])
    },
  },
  {
    name: 'an edit in A reaches B: a rotated key, another option, another description',
    async play(scene) {
      const policy = await put(scene, 'edited', keyPolicy({ one: [clearKey, token()] }, { description: 'first' }))
      await used(scene, policy, 'Predefined_ClearKey')
      await scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [clearKey, token()], two: [clearKey, open] }))
      await scene.look('contentKeyPolicy', policy)
    },
  },
  {
    name: 'option ids that change by themselves are no drift',
    async play(scene) {
      const policy = await put(scene, 'ids', keyPolicy({ one: [clearKey, open], two: [widevine, open] }))
      await used(scene, policy)
      for (const arm of [scene.a, scene.b]) {
        const options = (await arm.get(`contentKeyPolicies/${policy}`))?.properties.options
        await arm.patch(`contentKeyPolicies/${policy}`, { options: options ?? [] })
      }
      scene.stack.simulator.resetCounters()
      await scene.look('contentKeyPolicy', policy)
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
          put(scene, part, keyPolicy({ one: [clearKey, token()] })),
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
