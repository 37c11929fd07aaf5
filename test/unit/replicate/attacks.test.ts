/** What an adversary, an accident or another owner could do to a twin, and what must not come of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import { isFinishing } from '../../../src/lib/media/governor/finishing.ts'
import type { Outcome, Unit } from '../../../src/lib/model.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { reportUnit } from '../../../src/lib/replicate/report.ts'
import { syncPolicy } from '../../../src/lib/replicate/sync-policy.ts'
import { withdrawLocators } from '../../../src/lib/replicate/withdraw.ts'
import { ServiceError } from '../../../src/lib/service-error.ts'
import { freely, Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

let number = 0
let asset: string
let passes: Passes
beforeEach(async () => {
  number += 1
  asset = `title-${number}`
  passes = new Passes(ground, asset)
  await ground.arm.east.put(`assets/${asset}`, { container: asset })
  await ground.putBlob('east', asset, 'a.mp4', 'old a')
  await ground.putBlob('east', asset, 'b.mp4', 'old b')
})

const publish = (name: string, more: JsonObject = {}, owner: 'east' | 'west' = 'east') =>
  ground.arm[owner].put(`streamingLocators/${name}`, {
    assetName: asset,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
    ...more,
  })
const inB = (path: string) => ground.arm.west.get(path)
const inSync: Outcome = { outcome: 'inSync' }

describe('P5: what somebody else made stays theirs', () => {
  it('an asset that was made anew in place of our twin', async () => {
    await passes.run()
    await ground.arm.west.delete(`assets/${asset}`)
    await ground.arm.west.put(`assets/${asset}`, { container: `own-${asset}`, description: 'theirs' })
    await ground.putBlob('west', `own-${asset}`, 'a.mp4', 'precious')

    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetNotOurs' })
    expect(await ground.blobs('west', `own-${asset}`)).toEqual({ 'a.mp4': 'precious' })
    expect((await inB(`assets/${asset}`))?.properties.description).toBe('theirs')
  })

  it('an asset that came into being after the survey', async () => {
    const survey = await passes.survey()
    await ground.arm.west.put(`assets/${asset}`, { container: `own-${asset}` })
    await ground.putBlob('west', `own-${asset}`, 'a.mp4', 'precious')
    expect(await passes.goOn(survey)).toMatchObject({ outcome: 'blocked', code: 'TargetNotOurs' })
    expect(await ground.blobs('west', `own-${asset}`)).toEqual({ 'a.mp4': 'precious' })
  })

  it('a locator on our twin whose name the source uses later', async () => {
    await passes.run()
    const theirs = await publish(`${asset}-x`, {}, 'west')
    await publish(`${asset}-x`)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorChanged' })
    // Waiting for files must not make it ours either.
    await ground.putBlob('east', asset, 'c.ism', '<smil><video src="missing.mp4"/></smil>')
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'NotFinished' })
    await ground.putBlob('east', asset, 'missing.mp4', 'there')
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorChanged' })
    expect((await inB(`streamingLocators/${asset}-x`))?.properties.streamingLocatorId).toBe(
      theirs.properties.streamingLocatorId,
    )
  })

  it('a locator that was made anew in place of one that we withdrew', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    expect(await passes.run()).toEqual(inSync)
    await publish(`${asset}-x`, {}, 'west')
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`streamingLocators/${asset}-x`)).toBeDefined()
  })

  it('a filter on our twin of the same name', async () => {
    await passes.run()
    await ground.arm.west.put(`assets/${asset}/assetFilters/f`, { firstQuality: { bitrate: 111 } })
    await ground.arm.east.put(`assets/${asset}/assetFilters/f`, { firstQuality: { bitrate: 222 } })
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorChanged' })
    expect((await inB(`assets/${asset}/assetFilters/f`))?.properties.firstQuality).toEqual({ bitrate: 111 })
  })

  it('a content key policy that was made anew in place of ours', async () => {
    const name = `policy-${number}`
    const unit = { route: 'east>west', kind: 'contentKeyPolicy', name } as const
    await ground.arm.east.put(`contentKeyPolicies/${name}`, openPolicy('first'))
    const made = await syncPolicy(ground.pair(), unit, { facts: {}, permissions: {}, mayWrite: async () => {} })
    await ground.arm.west.delete(`contentKeyPolicies/${name}`)
    await ground.arm.west.put(`contentKeyPolicies/${name}`, openPolicy('theirs'))
    const input = { facts: made.facts, permissions: {}, mayWrite: async () => {} }
    expect((await syncPolicy(ground.pair(), unit, input)).outcome).toMatchObject({ code: 'TargetNotOurs' })
    expect((await inB(`contentKeyPolicies/${name}`))?.properties.description).toBe('theirs')
  })

  it('a locator of an asset that was made anew in place of our twin, when the source drops its own', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.west.delete(`assets/${asset}`)
    await ground.arm.west.delete(`streamingLocators/${asset}-x`)
    await ground.arm.west.put(`assets/${asset}`, { container: `own-${asset}` })
    await publish(`${asset}-x`, {}, 'west')
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await ground.arm.east.delete(`assets/${asset}`)
    await passes.run()
    expect(await inB(`streamingLocators/${asset}-x`)).toBeDefined()
  })

  it('an equal asset until it is adopted, and then it is ours for good', async () => {
    await ground.arm.west.put(`assets/${asset}`, { container: asset })
    await ground.putBlob('west', asset, 'a.mp4', 'old a')
    await ground.putBlob('west', asset, 'b.mp4', 'old b')
    expect(await passes.run()).toEqual(inSync)
    expect(passes.facts.owner).toBe('matched')
    expect(await passes.run({ adopt: true })).toEqual(inSync)
    await ground.putBlob('east', asset, 'a.mp4', 'new a')
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'new a', 'b.mp4': 'old b' })
  })

  it('names that the route leaves out', async () => {
    await publish(`${asset}-x`)
    const pair = ground.pair()
    passes.pair = { ...pair, route: { ...pair.route, include: { namePrefix: 'prod-' } } }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'Excluded' })
    expect(await inB(`assets/${asset}`)).toBeUndefined()
  })
})

describe('P2: nothing rests on half a change', () => {
  it('a source that changes between survey and copy gets no first locator', async () => {
    await publish(`${asset}-x`)
    const survey = await passes.survey()
    await ground.putBlob('east', asset, 'a.mp4', 'new a')
    expect(await passes.goOn(survey)).toMatchObject({ outcome: 'waiting', code: 'SourceChanged' })
    expect(await inB(`streamingLocators/${asset}-x`)).toBeUndefined()
  })

  it('nor does it change what is streamed', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.putBlob('east', asset, 'a.mp4', 'new a')
    const survey = await passes.survey()
    await ground.putBlob('east', asset, 'b.mp4', 'new b')
    expect(await passes.goOn(survey)).toMatchObject({ code: 'SourceChanged' })
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'old a', 'b.mp4': 'old b' })
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'new a', 'b.mp4': 'new b' })
  })
})

describe('P10: withdrawing', () => {
  it('is not proven by an account that was made again under the same name', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    const remade: Facts = { ...passes.facts, sourceAccount: 'another-id' }
    const basis = { facts: remade, permissions: {} }
    const withdraw = withdrawLocators(ground.pair(), asset, [`${asset}-x`], basis, freely.deletes, new Set())
    await expect(withdraw).rejects.toMatchObject({
      outcome: { outcome: 'blocked', code: 'SourceReplaced' },
    })
    expect(await inB(`streamingLocators/${asset}-x`)).toBeDefined()
  })

  it('does not wait for files that cannot be read', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    const { id } = ground.simulator.faults.add({ account: 'east', plane: 'storage', kind: 'outage' })
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'SourceUnavailable' })
    ground.simulator.faults.remove(fault => fault.id === id)
    expect(await inB(`streamingLocators/${asset}-x`)).toBeUndefined()
  })

  it('does not need the ledger: the mark of the twin tells which locators are ours', async () => {
    for (const name of ['a', 'b', 'c']) await publish(`${asset}-${name}`)
    expect(await passes.run()).toEqual(inSync)
    await publish(`${asset}-theirs`, {}, 'west')
    // Replaced, so that another id is ours.
    await ground.arm.east.delete(`streamingLocators/${asset}-b`)
    await publish(`${asset}-b`)
    expect(await passes.run()).toEqual(inSync)
    for (const name of ['a', 'b']) await ground.arm.east.delete(`streamingLocators/${asset}-${name}`)
    passes.facts = {}
    expect(await passes.run()).toEqual(inSync)
    const there = await Promise.all(['a', 'b', 'c', 'theirs'].map(name => inB(`streamingLocators/${asset}-${name}`)))
    expect(there.map(Boolean)).toEqual([false, false, true, true])
    expect(passes.facts.locators).toEqual([`${asset}-c`])

    // The same of an asset that the source has lost altogether.
    await ground.arm.east.delete(`streamingLocators/${asset}-c`)
    await ground.arm.east.delete(`assets/${asset}`)
    passes.facts = {}
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    expect(await inB(`streamingLocators/${asset}-c`)).toBeUndefined()
    expect(await inB(`streamingLocators/${asset}-theirs`)).toBeDefined()
  })

  it('is not proven to a lost ledger by another account under the name: the mark knows the one', async () => {
    await publish(`${asset}-x`)
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    passes.facts = {}
    const { pair } = passes
    passes.pair = { ...pair, source: { ...pair.source, mediaServiceId: async () => 'another-id' } }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceReplaced' })
    expect(await inB(`streamingLocators/${asset}-x`)).toBeDefined()
  })

  it('shows in the report of a sweep though something else blocks the asset', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    const unit: Unit = { route: 'east>west', kind: 'asset', name: asset }
    const pair = { ...ground.pair(), storageFor: () => undefined }
    const row = { facts: passes.facts, permissions: {} } as UnitRow
    const report = await reportUnit(pair, unit, row, freely)
    expect(report).toMatchObject({ outcome: { code: 'StorageNotMapped' }, withdraws: true })
  })

  it('P7: is done once', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await passes.run()
    expect((await passes.survey()).withdraw).toEqual([])
    expect(passes.facts.locators).toEqual([])
  })

  it('follows a locator that moved to another asset', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    const other = `other-${asset}`
    await ground.arm.east.put(`assets/${other}`, { container: other })
    await ground.putBlob('east', other, 'a.mp4', 'other')
    await publish(`${asset}-x`, { assetName: other })
    const others = new Passes(ground, other)
    expect(await others.run()).toMatchObject({ outcome: 'waiting', code: 'LocatorChanged' })
    expect(await passes.run()).toEqual(inSync)
    expect(await others.run()).toEqual(inSync)
    expect((await inB(`streamingLocators/${asset}-x`))?.properties.assetName).toBe(other)
  })
})

describe('P1: a rate limit that ends in the middle', () => {
  it('of replacing a locator leaves players one', async () => {
    await publish(`${asset}-x`)
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    const { properties } = await publish(`${asset}-x`)
    const { pair } = passes
    // The delete was the last call above the floor.
    const putLocator: Pair['target']['putLocator'] = async (...locator) => {
      if (!isFinishing()) throw new ServiceError('budgetUsed', 'kept for others', { retryAfter: 60_000 })
      await pair.target.putLocator(...locator)
    }
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    expect(await passes.run()).toEqual(inSync)
    const { streamingLocatorId } = properties
    expect((await inB(`streamingLocators/${asset}-x`))?.properties).toMatchObject({ streamingLocatorId })
  })
})

describe('P1: an id that moves to a locator of another name on another asset', () => {
  const id = () => `3000000${number % 10}-1111-4111-8111-1111111111${String(number).padStart(2, '0')}`
  let others: Passes
  beforeEach(async () => {
    const other = `other-${asset}`
    others = new Passes(ground, other)
    await ground.arm.east.put(`assets/${other}`, { container: other })
    await ground.putBlob('east', other, 'a.mp4', 'other')
    others.holders = [{ locator: `${asset}-x`, asset: { route: 'east>west', kind: 'asset', name: asset } }]
    await publish(`${asset}-x`, { streamingLocatorId: id() })
    expect(await passes.run()).toEqual(inSync)
  })

  it.each(['made', 'replaced'])('waits until ours has let it go, and is then %s', async how => {
    const name = `${asset}-y`
    const published = { assetName: `other-${asset}`, streamingLocatorId: id() }
    if (how === 'replaced') {
      await publish(name, { assetName: `other-${asset}` })
      expect(await others.run()).toEqual(inSync)
      await ground.arm.east.delete(`streamingLocators/${name}`)
    }
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await publish(name, published)
    ground.simulator.counters.reset()
    expect(await others.run()).toMatchObject({ outcome: 'waiting', code: 'LocatorIdTaken' })
    expect(others.doubted).toEqual([`asset ${asset}`])
    expect(ground.writes('west')).not.toContain('StreamingLocators_Delete')
    expect(await passes.run()).toEqual(inSync)
    expect(await others.run()).toEqual(inSync)
    expect((await inB(`streamingLocators/${name}`))?.properties).toMatchObject(published)
    expect(await inB(`streamingLocators/${asset}-x`)).toBeUndefined()
  })

  it('P5: is not taken for ours by a lost ledger, where somebody else holds it on our twin', async () => {
    const name = `${asset}-theirs`
    await ground.arm.west.delete(`streamingLocators/${asset}-x`)
    await publish(name, { streamingLocatorId: id() }, 'west')
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorIdTaken' })
    passes.facts = {}
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorIdTaken' })
    expect(passes.facts.locators).not.toContain(name)
    expect(await inB(`streamingLocators/${name}`)).toMatchObject({ properties: { streamingLocatorId: id() } })
  })

  it('is blocked while somebody else holds it', async () => {
    await ground.arm.west.delete(`streamingLocators/${asset}-x`)
    await ground.arm.west.put(`assets/stranger-${asset}`, {})
    await publish(`${asset}-z`, { assetName: `stranger-${asset}`, streamingLocatorId: id() }, 'west')
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await publish(`${asset}-y`, { assetName: `other-${asset}`, streamingLocatorId: id() })
    expect(await others.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorIdTaken' })
    expect(others.doubted).toEqual([])
  })
})

describe('P10: a prefix that leaves out what was made before', () => {
  const narrowed = () => {
    const pair = ground.pair()
    passes.pair = { ...pair, route: { ...pair.route, include: { namePrefix: 'prod-' } } }
  }
  const excluded = { outcome: 'blocked', code: 'Excluded' }

  it('makes and copies nothing, and still withdraws what the source withdraws or makes again', async () => {
    for (const name of ['a', 'b', 'c']) await publish(`${asset}-${name}`)
    expect(await passes.run()).toEqual(inSync)
    narrowed()
    await ground.putBlob('east', asset, 'c.mp4', 'new')
    await publish(`${asset}-new`)
    await ground.arm.east.delete(`streamingLocators/${asset}-a`)
    await ground.arm.east.delete(`streamingLocators/${asset}-b`)
    await publish(`${asset}-b`)
    expect(await passes.run()).toMatchObject(excluded)
    const there = await Promise.all(['a', 'b', 'c', 'new'].map(name => inB(`streamingLocators/${asset}-${name}`)))
    expect(there.map(Boolean)).toEqual([false, false, true, false])
    expect(Object.keys(await ground.blobs('west', asset))).toEqual(['a.mp4', 'b.mp4'])

    // The last one goes with its asset; then there is nothing left to follow, and nobody is asked.
    await ground.arm.east.delete(`streamingLocators/${asset}-c`)
    await ground.arm.east.delete(`assets/${asset}`)
    expect(await passes.run()).toMatchObject(excluded)
    expect(await inB(`streamingLocators/${asset}-c`)).toBeUndefined()
    expect(passes.facts.locators).toEqual([])
    expect(await inB(`assets/${asset}`)).toBeDefined()
  })

  it('withdraws what an operator withdraws, and spares what was made anew in the target during an outage', async () => {
    for (const name of ['a', 'b']) await publish(`${asset}-${name}`)
    expect(await passes.run()).toEqual(inSync)
    narrowed()
    passes.rules = { ...freely, withdrawn: async () => new Set([`${asset}-a`]) }
    expect(await passes.run()).toMatchObject(excluded)
    expect(await inB(`streamingLocators/${asset}-a`)).toBeUndefined()

    await ground.arm.west.delete(`streamingLocators/${asset}-b`)
    await publish(`${asset}-b`, {}, 'west')
    await ground.arm.east.delete(`streamingLocators/${asset}-b`)
    passes.inSyncAt = 1000
    passes.rules = { ...freely, returnedAt: 2000 }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(await inB(`streamingLocators/${asset}-b`)).toBeDefined()
  })

  it('leaves alone what was never published from there, without a call to the source', async () => {
    expect(await passes.run()).toEqual(inSync)
    narrowed()
    const { pair } = passes
    const asked: string[] = []
    const found: Pair['source']['asset'] = async name => {
      asked.push(name)
      return pair.source.asset(name)
    }
    passes.pair = { ...pair, source: { ...pair.source, asset: found } }
    expect(await passes.run()).toMatchObject(excluded)
    expect(asked).toEqual([])
  })
})

describe('P8: a filter of B that hides the account filter which a locator names', () => {
  const [hd, body] = ['hd', { firstQuality: { bitrate: 222 } }]
  const hides = () => `assets/${asset}/assetFilters/${hd}`
  beforeEach(async () => {
    for (const region of ['east', 'west'] as const) await ground.arm[region].put(`accountFilters/${hd}`, body)
    await publish(`${asset}-x`, { filters: [hd.toUpperCase()] })
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.west.put(hides(), { firstQuality: { bitrate: 1 } })
  })

  it('is named, and stays, being theirs', async () => {
    const found = { outcome: 'blocked', code: 'LocatorChanged', detail: "filter hd hides the account's own" }
    expect(await passes.run()).toMatchObject(found)
    await ground.putBlob('east', asset, 'c.mp4', 'c')
    await passes.run()
    expect(await passes.run()).toMatchObject(found)
    expect(await ground.blobs('west', asset)).toHaveProperty('c.mp4')
    await ground.arm.west.delete(hides())
    expect(await passes.run()).toEqual(inSync)
  })

  it('is not where the source has it as well, or no locator names it', async () => {
    await ground.arm.east.put(hides(), { firstQuality: { bitrate: 1 } })
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.west.put(`assets/${asset}/assetFilters/extra`, body)
    expect(await passes.run()).toEqual(inSync)
  })
})

describe('P8: a filter is in B whole or not there', () => {
  it('one with a member that this release does not know is not written, and others are', async () => {
    for (const name of ['plain', 'strange'])
      await ground.arm.east.put(`assets/${asset}/assetFilters/${name}`, { firstQuality: { bitrate: 1 } })
    const { pair } = passes
    const assetFilters: Pair['source']['assetFilters'] = async name =>
      (await pair.source.assetFilters(name)).map(filter =>
        filter.name === 'strange' ? { ...filter, unknown: { 'firstQuality.codec': 'av1' } } : filter,
      )
    passes.pair = { ...pair, source: { ...pair.source, assetFilters } }
    expect(await passes.run()).toMatchObject({
      outcome: 'blocked',
      code: 'NotRepresentable',
      detail: 'filter strange: firstQuality.codec',
    })
    expect((await ground.arm.west.list(`assets/${asset}/assetFilters`)).map(({ name }) => name)).toEqual(['plain'])
    // A locator that plays goes on playing where the one that replaces it needs that filter.
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await publish(`${asset}-x`, { filters: ['strange'] })
    ground.simulator.counters.reset()
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'NotRepresentable' })
    expect(ground.writes('west')).not.toContain('StreamingLocators_Delete')
    expect(await inB(`streamingLocators/${asset}-x`)).toBeDefined()
  })
})

it('P8: a filter that B does not keep whole is taken back there, and not written again until A changes it', async () => {
  const filter = (bitrate: number) =>
    ground.arm.east.put(`assets/${asset}/assetFilters/f`, { firstQuality: { bitrate } })
  await filter(1)
  expect(await passes.run()).toEqual(inSync)
  const { pair } = passes
  let losing = true
  const putAssetFilter: Pair['target']['putAssetFilter'] = (of, name, properties) =>
    pair.target.putAssetFilter(
      of,
      name,
      losing && properties.firstQuality?.bitrate !== 1 ? { tracks: properties.tracks } : properties,
    )
  passes.pair = { ...pair, target: { ...pair.target, putAssetFilter } }
  await filter(2)
  const refused = { outcome: 'blocked', code: 'NotRepresentable', detail: 'filter f: firstQuality' }
  const written = async () => {
    ground.simulator.counters.reset()
    // What one answer shows is tried once more.
    await passes.run()
    expect(await passes.run()).toEqual(refused)
    expect((await inB(`assets/${asset}/assetFilters/f`))?.properties.firstQuality).toEqual({ bitrate: 1 })
    return ground.writes('west').filter(name => name.startsWith('AssetFilters')).length > 0
  }
  expect(await written()).toBe(true)
  expect(await written()).toBe(false)
  losing = false
  expect(await written()).toBe(false)
  await filter(3)
  expect(await passes.run()).toEqual(inSync)
  expect((await inB(`assets/${asset}/assetFilters/f`))?.properties.firstQuality).toEqual({ bitrate: 3 })
  expect(passes.facts.refusals).toEqual({})
})

describe('P3: an answer older than the write is no refusal', () => {
  it('an edit of a filter stays, and one that B does not keep whole is taken back beside it', async () => {
    const filters = async (bitrate: number) => {
      for (const name of ['f', 'g'])
        await ground.arm.east.put(`assets/${asset}/assetFilters/${name}`, { firstQuality: { bitrate } })
    }
    const inBNow = async () =>
      (await ground.arm.west.list(`assets/${asset}/assetFilters`)).map(({ properties }) => properties.firstQuality)
    await filters(1)
    expect(await passes.run()).toEqual(inSync)
    const { pair } = passes
    const old = await pair.target.assetFilters(asset)
    await filters(2)
    let writes = 0
    const target: Pair['target'] = {
      ...pair.target,
      putAssetFilter: async (of, name, properties) => {
        writes += 1
        await pair.target.putAssetFilter(of, name, name === 'g' && writes === 2 ? { tracks: [] } : properties)
      },
      assetFilters: async name =>
        (await pair.target.assetFilters(name)).map(one => (one.name === 'f' && old[0] !== undefined ? old[0] : one)),
    }
    passes.pair = { ...pair, target }
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    expect(await inBNow()).toEqual([{ bitrate: 2 }, { bitrate: 1 }])
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
    expect(await inBNow()).toEqual([{ bitrate: 2 }, { bitrate: 2 }])
  })

  it('a locator that replaced another one', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    const { pair } = passes
    const old = await pair.target.locator(`${asset}-x`)
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await publish(`${asset}-x`, { alternativeMediaId: 'new' })
    passes.pair = { ...pair, target: { ...pair.target, locator: async () => old } }
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    expect(passes.facts.refusals ?? {}).toEqual({})
    passes.pair = pair
    ground.simulator.counters.reset()
    expect(await passes.run()).toEqual(inSync)
    expect(ground.writes('west').filter(name => name.startsWith('StreamingLocators'))).toEqual([])
    expect((await inB(`streamingLocators/${asset}-x`))?.properties.alternativeMediaId).toBe('new')
  })
})

describe('locators with keys', () => {
  it('P1: keys without labels get to their schemes in whatever order A lists them', async () => {
    const both = {
      enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: false },
      contentKeys: { defaultKey: {} },
      drm: { widevine: {} },
    }
    const keyPolicy = `for-two-${number}`
    const policy = { commonEncryptionCenc: both, commonEncryptionCbcs: both, defaultContentKeyPolicyName: keyPolicy }
    for (const arm of [ground.arm.east, ground.arm.west]) {
      await arm.put(`contentKeyPolicies/${keyPolicy}`, openPolicy('open'))
      await arm.put(`streamingPolicies/two-${number}`, policy)
    }
    await publish(`${asset}-x`, { streamingPolicyName: `two-${number}` })
    const { pair } = passes
    const contentKeys: Pair['source']['contentKeys'] = async name =>
      [...(await pair.source.contentKeys(name))].toReversed()
    passes.pair = { ...pair, source: { ...pair.source, contentKeys } }
    expect(await passes.run()).toEqual(inSync)
    expect(await keys('west', `${asset}-x`)).toEqual(await keys('east', `${asset}-x`))
  })

  const encrypted = (name: string, value: string, id = `000000${number + 10}-1111-4111-8111-111111111111`) =>
    publish(name, {
      streamingPolicyName: 'Predefined_ClearKey',
      defaultContentKeyPolicyName: 'open',
      streamingLocatorId: `100000${number + 10}-1111-4111-8111-111111111111`,
      contentKeys: [
        { id, labelReferenceInStreamingPolicy: 'clearKeyDefault', value: Buffer.from(value).toString('base64') },
      ],
    })
  const keys = async (region: 'east' | 'west', name: string) =>
    (await ground.arm[region].post(`streamingLocators/${name}`, 'listContentKeys')).contentKeys
  beforeEach(async () => {
    await ground.arm.east.put('contentKeyPolicies/open', openPolicy('open'))
    const unit = { route: 'east>west', kind: 'contentKeyPolicy', name: 'open' } as const
    await syncPolicy(ground.pair(), unit, { facts: {}, permissions: {}, mayWrite: async () => {} })
  })

  it('P1: one made again with the same ids and another key value is made again in B', async () => {
    await encrypted(`${asset}-x`, 'first-key-16-byt')
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await encrypted(`${asset}-x`, 'other-key-16-byt')
    expect(await passes.run()).toEqual(inSync)
    expect(await keys('west', `${asset}-x`)).toEqual(await keys('east', `${asset}-x`))
  })

  it('P1: the same, found at the first look after the ledger was lost', async () => {
    await encrypted(`${asset}-x`, 'first-key-16-byt')
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await encrypted(`${asset}-x`, 'other-key-16-byt')
    passes.facts = {}
    expect(await passes.run()).toEqual(inSync)
    expect(await keys('west', `${asset}-x`)).toEqual(await keys('east', `${asset}-x`))
  })

  it('P1: the old one is there again, with its keys, when the new one cannot be made', async () => {
    await encrypted(`${asset}-x`, 'first-key-16-byt')
    await passes.run()
    const before = [await keys('west', `${asset}-x`), (await inB(`streamingLocators/${asset}-x`))?.properties.endTime]
    const taken = `000000${number + 10}-2222-4222-8222-222222222222`
    await ground.arm.west.put(`assets/stranger-${asset}`, {})
    await publish(
      `${asset}-holder`,
      {
        assetName: `stranger-${asset}`,
        streamingPolicyName: 'Predefined_ClearKey',
        defaultContentKeyPolicyName: 'open',
        contentKeys: [{ id: taken, labelReferenceInStreamingPolicy: 'clearKeyDefault' }],
      },
      'west',
    )
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await encrypted(`${asset}-x`, 'other-key-16-byt', taken)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'KeyIdTaken' })
    expect([await keys('west', `${asset}-x`), (await inB(`streamingLocators/${asset}-x`))?.properties.endTime]).toEqual(
      before,
    )
    // Once the id is free and somebody says so, the new one takes its place.
    await ground.arm.west.delete(`streamingLocators/${asset}-holder`)
    expect(await passes.run({ retryRefused: true })).toEqual(inSync)
    expect(await keys('west', `${asset}-x`)).toEqual(await keys('east', `${asset}-x`))
  })

  it('P1: the old one is there again though B still shows it as it was before its delete', async () => {
    await encrypted(`${asset}-x`, 'first-key-16-byt')
    await passes.run()
    const before = await keys('west', `${asset}-x`)
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await encrypted(`${asset}-x`, 'other-key-16-byt')
    const { pair } = passes
    const { target } = pair
    let shown: ReturnType<typeof target.locator> | undefined
    let refusals = 1
    passes.pair = {
      ...pair,
      target: {
        ...target,
        locator: name => shown ?? target.locator(name),
        async deleteLocator(name) {
          shown = Promise.resolve(await target.locator(name))
          await target.deleteLocator(name)
        },
        async putLocator(name, body) {
          refusals -= 1
          if (refusals === 0) throw new ServiceError('refused', 'not here', { status: 400, side: 'target' })
          await target.putLocator(name, body)
        },
      },
    }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'RequestRefused' })
    expect(await keys('west', `${asset}-x`)).toEqual(before)
  })

  it('P4: one that B does not keep whole is not taken from its players again until A changes', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    const { pair } = passes
    // B's service loses the alternative media id.
    const putLocator: Pair['target']['putLocator'] = (name, { alternativeMediaId: _, ...rest }) =>
      pair.target.putLocator(name, rest)
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    const made = async (alternativeMediaId: string) => {
      await ground.arm.east.delete(`streamingLocators/${asset}-x`)
      await publish(`${asset}-x`, { alternativeMediaId })
    }
    const refused = { outcome: 'blocked', code: 'NotRepresentable', detail: `${asset}-x: alternativeMediaId` }
    const takenAway = async () => {
      ground.simulator.counters.reset()
      expect(await passes.run()).toEqual(refused)
      return ground.writes('west').includes('StreamingLocators_Delete')
    }
    await made('first')
    expect(await takenAway()).toBe(true)
    expect(await takenAway()).toBe(false)
    await made('second')
    expect(await takenAway()).toBe(true)
    expect(await takenAway()).toBe(false)
    passes.pair = pair
    await made('third')
    expect(await passes.run()).toEqual(inSync)
    expect(passes.facts.refusals).toEqual({})
  })

  it('P4: one that B refuses is not taken from its players again, until A or its policy in B changes or somebody asks', async () => {
    const policy = `rests-${asset}`
    const unit = { route: 'east>west', kind: 'contentKeyPolicy', name: policy } as const
    const editPolicy = async (text: string) => {
      await ground.arm.east.put(`contentKeyPolicies/${policy}`, openPolicy(text))
      const input = { facts: { owner: 'made' }, permissions: {}, mayWrite: async () => {} } as const
      expect((await syncPolicy(ground.pair(), unit, input)).outcome).toEqual(inSync)
    }
    await editPolicy('first')
    const made = async (end: string) => {
      await ground.arm.east.delete(`streamingLocators/${asset}-x`)
      await publish(`${asset}-x`, {
        streamingPolicyName: 'Predefined_ClearKey',
        defaultContentKeyPolicyName: policy,
        endTime: end,
      })
    }
    await publish(`${asset}-x`)
    expect(await passes.run()).toEqual(inSync)
    const { pair } = passes
    let refusing = false
    const putLocator: Pair['target']['putLocator'] = async (name, body) => {
      if (!refusing) return pair.target.putLocator(name, body)
      refusing = false
      throw new ServiceError('refused', 'not here', { status: 400, side: 'target' })
    }
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    const refuse = () => {
      refusing = true
    }
    const takenAway = async (permissions = {}) => {
      ground.simulator.counters.reset()
      expect(await passes.run(permissions)).toMatchObject({ outcome: 'blocked', code: 'RequestRefused' })
      expect(await inB(`streamingLocators/${asset}-x`)).toBeDefined()
      return ground.writes('west').includes('StreamingLocators_Delete')
    }
    const once = async (permissions = {}) => {
      refuse()
      expect(await takenAway(permissions)).toBe(true)
      expect(await takenAway()).toBe(false)
    }
    await made('2090-01-01T00:00:00Z')
    await once()
    await made('2091-01-01T00:00:00Z')
    await once()
    await once({ adopt: true })
    await editPolicy('second')
    await once()
    expect(await passes.run({ adopt: true })).toEqual(inSync)
    expect(passes.facts.refusals).toEqual({})
    expect((await inB(`streamingLocators/${asset}-x`))?.properties.endTime).toMatch(/^2091/)
  })

  it('P4: one whose policy B has lost is not taken from its players: the policy comes first', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await encrypted(`${asset}-x`, 'first-key-16-byt')
    for (const { name, properties } of await ground.arm.west.list('streamingLocators'))
      if (properties.defaultContentKeyPolicyName === 'open') await ground.arm.west.delete(`streamingLocators/${name}`)
    await ground.arm.west.delete('contentKeyPolicies/open')
    ground.simulator.counters.reset()
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'PolicyPending' })
    expect(ground.writes('west')).not.toContain('StreamingLocators_Delete')
    expect(passes.doubted).toEqual(['contentKeyPolicy open'])
  })

  it('P3: a lost reply while one is replaced does no harm', async () => {
    await publish(`${asset}-x`)
    await passes.run()
    await ground.arm.east.delete(`streamingLocators/${asset}-x`)
    await publish(`${asset}-x`)
    ground.simulator.faults.add({ account: 'west', operation: 'StreamingLocators_Create', kind: 'lostReply', count: 1 })
    const first = await passes.run()
    if (first.outcome !== 'inSync') expect(await passes.run()).toEqual(inSync)
    const [east, west] = await Promise.all(
      [ground.arm.east, ground.arm.west].map(arm => arm.get(`streamingLocators/${asset}-x`)),
    )
    expect(west?.properties.streamingLocatorId).toBe(east?.properties.streamingLocatorId)
  })

  it('P4: trouble with one keeps no other from being made, and what was made is remembered', async () => {
    await publish(`${asset}-a`)
    await publish(`${asset}-b`)
    await publish(`${asset}-c`)
    await ground.arm.west.put(`assets/stranger-${asset}`, {})
    await ground.arm.west.put(`streamingLocators/${asset}-b`, {
      assetName: `stranger-${asset}`,
      streamingPolicyName: 'Predefined_DownloadOnly',
    })
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'LocatorChanged' })
    expect(await inB(`streamingLocators/${asset}-a`)).toBeDefined()
    expect(await inB(`streamingLocators/${asset}-c`)).toBeDefined()
    expect(passes.facts.locators).toEqual([`${asset}-a`, `${asset}-c`])
  })

  it.each([400, 404])('P3: a policy that B lost, as a %i tells, is looked at again', async unknownReference => {
    const unit = 'contentKeyPolicies/open'
    const switches = `${ground.simulator.url}/_sim/switches`
    await fetch(switches, { method: 'PATCH', body: JSON.stringify({ unknownReference }) })
    await encrypted(`${asset}-x`, 'first-key-16-byt')
    for (const { name } of await ground.arm.west.list('streamingLocators'))
      await ground.arm.west.delete(`streamingLocators/${name}`)
    await ground.arm.west.delete(unit)
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'RequestRefused' })
    await fetch(switches, { method: 'DELETE' })
    expect(passes.doubted).toEqual(['contentKeyPolicy open'])
  })
})

const openPolicy = (description: string): JsonObject => ({
  description,
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
    },
  ],
})
