/** Another account under the name of the source, which has objects of the same names: none of them is written over ours. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { marked, withMark } from '../../../src/lib/replicate/policy-mark.ts'
import { freely, Passes } from '../../support/passes.ts'
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
  name = `name-${number}`
})

const inSync = { outcome: 'inSync' }
const replaced = { outcome: 'blocked', code: 'SourceReplaced' }
const inB = async (path: string) => (await ground.arm.west.get(path))?.properties

/** @param calls that the account of before still answers. */
const another = (calls = 0): Pair => {
  const pair = ground.pair()
  let left = calls
  const mediaServiceId = async () => {
    left -= 1
    return left < 0 ? 'another-id' : pair.source.mediaServiceId()
  }
  return { ...pair, source: { ...pair.source, mediaServiceId } }
}
const confirmed = { ...freely, deletes: { ...freely.deletes, confirmedSource: 'another-id' } }

describe('P10: an asset of another account', () => {
  let passes: Passes
  const publish = (more: JsonObject = {}) =>
    ground.arm.east.put(`streamingLocators/${name}`, {
      assetName: name,
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
      ...more,
    })
  beforeEach(async () => {
    passes = new Passes(ground, name)
    await ground.arm.east.put(`assets/${name}`, { container: name, description: 'known' })
    await ground.putBlob('east', name, 'a.mp4', 'known')
    expect(await passes.run()).toEqual(inSync)
    ground.simulator.counters.reset()
  })

  it('is not written over its namesake until somebody confirms the account, which is then the known one', async () => {
    const before = passes.facts
    passes.pair = another()
    await ground.putBlob('east', name, 'a.mp4', 'other')
    await ground.arm.east.put(`assets/${name}`, { description: 'other' })
    expect(await passes.run()).toMatchObject(replaced)
    expect(ground.writes('west')).toEqual([])
    expect(await ground.blobs('west', name)).toEqual({ 'a.mp4': 'known' })
    // Nor does the row say that somebody was writing: what others change in the target is still told from our own.
    expect(passes.facts).toMatchObject({ sourceAccount: before.sourceAccount, twin: before.twin })

    passes.rules = confirmed
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', name)).toEqual({ 'a.mp4': 'other' })
    passes.rules = freely
    await ground.putBlob('east', name, 'a.mp4', 'other still')
    expect(await passes.run()).toEqual(inSync)
    passes.facts = {}
    await ground.putBlob('east', name, 'a.mp4', 'and again')
    expect(await passes.run()).toEqual(inSync)
  })

  it('is not followed by a lost ledger either: the mark names the account of the first copy', async () => {
    passes.facts = {}
    passes.pair = another()
    await ground.putBlob('east', name, 'a.mp4', 'other')
    expect(await passes.run()).toMatchObject(replaced)
    expect(ground.writes('west')).toEqual([])
    expect(await ground.blobs('west', name)).toEqual({ 'a.mp4': 'known' })
  })

  it('takes no place of what plays, where it came while files were copied', async () => {
    await ground.arm.east.put(`assets/${name}/assetFilters/f`, { firstQuality: { bitrate: 1 } })
    await publish({ filters: ['f'] })
    expect(await passes.run()).toEqual(inSync)
    const { streamingLocatorId } = (await inB(`streamingLocators/${name}`)) ?? {}
    passes.pair = another(1)
    await ground.arm.east.delete(`streamingLocators/${name}`)
    await publish({ filters: ['f'] })
    expect(await passes.run()).toMatchObject(replaced)
    expect(await inB(`streamingLocators/${name}`)).toMatchObject({ streamingLocatorId })
    passes.pair = another(1)
    await ground.arm.east.put(`assets/${name}/assetFilters/f`, { firstQuality: { bitrate: 2 } })
    expect(await passes.run()).toMatchObject(replaced)
    expect(await inB(`assets/${name}/assetFilters/f`)).toMatchObject({ firstQuality: { bitrate: 1 } })
  })

  it('is not made either where the target has no namesake, once the route is known to follow another one', async () => {
    const title = `${name}-new`
    await ground.arm.east.put(`assets/${title}`, { container: title })
    await ground.putBlob('east', title, 'a.mp4', 'new')
    const first = new Passes(ground, title)
    first.rules = { ...freely, deletes: { ...freely.deletes, knownSource: 'the-known-one' } }
    expect(await first.run()).toMatchObject(replaced)
    expect(ground.writes('west')).toEqual([])
    first.rules = freely
    expect(await first.run()).toEqual(inSync)
  })

  it('P7, P9: is not asked for while nothing is to be written', async () => {
    passes.pair = another()
    expect(await passes.run()).toEqual(inSync)
  })
})

describe.each([
  ['contentKeyPolicy', 'contentKeyPolicies', ['known', 'other', 'again'].map(description => keyPolicy(description))],
  ['streamingPolicy', 'streamingPolicies', ['known', 'other', 'again'].map(label => streamingPolicy(label))],
  ['accountFilter', 'accountFilters', [1, 2, 3].map(bitrate => ({ firstQuality: { bitrate } }))],
] as const)('P10: a %s of another account', (kind, collection, [known, other, again]) => {
  let passes: PolicyPasses
  let path: string
  const unit = () => ({ route: 'east>west', kind, name }) as const
  const edit = async (body: JsonObject | undefined) => {
    await ground.arm.east.delete(path)
    await ground.arm.east.put(path, body ?? {})
  }
  beforeEach(async () => {
    path = `${collection}/${name}`
    passes = new PolicyPasses(ground.pair(), kind, name)
    await edit(known)
    expect(await passes.run()).toEqual(inSync)
    passes.facts = await marked(passes.pair, unit(), passes.facts)
    ground.simulator.counters.reset()
    passes.pair = another()
    await edit(other)
  })

  it('is not written over its namesake until somebody confirms the account, which is then the known one', async () => {
    const before = passes.facts
    expect(await passes.run()).toMatchObject(replaced)
    expect(ground.writes('west')).toEqual([])
    expect(await inB(path)).toMatchObject(known ?? {})
    expect(passes.facts).toEqual(before)

    passes.deletes = confirmed.deletes
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(path)).toMatchObject(other ?? {})
    passes.deletes = freely.deletes
    passes.facts = await marked(passes.pair, unit(), passes.facts)
    await edit(again)
    expect(await passes.run()).toEqual(inSync)
    passes.facts = await withMark(passes.pair, unit(), {})
    expect(passes.facts).toMatchObject({ owner: 'made', sourceAccount: 'another-id' })
  })

  it('is not followed by a lost ledger either: the mark names the account', async () => {
    passes.facts = await withMark(passes.pair, unit(), {})
    expect(await passes.run()).toMatchObject(replaced)
    expect(ground.writes('west')).toEqual([])
    expect(await inB(path)).toMatchObject(known ?? {})
  })
})

function keyPolicy(description: string): JsonObject {
  const type = (kind: string) => ({ '@odata.type': `#Microsoft.Media.ContentKeyPolicy${kind}` })
  const option = { name: 'open', configuration: type('ClearKeyConfiguration'), restriction: type('OpenRestriction') }
  return { description, options: [option] }
}

function streamingPolicy(label: string): JsonObject {
  const enabledProtocols = { download: false, dash: true, hls: true, smoothStreaming: false }
  return { envelopeEncryption: { enabledProtocols, contentKeys: { defaultKey: { label } } } }
}
