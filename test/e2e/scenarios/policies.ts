import type { Scenario } from './scene.ts'
import { clearKey, keyPolicy, open, rsa, symmetric, token } from './shapes.ts'

/** Contract section 6.5. */
export const policies: readonly Scenario[] = [
  {
    name: 'ClearKey with open and token restrictions: symmetric and RSA keys, alternates, claims, OpenID discovery',
    async play(scene) {
      const policy = scene.name('clear-key')
      const options = keyPolicy(
        {
          anyone: [clearKey, open],
          symmetric: [
            clearKey,
            token({ requiredClaims: [{ claimType: 'country', claimValue: 'no' }, { claimType: 'any' }] }),
          ],
          rsa: [clearKey, token({ primaryVerificationKey: rsa(), alternateVerificationKeys: [symmetric(), rsa()] })],
          discovery: [
            clearKey,
            token({
              primaryVerificationKey: null,
              openIdConnectDiscoveryDocument: 'https://login.contoso.example/.well-known/openid-configuration',
            }),
          ],
          swt: [clearKey, token({ restrictionTokenType: 'Swt' })],
        },
        { description: 'Everybody who may' },
      )
      await scene.a.put(`contentKeyPolicies/${policy}`, options)
      const asset = await scene.asset()
      await scene.locator('aes', asset, {
        streamingPolicyName: 'Predefined_ClearKey',
        defaultContentKeyPolicyName: policy,
      })
      await scene.synced(asset)
    },
  },
]
