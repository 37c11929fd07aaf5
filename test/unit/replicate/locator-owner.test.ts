/** Whose a locator of the target is, when somebody else has made one under the name of ours. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import { releaseOf } from '../../../src/lib/durable/dependencies.ts'
import type { ActivityDeps } from '../../../src/lib/durable/guard.ts'
import type { Starter } from '../../../src/lib/durable/runs.ts'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import type { Outcome } from '../../../src/lib/model.ts'
import { withdrawNow } from '../../../src/lib/replicate/withdraw-now.ts'
import { ServiceError } from '../../../src/lib/service-error.ts'
import { markFor, removeMark, setContainerMetadata } from '../../../src/lib/storage/container.ts'
import { Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

const inSync: Outcome = { outcome: 'inSync' }
let number = 0
let asset: string
let name: string
let passes: Passes
beforeEach(async () => {
  number += 1
  asset = `title-${number}`
  name = `${asset}-x`
  passes = new Passes(ground, asset)
  await ground.arm.east.put(`assets/${asset}`, { container: asset })
  await ground.putBlob('east', asset, 'a.mp4', 'a')
  await publish('east')
})

const publish = (region: 'east' | 'west', more: JsonObject = {}) =>
  ground.arm[region].put(`streamingLocators/${name}`, {
    assetName: asset,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
    ...more,
  })
const unpublish = (region: 'east' | 'west') => ground.arm[region].delete(`streamingLocators/${name}`)
/** Somebody in B takes our locator off and makes one of their own. */
const madeAnew = async () => {
  await unpublish('west')
  await publish('west', { alternativeMediaId: 'theirs' })
}
const idInA = async () =>
  String((await ground.arm.east.get(`streamingLocators/${name}`))?.properties.streamingLocatorId)
const inB = () => ground.arm.west.get(`streamingLocators/${name}`)
const isTheirs = async () => (await inB())?.properties.alternativeMediaId === 'theirs'
/** Somebody in B removes our twin and makes an asset of their own, with a locator. */
const twinMadeAnew = async () => {
  await unpublish('west')
  await ground.arm.west.delete(`assets/${asset}`)
  await ground.arm.west.put(`assets/${asset}`, { container: `own-${asset}` })
  await publish('west', { alternativeMediaId: 'theirs' })
}
const withdrawByHand = async (facts: Facts) => {
  const row = { facts, permissions: {} } as UnitRow
  const [done] = await withdrawNow(passes.pair, { read: async () => row }, [name])
  return done?.result
}

describe('P5: what somebody made anew under the name of our locator stays', () => {
  it('when the source drops its own', async () => {
    expect(await passes.run()).toEqual(inSync)
    await madeAnew()
    await unpublish('east')
    expect(await passes.run()).toEqual(inSync)
    expect(await isTheirs()).toBe(true)
    expect(passes.facts.locators).toEqual([])
  })

  it('when the source drops its asset after a pass that died while it wrote to a twin that is no more', async () => {
    expect(await passes.run()).toEqual(inSync)
    passes.facts = { ...passes.facts, twin: '' }
    await twinMadeAnew()
    await unpublish('east')
    await ground.arm.east.delete(`assets/${asset}`)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    expect(await isTheirs()).toBe(true)
  })

  it('when an operator withdraws the name', async () => {
    expect(await passes.run()).toEqual(inSync)
    await madeAnew()
    expect(await withdrawByHand(passes.facts)).toBe('notOurs')
    await twinMadeAnew()
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetNotOurs' })
    expect(await withdrawByHand(passes.facts)).toBe('notOurs')
    expect(await isTheirs()).toBe(true)
  })
})

describe('P5: a locator of somebody else is not replaced', () => {
  it('though the source keeps its own, until an operator restores the source', async () => {
    expect(await passes.run()).toEqual(inSync)
    await madeAnew()
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorChanged' })
    expect(await isTheirs()).toBe(true)
    expect(await passes.run({ restore: true })).toEqual(inSync)
    expect(await isTheirs()).toBe(false)
  })

  it.each([{}, { sameId: true }])('that was made by hand after the target had refused ours: %j', async ({ sameId }) => {
    const { pair } = passes
    const putLocator = async () => {
      throw new ServiceError('refused', 'no more', { serviceCode: 'QuotaExceeded', side: 'target' })
    }
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'QuotaReached' })
    expect(passes.facts.locators).toEqual([])
    passes.pair = pair
    await publish('west', { alternativeMediaId: 'theirs', ...(sameId ? { streamingLocatorId: await idInA() } : {}) })
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorChanged' })
    expect(await isTheirs()).toBe(true)
  })
})

describe('P5: a policy is replaced only under locators that are ours', () => {
  const strangers = async (facts: Facts) => {
    const row = { facts, permissions: {} } as UnitRow
    const deps = { ledger: { read: async () => row } } as unknown as ActivityDeps
    return releaseOf(deps, {} as Starter, passes.pair).foreign(await passes.pair.target.assetLocators(asset))
  }

  it('by their time, and by the mark where a pass died before it knew that', async () => {
    expect(await passes.run()).toEqual(inSync)
    expect(await strangers(passes.facts)).toEqual([])
    expect(await strangers({ ...passes.facts, twinLocators: {} })).toEqual([])
    await madeAnew()
    expect(await strangers(passes.facts)).toEqual([name])
  })
})

describe('P5: an id is ours only as long as we hold it', () => {
  const theirs = () => `${asset}-theirs`
  const takeId = async (id: string) => {
    const body = { assetName: asset, streamingPolicyName: 'Predefined_ClearStreamingOnly', streamingLocatorId: id }
    await ground.arm.west.put(`streamingLocators/${theirs()}`, body)
  }
  const isThere = async () => (await ground.arm.west.get(`streamingLocators/${theirs()}`)) !== undefined

  it('not when ours was withdrawn', async () => {
    expect(await passes.run()).toEqual(inSync)
    const id = await idInA()
    await unpublish('east')
    expect(await passes.run()).toEqual(inSync)
    await takeId(id)
    expect(await passes.run()).toEqual(inSync)
    expect(await isThere()).toBe(true)
  })

  it('not when ours was replaced', async () => {
    expect(await passes.run()).toEqual(inSync)
    const id = await idInA()
    await unpublish('east')
    await publish('east')
    expect(await passes.run()).toEqual(inSync)
    await takeId(id)
    expect(await passes.run()).toEqual(inSync)
    expect(await isThere()).toBe(true)
  })

  it('not when ours was refused since somebody else has it, though the process dies right then', async () => {
    await ground.arm.east.delete(`streamingLocators/${name}`)
    expect(await passes.run()).toEqual(inSync)
    await publish('east')
    await takeId(await idInA())
    const { pair } = passes
    const putLocator = async () => {
      throw new Error('The process died.')
    }
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    await expect(passes.run()).rejects.toThrow('The process died.')
    passes.pair = pair
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'LocatorIdTaken' })
    await unpublish('east')
    expect(await passes.run()).toEqual(inSync)
    expect(await isThere()).toBe(true)
  })

  it('not of the new one when the old one came back, and the old one is still ours', async () => {
    expect(await passes.run()).toEqual(inSync)
    await unpublish('east')
    await publish('east')
    const { pair } = passes
    const id = await idInA()
    const putLocator: typeof pair.target.putLocator = async (given, body) => {
      if (body.streamingLocatorId === id) throw new ServiceError('refused', 'no', { side: 'target' })
      await pair.target.putLocator(given, body)
    }
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'RequestRefused' })
    passes.pair = pair
    await unpublish('east')
    await takeId(id)
    passes.facts = { ...passes.facts, twinLocators: {} }
    expect(await passes.run()).toEqual(inSync)
    expect(await inB()).toBeUndefined()
    expect(await isThere()).toBe(true)
  })
})

describe('P10: ours is withdrawn by hand', () => {
  it.each<[string, (known: Facts) => Facts]>([
    ['as the row knows it', known => known],
    ['though the row was lost', () => ({})],
    ['by the mark, where the row knows no times', ({ twinLocators: _, ...known }) => known],
  ])('%s', async (_how, facts) => {
    expect(await passes.run()).toEqual(inSync)
    expect(await withdrawByHand(facts(passes.facts))).toBe('withdrawn')
    expect(await inB()).toBeUndefined()
  })
})

describe('P3: ours stays ours', () => {
  /** What the row of an earlier release knows: 1.0 kept no times, and none up to 1.1 put ids into the mark. */
  const asOfRelease = async (release: '1.0' | '1.1') => {
    const container = passes.pair.targetContainer({ storageAccount: 'contosoweststore', container: asset })
    await removeMark(container)
    await setContainerMetadata(container, markFor({ account: 'east', asset }))
    const { twin: _, twinAsset: __, twinLocators: ___, ...older } = passes.facts
    passes.facts = release === '1.0' ? older : passes.facts
  }

  it.each(['1.0', '1.1'] as const)('that release %s made: it is replaced, and withdrawn', async release => {
    expect(await passes.run()).toEqual(inSync)
    await asOfRelease(release)
    await unpublish('east')
    await publish('east')
    expect(await passes.run()).toEqual(inSync)
    expect((await inB())?.properties.streamingLocatorId).toBe(await idInA())
    await asOfRelease(release)
    await unpublish('east')
    await ground.arm.east.delete(`assets/${asset}`)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    expect(await inB()).toBeUndefined()
  })

  it('that release 1.0 made on an asset that the route leaves out by now: each is withdrawn with its own', async () => {
    const other = `${asset}-y`
    const body = { assetName: asset, streamingPolicyName: 'Predefined_ClearStreamingOnly' }
    await ground.arm.east.put(`streamingLocators/${other}`, body)
    expect(await passes.run()).toEqual(inSync)
    await asOfRelease('1.0')
    const { pair } = passes
    passes.pair = { ...pair, route: { ...pair.route, include: { namePrefix: 'prod-' } } }
    await unpublish('east')
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'Excluded' })
    expect(await inB()).toBeUndefined()
    await ground.arm.east.delete(`streamingLocators/${other}`)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'Excluded' })
    expect(await ground.arm.west.get(`streamingLocators/${other}`)).toBeUndefined()
  })

  it.each(['the source has lost', 'the route leaves out by now'])(
    'that only the mark knows, on an asset that %s: it is withdrawn, and a stranger’s beside it is not',
    async how => {
      const [other, theirs] = [`${asset}-y`, `${asset}-z`]
      const body = { assetName: asset, streamingPolicyName: 'Predefined_ClearStreamingOnly' }
      await ground.arm.east.put(`streamingLocators/${other}`, body)
      expect(await passes.run()).toEqual(inSync)
      await ground.arm.west.put(`streamingLocators/${theirs}`, body)
      const without = (facts: Facts['twinLocators'] = {}) => ({ [other]: facts[other] ?? '' })
      const { locatorMarks, twinLocators } = passes.facts
      const forgot = { locators: [other], locatorMarks: without(locatorMarks), twinLocators: without(twinLocators) }
      passes.facts = { ...passes.facts, ...forgot }
      await unpublish('east')
      if (how === 'the source has lost') {
        await ground.arm.east.delete(`streamingLocators/${other}`)
        await ground.arm.east.delete(`assets/${asset}`)
        expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
      } else {
        const { pair } = passes
        passes.pair = { ...pair, route: { ...pair.route, include: { namePrefix: 'prod-' } } }
        expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'Excluded' })
        expect(await ground.arm.west.get(`streamingLocators/${other}`)).toBeDefined()
      }
      expect(await inB()).toBeUndefined()
      expect(await ground.arm.west.get(`streamingLocators/${theirs}`)).toBeDefined()
    },
  )

  it('that was adopted, and came back under another time when the process died while it was replaced', async () => {
    await ground.arm.west.put(`assets/${asset}`, { container: asset })
    await publish('west')
    const { pair } = passes
    const id = await idInA()
    const putLocator: typeof pair.target.putLocator = async (given, written) => {
      if (written.streamingLocatorId === id) throw new Error('The process died.')
      await pair.target.putLocator(given, written)
    }
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    await expect(passes.run({ adopt: true })).rejects.toThrow('The process died.')
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
    expect((await inB())?.properties.streamingLocatorId).toBe(id)
  })

  it('until it has ended and is gone from the target: nobody misses it there', async () => {
    await unpublish('east')
    await publish('east', { endTime: '2031-01-01T00:00:00Z' })
    expect(await passes.run()).toEqual(inSync)
    expect(passes.facts.locators).toEqual([name])
    await unpublish('west')
    passes.pair = { ...passes.pair, clock: () => Date.parse('2031-01-01T00:00:00Z') }
    expect(await passes.run()).toEqual(inSync)
    expect(passes.facts.locators).toEqual([])
  })

  it('on a twin that was adopted: an equal one is ours, another one is replaced, and both are withdrawn', async () => {
    const other = `${asset}-y`
    const body = { assetName: asset, streamingPolicyName: 'Predefined_ClearStreamingOnly' }
    await ground.arm.west.put(`assets/${asset}`, { container: asset })
    await publish('west', { streamingLocatorId: await idInA() })
    for (const region of ['east', 'west'] as const) await ground.arm[region].put(`streamingLocators/${other}`, body)
    expect(await passes.run({ adopt: true })).toEqual(inSync)
    const [a, b] = await Promise.all(
      [ground.arm.east, ground.arm.west].map(arm => arm.get(`streamingLocators/${other}`)),
    )
    expect(b?.properties.streamingLocatorId).toBe(a?.properties.streamingLocatorId)

    // By the mark alone, too.
    passes.facts = {}
    await unpublish('east')
    await ground.arm.east.delete(`streamingLocators/${other}`)
    expect(await passes.run()).toEqual(inSync)
    expect([await inB(), await ground.arm.west.get(`streamingLocators/${other}`)]).toEqual([undefined, undefined])
  })
})
