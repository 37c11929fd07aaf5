import { expect } from 'vitest'
import { sweep } from '../sweep-support.ts'
import type { Scenario } from './scene.ts'
import { clearKey, keyPolicy, token } from './shapes.ts'
import { encrypted, equal, rotate, withPolicy } from './titles.ts'

/** What no event has told. */
export const polls: readonly Scenario[] = [
  {
    name: 'a rotated key of a policy whose event is lost reaches B by the poll',
    async play(scene) {
      const policy = await withPolicy(scene)
      await scene.switches({ armEvents: true })
      scene.stack.simulator.fault({ account: 'east', plane: 'events', kind: 'lostEvent' })
      await rotate(scene, policy)
      expect(await scene.compare()).toHaveLength(1)
      await sweep(scene.stack, 'changes')
      await equal(scene, 'the new key')
    },
  },
  {
    name: 'a title, its policy and its locator of which no event told are found by the poll',
    async play(scene) {
      const policy = scene.name('keys')
      await scene.a.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [clearKey, token()] }))
      const asset = await scene.asset()
      await scene.locator('play', asset, encrypted(policy))
      await sweep(scene.stack, 'changes')
      await equal(scene, 'the title')
    },
  },
]
