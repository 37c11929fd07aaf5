/** Two answers to one pass that are of different ages: each was right in its time, together they are of no time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { syncPolicy } from '../../../src/lib/replicate/sync-policy.ts'
import { Passes, passesWithDeletes } from '../../support/passes.ts'
import { PolicyPasses } from '../../support/policy-passes.ts'
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
const inB = async (path: string) => (await ground.arm.west.get(path))?.properties
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
      const before = Date.now()
      const old = await pair.source.contentKeys(name)
      await publish({ ...withKey('other-key-16-byt'), ...more })
      passes.pair = { ...answering(pair, 'source', { contentKeys: async () => old }), clock: () => before }
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

describe('P3: a twin is known as it was left, though an answer of the target is older', () => {
  it('an account filter that was edited, and then deleted', async () => {
    const path = `accountFilters/${name}`
    await ground.arm.east.put(path, { firstQuality: { bitrate: 1 } })
    const passes = new PolicyPasses(ground.pair(), 'accountFilter', name)
    passes.deletes = { allow: async () => {} }
    expect(await passes.run()).toEqual(inSync)
    const { pair } = passes
    const old = await pair.target.accountFilter(name)
    await ground.arm.east.put(path, { firstQuality: { bitrate: 2 } })
    let reads = 0
    // The first look, and what is read back; from then on it is the answer of before.
    const accountFilter: Pair['target']['accountFilter'] = async filter =>
      ++reads > 2 ? old : pair.target.accountFilter(filter)
    passes.pair = answering(pair, 'target', { accountFilter })
    expect(await passes.run()).toEqual(inSync)
    passes.pair = pair
    await ground.arm.east.delete(path)
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(path)).toBeUndefined()
  })

  it('a title whose filter was edited, and that was then deleted', async () => {
    let now = Date.now()
    const passes = await passesWithDeletes(ground, name, () => now)
    const filter = (bitrate: number) =>
      ground.arm.east.put(`assets/${name}/assetFilters/f`, { firstQuality: { bitrate } })
    await filter(1)
    expect(await passes.run()).toEqual(inSync)
    const { pair } = passes
    const old = await pair.target.assetFilters(name)
    await filter(2)
    let written = 0
    passes.pair = answering(pair, 'target', {
      putAssetFilter: (...args) => {
        written = 1
        return pair.target.putAssetFilter(...args)
      },
      // What is read back is as it was written.
      assetFilters: async asset => (written > 0 && written++ > 1 ? old : pair.target.assetFilters(asset)),
    })
    expect(await passes.run()).toEqual(inSync)
    passes.pair = pair
    await ground.arm.east.delete(`assets/${name}`)
    await passes.run()
    now += pair.timing.deleteGrace + 1000
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`assets/${name}`)).toBeUndefined()
  })

  const label = (text: string): JsonObject => ({
    envelopeEncryption: {
      enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: false },
      contentKeys: { defaultKey: { label: text } },
    },
  })
  const kinds = [
    ['streamingPolicy', 'streamingPolicies', 'streamingPolicy', label],
    ['contentKeyPolicy', 'contentKeyPolicies', 'contentKeyPolicy', openPolicy],
  ] as const

  it.each(kinds)('a %s that was deleted and made again is still ours', async (kind, collection, get, body) => {
    const path = `${collection}/${name}`
    const passes = new PolicyPasses(ground.pair(), kind, name)
    passes.deletes = { allow: async () => {} }
    await ground.arm.east.put(path, body('a'))
    expect(await passes.run()).toEqual(inSync)
    const { pair } = passes
    const old = await pair.target[get](name)
    await ground.arm.east.delete(path)
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.put(path, body('a'))
    expect(await passes.run()).toEqual(inSync)
    passes.pair = answering(pair, 'target', { [get]: async () => old })
    await passes.run()
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.delete(path)
    await ground.arm.east.put(path, body('b'))
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(path)).toMatchObject(body('b'))
  })

  const states = [
    ['streamingPolicy', 'streamingPolicies', 'streamingPolicy', ['a', 'b', 'c'].map(label)],
    ['contentKeyPolicy', 'contentKeyPolicies', 'contentKeyPolicy', ['a', 'b', 'c'].map(text => openPolicy(text))],
    [
      'accountFilter',
      'accountFilters',
      'accountFilter',
      [1, 2, 3].map((bitrate): JsonObject => ({ firstQuality: { bitrate } })),
    ],
  ] as const

  it('a filter of a title that is shown as it was before it was last deleted', async () => {
    const filter = (bitrate: number) =>
      ground.arm.east.put(`assets/${name}/assetFilters/f`, { firstQuality: { bitrate } })
    await ground.arm.east.put(`assets/${name}`, { container: name })
    await ground.putBlob('east', name, 'a.mp4', 'a')
    await filter(1)
    const passes = new Passes(ground, name)
    expect(await passes.run()).toEqual(inSync)
    const { pair } = passes
    const old = await pair.target.assetFilters(name)
    await ground.arm.east.delete(`assets/${name}/assetFilters/f`)
    expect(await passes.run()).toEqual(inSync)
    await filter(2)
    let written = false
    passes.pair = answering(pair, 'target', {
      putAssetFilter: (...args) => {
        written = true
        return pair.target.putAssetFilter(...args)
      },
      assetFilters: async asset => (written ? old : pair.target.assetFilters(asset)),
    })
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`assets/${name}/assetFilters/f`)).toMatchObject({ firstQuality: { bitrate: 2 } })
  })

  it.each(states)(
    'a %s is not put back to the state before last by answers of that and of the last',
    async (kind, collection, get, [first, second, third]) => {
      const path = `${collection}/${name}`
      const passes = new PolicyPasses(ground.pair(), kind, name)
      const { pair } = passes
      const edit = async (body: JsonObject = {}) => {
        await ground.arm.east.delete(path)
        await ground.arm.east.put(path, body)
        passes.pair = pair
        const outcome = await passes.run()
        return { outcome, shown: await pair.target[get](name), body: await pair.target.contentKeyPolicyBody(name) }
      }
      const one = await edit(first)
      const two = await edit(second)
      expect(two.outcome).toEqual(inSync)
      await ground.arm.east.delete(path)
      await ground.arm.east.put(path, third ?? {})
      let [reads, bodies] = [0, 0]
      passes.pair = answering(pair, 'target', {
        [get]: async () => [one.shown, two.shown][reads++] ?? pair.target[get](name),
        contentKeyPolicyBody: async () => [one.body, two.body][bodies++] ?? pair.target.contentKeyPolicyBody(name),
      })
      await passes.run()
      passes.pair = pair
      expect(await passes.run()).toEqual(inSync)
      expect(await inB(path)).toMatchObject(third ?? {})
    },
  )

  it.each(states)(
    'a %s is shown as it was before it was last deleted',
    async (kind, collection, get, [first, second]) => {
      const path = `${collection}/${name}`
      const passes = new PolicyPasses(ground.pair(), kind, name)
      passes.deletes = { allow: async () => {} }
      await ground.arm.east.put(path, first ?? {})
      expect(await passes.run()).toEqual(inSync)
      const { pair } = passes
      const [old, oldBody] = [await pair.target[get](name), await pair.target.contentKeyPolicyBody(name)]
      await ground.arm.east.delete(path)
      expect(await passes.run()).toEqual(inSync)
      await ground.arm.east.put(path, second ?? {})
      let reads = 0
      passes.pair = answering(pair, 'target', {
        // What is read back.
        [get]: async () => (reads++ === 1 ? old : pair.target[get](name)),
        contentKeyPolicyBody: async () => oldBody,
      })
      expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
      passes.pair = pair
      expect(await passes.run()).toEqual(inSync)
      expect(await inB(path)).toMatchObject(second ?? {})
    },
  )
})
