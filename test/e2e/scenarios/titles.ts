/** Titles that need a content key policy. */
import type { JsonObject } from '../../../local/stack/arm.ts'
import { eventually } from '../support.ts'
import type { Scene } from './scene.ts'
import { clearKey, keyPolicy, open, token } from './shapes.ts'

/** Publishes a title that needs the policy, and waits for its twin. */
export const used = async (scene: Scene, policy: string, streamingPolicyName = 'Predefined_MultiDrmStreaming') => {
  const asset = await scene.asset()
  await scene.locator('drm', asset, { streamingPolicyName, defaultContentKeyPolicyName: policy })
  await scene.synced(asset)
  return asset
}

/** Puts a policy of the scenario into A. @returns its name. */
export const putPolicy = async (scene: Scene, part: string, body: JsonObject): Promise<string> => {
  await scene.a.put(`contentKeyPolicies/${scene.name(part)}`, body)
  return scene.name(part)
}

/** A policy that lets everybody in. @returns its name. */
export const keyed = async (scene: Scene): Promise<string> => {
  const policy = scene.name('keys')
  await scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ open: [clearKey, open] }))
  return policy
}

export const encrypted = (policy: string, more: JsonObject = {}): JsonObject => ({
  streamingPolicyName: 'Predefined_ClearKey',
  defaultContentKeyPolicyName: policy,
  ...more,
})

export const equal = (scene: Scene, what: string) =>
  eventually(`B equals A: ${what}`, async () => (await scene.compare()).length === 0)

/** A title with a policy, in sync. */
export const withPolicy = async (scene: Scene): Promise<string> => {
  const policy = scene.name('keys')
  await scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [clearKey, token()] }))
  await used(scene, policy, 'Predefined_ClearKey')
  return policy
}

export const rotate = (scene: Scene, policy: string) =>
  scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [clearKey, token()] }))
