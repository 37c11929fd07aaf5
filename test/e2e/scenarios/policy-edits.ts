import { expect } from 'vitest'
import { writesTo } from '../support.ts'
import { widevine } from './drm.ts'
import type { Scenario } from './scene.ts'
import { clearKey, keyPolicy, open, token } from './shapes.ts'
import { putPolicy, used } from './titles.ts'

/** Contract section 6.5: what becomes of a policy afterwards. */
export const policyEdits: readonly Scenario[] = [
  {
    name: 'an edit in A reaches B: a rotated key, another option, another description',
    async play(scene) {
      const policy = await putPolicy(scene, 'edited', keyPolicy({ one: [clearKey, token()] }, { description: 'first' }))
      await used(scene, policy, 'Predefined_ClearKey')
      await scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [clearKey, token()], two: [clearKey, open] }))
      await scene.look('contentKeyPolicy', policy)
    },
  },
  {
    name: 'option ids that change by themselves are no drift',
    async play(scene) {
      const policy = await putPolicy(scene, 'ids', keyPolicy({ one: [clearKey, open], two: [widevine, open] }))
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
]
