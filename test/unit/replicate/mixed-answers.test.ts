/** Two answers to one pass that are of different ages: each was right in its time, together they are of no time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { syncPolicy } from '../../../src/lib/replicate/sync-policy.ts'
import { Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

let number = 0
let name: string
beforeEach(() => {
  number += 1
  name = `mixed-${number}`
})

const inSync = { outcome: 'inSync' }
const type = (kind: string) => ({ '@odata.type': `#Microsoft.Media.ContentKeyPolicy${kind}` })
const openPolicy = (description: string): JsonObject => ({
  description,
  options: [{ configuration: type('ClearKeyConfiguration'), restriction: type('OpenRestriction') }],
})
/** A source or target that answers some calls otherwise. */
const answering = <S extends 'source' | 'target'>(pair: Pair, side: S, more: Partial<Pair[S]>): Pair => ({
  ...pair,
  [side]: { ...pair[side], ...more },
})

/** As a pass sees it that comes some time after. */
const later = (pair: Pair): Pair => ({ ...pair, clock: () => Date.now() + pair.timing.settle })

describe('a locator that the source has made again, and its content keys', () => {
  let passes: Passes
  const keys = async (region: 'east' | 'west') =>
    (await ground.arm[region].post(`streamingLocators/${name}`, 'listContentKeys')).contentKeys
  const publish = async (more: JsonObject = {}) => {
    await ground.arm.east.delete(`streamingLocators/${name}`)
    await ground.arm.east.put(`streamingLocators/${name}`, {
      assetName: name,
      streamingPolicyName: 'Predefined_ClearKey',
      defaultContentKeyPolicyName: 'open',
      ...more,
    })
  }
  beforeEach(async () => {
    await ground.arm.east.put('contentKeyPolicies/open', openPolicy('open'))
    const unit = { route: 'east>west', kind: 'contentKeyPolicy', name: 'open' } as const
    await syncPolicy(ground.pair(), unit, { facts: {}, permissions: {}, mayWrite: async () => {} })
    await ground.arm.east.put(`assets/${name}`, { container: name })
    await ground.putBlob('east', name, 'a.mp4', 'a')
    passes = new Passes(ground, name)
  })

  it('P1: keys of the one before, told by the source, are not given to the new one', async () => {
    await publish()
    expect(await passes.run()).toEqual(inSync)
    const { pair } = passes
    const old = await pair.source.contentKeys(name)
    await publish()
    passes.pair = answering(pair, 'source', { contentKeys: async () => old })
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'SourceChanged' })
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
    expect(await keys('west')).toEqual(await keys('east'))
  })

  const withKey = (value: string): JsonObject => ({
    streamingLocatorId: `100000${number + 10}-1111-4111-8111-111111111111`,
    contentKeys: [
      {
        id: `000000${number + 10}-1111-4111-8111-111111111111`,
        labelReferenceInStreamingPolicy: 'clearKeyDefault',
        value: Buffer.from(value).toString('base64'),
      },
    ],
  })

  it.each([{}, { endTime: '2031-01-01T00:00:00Z' }])(
    'P1: the same where only the values are others: %j',
    async more => {
      await publish(withKey('first-key-16-byt'))
      expect(await passes.run()).toEqual(inSync)
      const { pair } = passes
      const old = await pair.source.contentKeys(name)
      await publish({ ...withKey('other-key-16-byt'), ...more })
      passes.pair = answering(pair, 'source', { contentKeys: async () => old })
      expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'SourceChanged' })
      passes.pair = later(pair)
      expect(await passes.run()).toEqual(inSync)
      expect(await keys('west')).toEqual(await keys('east'))
    },
  )

  it.each(['ids', 'values'])(
    'P3: keys of the one before, told by the target, do not block it: other %s',
    async what => {
      await publish(withKey('first-key-16-byt'))
      expect(await passes.run()).toEqual(inSync)
      const { pair } = passes
      const old = await pair.target.contentKeys(name)
      await publish(what === 'ids' ? {} : withKey('other-key-16-byt'))
      passes.pair = answering(pair, 'target', { contentKeys: async () => old })
      expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
      passes.pair = later(pair)
      expect(await passes.run()).toEqual(inSync)
      expect(await keys('west')).toEqual(await keys('east'))
    },
  )
})
