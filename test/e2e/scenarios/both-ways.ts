import { expect } from 'vitest'
import { compareAccounts } from '../../../local/compare/compare.ts'
import { eventually, storageWritesTo, unit, writesTo } from '../support.ts'
import { rewriteUrls, type Scenario, type Scene } from './scene.ts'
import { clearKey, keyPolicy, token } from './shapes.ts'
import { encrypted } from './titles.ts'

const [there, back] = ['east>west', 'west>east'] as const

/** A title at home in a region, with a policy of its own. @returns names of asset and policy. */
const born = async (scene: Scene, region: 'east' | 'west', part: string): Promise<readonly [string, string]> => {
  const { arm } = scene.stack.accounts[region]
  const [asset, policy] = [scene.name(part), scene.name(`${part}-keys`)]
  await arm.put(`contentKeyPolicies/${policy}`, keyPolicy({ one: [clearKey, token()] }))
  await arm.put(`assets/${asset}`, { container: asset, description: `Born in ${region}` })
  await scene.file(region, asset, 'film.mp4', `picture of ${asset}`)
  await scene.locator(`${part}-play`, asset, encrypted(policy), region)
  return [asset, policy]
}

/** Until the app has compared a whole route. */
const compared = async (scene: Scene, route: string): Promise<void> => {
  const address = await scene.resync({ route, all: true })
  await eventually(`${route} is compared`, async () => {
    const view = (await (await scene.stack.api.fetch(address)).json()) as { readonly status: string }
    return view.status === 'succeeded'
  })
}

/** Two routes that lead to and fro between the same accounts. */
export const bothWays: readonly Scenario[] = [
  {
    name: 'titles born on either side are twins on the other, edits flow from home only, and nothing goes in circles',
    writesSource: true,
    async play(scene) {
      const [[ofA, policyOfA], [ofB, policyOfB]] = [await born(scene, 'east', 'a'), await born(scene, 'west', 'b')]
      const equal = (what: string) =>
        eventually(
          what,
          async () => {
            const options = { prefix: scene.name(''), rewriteUrls }
            const found = await Promise.all([
              compareAccounts(scene.a, scene.b, options),
              compareAccounts(scene.b, scene.a, options),
            ])
            return found.every(({ differences }) => differences.length === 0)
          },
          60_000,
        )
      await compared(scene, there)
      await compared(scene, back)
      await equal('both accounts hold both titles')

      // An edit at home reaches the twin; the opposite route calls its own twin's unit in sync and leaves it.
      await scene.a.put(`contentKeyPolicies/${policyOfA}`, keyPolicy({ one: [clearKey, token()] }))
      await scene.b.put(`contentKeyPolicies/${policyOfB}`, keyPolicy({ one: [clearKey, token()] }))
      await scene.a.patch(`assets/${ofA}`, { description: 'told anew in A' })
      await scene.b.patch(`assets/${ofB}`, { description: 'told anew in B' })
      const key = async (arm: typeof scene.a, policy: string) =>
        (await arm.post(`contentKeyPolicies/${policy}`, 'getPolicyPropertiesWithSecrets')).options
      const [atA, atB] = [await key(scene.a, policyOfA), await key(scene.b, policyOfB)]
      await compared(scene, there)
      await compared(scene, back)
      await equal('both edits have arrived')
      expect([await key(scene.b, policyOfA), await key(scene.a, policyOfB)]).toMatchObject([atA, atB].map(withoutIds))

      await eventually('nothing is under way', async () => {
        const views = await Promise.all([
          unit(scene.stack, ofA),
          scene.stack.api.unit(back, 'asset', ofB),
          scene.stack.api.unit(back, 'contentKeyPolicy', policyOfB),
        ])
        return views.every(view => view?.state === 'idle' && !view.pending && view.outcome === 'inSync')
      })
      scene.stack.simulator.resetCounters()
      await compared(scene, there)
      await compared(scene, back)
      expect([writesTo(scene.stack, 'east'), writesTo(scene.stack, 'west')]).toEqual([[], []])
      expect([storageWritesTo(scene.stack, 'east'), storageWritesTo(scene.stack, 'west')]).toEqual([0, 0])
    },
  },
]

/** Options as both accounts have them: each gives them ids of its own. */
const withoutIds = (options: unknown): unknown =>
  Array.isArray(options) ? options.map(({ policyOptionId: _, ...option }) => option) : options
