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
  {
    name: 'the answer of a GET that was PUT back in B wiped its secrets: they are there again',
    async play(scene) {
      const policy = await putPolicy(scene, 'wiped', keyPolicy({ one: [clearKey, token()] }))
      await scene.look('contentKeyPolicy', policy)
      const path = `contentKeyPolicies/${policy}`
      const shown = (await scene.b.get(path))?.properties ?? {}
      await scene.switches({ nullSecrets: 'store' })
      await scene.b.put(path, shown)
      await scene.switches({ nullSecrets: 'refuse' })
      expect(await scene.compare()).not.toEqual([])
      await scene.look('contentKeyPolicy', policy)
    },
  },
  {
    name: 'a field that B does not keep: a new policy is not left there without it, an edited one stays as it was',
    async play(scene) {
      const before = keyPolicy({ one: [clearKey, token()] }, { description: 'before' })
      const edited = await putPolicy(scene, 'edited', before)
      await scene.look('contentKeyPolicy', edited)
      const after = keyPolicy({ one: [{ ...clearKey, watermark: 'forensic' }, token()] }, { description: 'after' })
      await scene.withUnknownTypes(async () => {
        await putPolicy(scene, 'edited', after)
        await putPolicy(scene, 'new', after)
      })
      for (const policy of [edited, scene.name('new')]) {
        const { detail } = await scene.look('contentKeyPolicy', policy, { code: 'NotRepresentable' })
        expect(detail).toContain('configuration.watermark')
      }
      const { options } = await scene.b.post(`contentKeyPolicies/${edited}`, 'getPolicyPropertiesWithSecrets')
      expect(options).toMatchObject(before.options as object)
    },
    differs: [/^content key policy \S+new is missing/, /^content key policy \S+edited: /],
  },
]
