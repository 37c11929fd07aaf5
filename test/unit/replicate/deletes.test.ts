/** Withdrawals and deletes: what goes from the target, on what proof, and what never does. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import type { Outcome } from '../../../src/lib/model.ts'
import type { Deletes } from '../../../src/lib/replicate/deletes.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { marked, withMark } from '../../../src/lib/replicate/policy-mark.ts'
import { syncPolicy } from '../../../src/lib/replicate/sync-policy.ts'
import { Stop } from '../../../src/lib/replicate/trouble.ts'
import { withdrawNow } from '../../../src/lib/replicate/withdraw-now.ts'
import { ServiceError } from '../../../src/lib/service-error.ts'
import { editLater } from '../../support/edit-later.ts'
import { freely, type Passes, passesWithDeletes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

let number = 0
let asset: string
let passes: Passes
/** Milliseconds that the app's clock is ahead. */
let ahead: number
beforeEach(async () => {
  number += 1
  ahead = 0
  asset = `film-${number}`
  passes = await passesWithDeletes(ground, asset, () => Date.now() + ahead)
})

const inSync: Outcome = { outcome: 'inSync' }
const publish = (name: string, region: 'east' | 'west' = 'east', more: JsonObject = {}) =>
  ground.arm[region].put(`streamingLocators/${name}`, {
    assetName: asset,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
    ...more,
  })
const inB = (path: string) => ground.arm.west.get(path)
const goneFromSource = async () => {
  await ground.arm.east.delete(`assets/${asset}`)
  expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'DeletePending' })
  ahead += passes.pair.timing.deleteGrace
}
const noMore: Deletes = {
  allow: async () => {
    throw new Stop({ outcome: 'blocked', code: 'DeleteWave' })
  },
}

describe('a twin whose asset is gone', () => {
  it('P10: is kept for the grace period, and then goes with its container', async () => {
    await passes.run()
    await ground.arm.east.delete(`assets/${asset}`)
    const found = await passes.run()
    const { timing } = passes.pair
    expect(found).toMatchObject({ outcome: 'waiting', code: 'DeletePending' })
    if (found.outcome !== 'waiting') throw new Error('It must wait.')
    expect(found.until).toBe((passes.facts.goneSince ?? 0) + timing.deleteGrace)
    expect(await inB(`assets/${asset}`)).toBeDefined()

    ahead += timing.deleteGrace
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`assets/${asset}`)).toBeUndefined()
    expect(passes.facts).toMatchObject({ owner: 'gone' })
    // Nothing is left to do, and nothing is said to be missing.
    expect(await passes.run()).toEqual(inSync)
  })

  it('comes back with its asset, and the grace period begins anew', async () => {
    await passes.run()
    await goneFromSource()
    await ground.arm.east.put(`assets/${asset}`, { container: asset })
    await ground.putBlob('east', asset, 'a.mp4', 'another')
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.delete(`assets/${asset}`)
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'DeletePending' })
    expect(await inB(`assets/${asset}`)).toBeDefined()
  })

  it('P10: that was back, though blocked, has a grace period of its own', async () => {
    await passes.run()
    await goneFromSource()
    const pair = passes.pair
    await ground.arm.east.put(`assets/${asset}`, { container: asset })
    passes.pair = { ...pair, storageFor: () => undefined }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'StorageNotMapped' })
    await ground.arm.east.delete(`assets/${asset}`)
    passes.pair = pair
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'DeletePending' })
    expect(await inB(`assets/${asset}`)).toBeDefined()
  })

  it('P10: stays on a route that deletes locators only', async () => {
    await passes.run()
    passes.pair = { ...passes.pair, route: { ...passes.pair.route, deletes: 'locators' } }
    await ground.arm.east.delete(`assets/${asset}`)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    ahead += passes.pair.timing.deleteGrace * 10
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    expect(await inB(`assets/${asset}`)).toBeDefined()
  })

  it.each<[string, object, () => Promise<unknown>]>([
    [
      'the source has it again',
      { outcome: 'waiting', code: 'SourceChanged' },
      () => ground.arm.east.put(`assets/${asset}`, {}),
    ],
    ['somebody has published it', { outcome: 'blocked', code: 'TwinInUse' }, () => publish(`${asset}-theirs`, 'west')],
  ])('P10: stays where, by the moment of the delete, %s', async (_what, outcome, change) => {
    await passes.run()
    await goneFromSource()
    passes.rules = { ...passes.rules, deletes: { allow: async () => void (await change()) } }
    expect(await passes.run()).toMatchObject(outcome)
    expect(await inB(`assets/${asset}`)).toBeDefined()
  })

  it.each<[string, string, () => Promise<unknown>]>([
    ['a locator of somebody else', 'TwinInUse', () => publish(`${asset}-theirs`, 'west')],
    ['a file that somebody put beside ours', 'TargetChanged', () => ground.putBlob('west', asset, 'extra.txt', 'x')],
    ['a file that somebody replaced', 'TargetChanged', () => ground.putBlob('west', asset, 'a.mp4', 'better')],
    [
      'a filter of somebody else',
      'TargetChanged',
      () => ground.arm.west.put(`assets/${asset}/assetFilters/theirs`, { firstQuality: { bitrate: 1 } }),
    ],
    [
      'a description of its own',
      'TargetChanged',
      () => ground.arm.west.put(`assets/${asset}`, { description: 'mine' }),
    ],
    [
      'another container',
      'TargetNotOurs',
      async () => {
        await ground.arm.west.delete(`assets/${asset}`)
        await ground.arm.west.put(`assets/${asset}`, { container: `own-${asset}` })
      },
    ],
  ])('P5: stays with %s', async (_what, code, change) => {
    await passes.run()
    await goneFromSource()
    await change()
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code })
    expect(await inB(`assets/${asset}`)).toBeDefined()
  })

  it('P10: stays while a wave of deletes waits for somebody', async () => {
    await passes.run()
    await goneFromSource()
    passes.rules = { ...freely, deletes: noMore }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'DeleteWave' })
    expect(await inB(`assets/${asset}`)).toBeDefined()
  })

  it('P10: stays where the account is another one, unless an operator follows it', async () => {
    await passes.run()
    await goneFromSource()
    const { sourceAccount } = passes.facts
    passes.facts = { ...passes.facts, sourceAccount: 'the-account-before' }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceReplaced' })
    expect(await inB(`assets/${asset}`)).toBeDefined()
    passes.rules = { ...freely, deletes: { ...freely.deletes, confirmedSource: sourceAccount ?? '' } }
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`assets/${asset}`)).toBeUndefined()
  })
})

describe('files that the source dropped', () => {
  const later = () => ground.theSecondIsOver('west')

  it('P1: go from the twin too, while what somebody put beside them stays', async () => {
    await ground.putBlob('east', asset, 'old.vtt', 'old')
    await publish(`${asset}-a`)
    await passes.run()
    await later()
    expect(await passes.run()).toEqual(inSync)
    await ground.theNextSecond('west')
    await ground.putBlob('west', asset, 'theirs.txt', 'theirs')
    await ground.deleteBlob('east', asset, 'old.vtt')

    expect((await passes.survey()).changes).toContain('1 files were removed')
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'a', 'theirs.txt': 'theirs' })
    expect(passes.facts.extraBlobs).toBe(1)
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toHaveProperty('theirs.txt')
  })

  it('P10: are deletes like any other: they wait while a wave of them waits for somebody, and all else goes on', async () => {
    await ground.putBlob('east', asset, 'old.vtt', 'old')
    await passes.run()
    await later()
    expect(await passes.run()).toEqual(inSync)
    await ground.deleteBlob('east', asset, 'old.vtt')
    await publish(`${asset}-a`)
    passes.rules = { ...freely, deletes: noMore }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'DeleteWave' })
    expect(await ground.blobs('west', asset)).toHaveProperty('old.vtt')
    expect(await inB(`streamingLocators/${asset}-a`)).toBeDefined()
    passes.rules = freely
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'a' })
  })

  it('P5: stay where the row does not know them as ours, or somebody wrote them anew', async () => {
    await ground.putBlob('east', asset, 'old.vtt', 'old')
    await passes.run()
    await later()
    await passes.run()
    await ground.theNextSecond('west')
    await ground.putBlob('west', asset, 'old.vtt', 'rewritten by somebody')
    await ground.deleteBlob('east', asset, 'old.vtt')
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toHaveProperty('old.vtt')
    passes.facts = {}
    expect(await passes.run()).toEqual(inSync)
    expect(await ground.blobs('west', asset)).toHaveProperty('old.vtt')
  })
})

describe('filters of an asset that the source dropped', () => {
  const filter = () => `assets/${asset}/assetFilters/f`
  const withSource = (change: Partial<Pair['source']>): void => {
    passes.pair = { ...passes.pair, source: { ...passes.pair.source, ...change } }
  }
  beforeEach(async () => {
    await ground.arm.east.put(filter(), { firstQuality: { bitrate: 1 } })
    await publish(`${asset}-a`, 'east', { filters: ['f'] })
    expect(await passes.run()).toEqual(inSync)
  })
  const dropped = async () => {
    await ground.arm.east.delete(`streamingLocators/${asset}-a`)
    await publish(`${asset}-a`)
    await ground.arm.east.delete(filter())
  }

  it('P10: go, but not since a list lacks them', async () => {
    const { pair } = passes
    withSource({ assetFilters: async () => [] })
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(filter())).toBeDefined()
    passes.pair = pair
    await dropped()
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(filter())).toBeUndefined()
    expect(passes.facts.filters).toEqual([])
  })

  it('P10: stay on the word of another account', async () => {
    await dropped()
    const { pair } = passes
    let calls = 0
    const first = await pair.source.mediaServiceId()
    // The one that the twin was made from answers until the locator has been replaced.
    withSource({ mediaServiceId: async () => (++calls <= 2 ? first : 'another-id') })
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'SourceReplaced' })
    expect(await inB(filter())).toBeDefined()
  })

  it('P10: are deletes like any other: they wait while a wave of them waits for somebody, and all else goes on', async () => {
    await dropped()
    await ground.putBlob('east', asset, 'a.mp4', 'new')
    passes.rules = { ...freely, deletes: noMore }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'DeleteWave' })
    expect(await inB(filter())).toBeDefined()
    expect(await ground.blobs('west', asset)).toEqual({ 'a.mp4': 'new' })
    expect((await inB(`streamingLocators/${asset}-a`))?.properties.filters ?? []).toEqual([])
    passes.rules = freely
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(filter())).toBeUndefined()
  })

  it('P1: stay as long as a locator of ours could not be replaced that names them', async () => {
    await dropped()
    const { pair } = passes
    const putLocator: Pair['target']['putLocator'] = async (name, body) => {
      if ((body.filters ?? []).length > 0) return pair.target.putLocator(name, body)
      throw new ServiceError('refused', 'Not this one.', { side: 'target' })
    }
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'RequestRefused' })
    expect((await inB(`streamingLocators/${asset}-a`))?.properties.filters).toEqual(['f'])
    expect(await inB(filter())).toBeDefined()
    passes.pair = pair
    expect(await passes.run({ retryRefused: true })).toEqual(inSync)
    expect(await inB(filter())).toBeUndefined()
  })
})

describe('locators that an operator has withdrawn', () => {
  const withdrawing = (...names: string[]) => {
    passes.rules = { ...freely, withdrawn: async asked => new Set(asked.filter(name => names.includes(name))) }
  }

  it('are removed though the source has them, not made again, and made when it is lifted', async () => {
    await publish(`${asset}-a`)
    await publish(`${asset}-b`)
    await passes.run()
    withdrawing(`${asset}-a`)
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`streamingLocators/${asset}-a`)).toBeUndefined()
    expect(await inB(`streamingLocators/${asset}-b`)).toBeDefined()
    expect(await passes.run()).toEqual(inSync)
    expect(passes.facts.withdrawn).toEqual([`${asset}-a`])
    expect(await inB(`streamingLocators/${asset}-a`)).toBeUndefined()

    passes.rules = freely
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`streamingLocators/${asset}-a`)).toBeDefined()
  })

  it('are not published by a pass that was under way', async () => {
    await publish(`${asset}-a`)
    const survey = await passes.survey()
    withdrawing(`${asset}-a`)
    await passes.goOn(survey)
    expect(await inB(`streamingLocators/${asset}-a`)).toBeUndefined()
  })

  it('P10: are gone again when they were withdrawn while they were being made', async () => {
    const name = `${asset}-a`
    await publish(name)
    const { pair } = passes
    const withdrawn = new Set<string>()
    passes.rules = { ...freely, withdrawn: async () => withdrawn }
    let answer: unknown
    const putLocator: typeof pair.target.putLocator = async (given, body) => {
      // The door finds nothing to delete yet.
      withdrawn.add(name)
      const row = { facts: passes.facts, permissions: {} } as UnitRow
      answer = await withdrawNow(pair, { read: async () => row }, [name])
      await pair.target.putLocator(given, body)
    }
    passes.pair = { ...pair, target: { ...pair.target, putLocator } }
    expect(await passes.run()).toEqual(inSync)
    expect(answer).toEqual([{ name, result: 'absent' }])
    expect(await inB(`streamingLocators/${name}`)).toBeUndefined()
    expect(passes.facts.locators).toEqual([])
  })

  it('P10: count for no wave', async () => {
    await publish(`${asset}-a`)
    await passes.run()
    withdrawing(`${asset}-a`)
    passes.rules = { ...passes.rules, deletes: noMore }
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`streamingLocators/${asset}-a`)).toBeUndefined()
  })
})

it('P10: a wave stops withdrawals before the first of them', async () => {
  await publish(`${asset}-a`)
  await publish(`${asset}-b`)
  await passes.run()
  await ground.arm.east.delete(`streamingLocators/${asset}-a`)
  await ground.arm.east.delete(`streamingLocators/${asset}-b`)
  const counted: number[] = []
  const allow = async (identities: readonly string[]) => {
    counted.push(new Set(identities).size)
    throw new Stop({ outcome: 'blocked', code: 'DeleteWave' })
  }
  passes.rules = { ...freely, deletes: { allow } }
  expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'DeleteWave' })
  expect(counted).toEqual([2])
  expect(await inB(`streamingLocators/${asset}-a`)).toBeDefined()
  expect(await inB(`streamingLocators/${asset}-b`)).toBeDefined()
})

describe('policies and filters', () => {
  const kinds = [
    ['contentKeyPolicy', 'contentKeyPolicies', openPolicy()],
    ['streamingPolicy', 'streamingPolicies', { noEncryption: { enabledProtocols: protocols() } }],
    ['accountFilter', 'accountFilters', { firstQuality: { bitrate: 500 } }],
  ] as const
  let facts: Facts
  const sync = async (kind: (typeof kinds)[number][0], name: string, deletes: Deletes = freely.deletes) => {
    const pair: Pair = passes.pair
    const input = { facts, permissions: {}, mayWrite: async () => {}, deletes }
    try {
      const { outcome, facts: left } = await syncPolicy(pair, { route: 'east>west', kind, name }, input)
      facts = { ...facts, ...left }
      return outcome
    } catch (error) {
      if (error instanceof Stop) return error.outcome
      throw error
    }
  }
  beforeEach(() => {
    facts = {}
  })

  it.each(kinds)('P10: %s goes when it is gone from the source, ours and unused', async (kind, path, body) => {
    const name = `gone-${number}`
    await ground.arm.east.put(`${path}/${name}`, body as JsonObject)
    expect(await sync(kind, name)).toEqual(inSync)
    expect(await inB(`${path}/${name}`)).toBeDefined()
    await ground.arm.east.delete(`${path}/${name}`)
    expect(await sync(kind, name, noMore)).toMatchObject({ outcome: 'blocked', code: 'DeleteWave' })
    expect(await sync(kind, name)).toEqual(inSync)
    expect(await inB(`${path}/${name}`)).toBeUndefined()
    expect(await sync(kind, name)).toEqual(inSync)

    // One that somebody makes there later is theirs.
    await ground.arm.west.put(`${path}/${name}`, body as JsonObject)
    await sync(kind, name)
    expect(await inB(`${path}/${name}`)).toBeDefined()
  })

  it.each(kinds)(
    'P5: the mark of a %s goes with it: one that is made under its name is nobody of ours once the row is forgotten',
    async (kind, path, body) => {
      const unit = { route: 'east>west', kind, name: `unmarked-${number}` } as const
      await ground.arm.east.put(`${path}/${unit.name}`, body as JsonObject)
      await sync(kind, unit.name)
      facts = await marked(passes.pair, unit, facts)
      expect((await withMark(passes.pair, unit, {})).owner).toBe('made')
      await ground.arm.east.delete(`${path}/${unit.name}`)
      expect(await sync(kind, unit.name)).toEqual(inSync)
      facts = await marked(passes.pair, unit, facts)
      expect(facts).toMatchObject({ owner: 'gone', mark: '' })

      await ground.arm.west.put(`${path}/${unit.name}`, body as JsonObject)
      facts = await withMark(passes.pair, unit, {})
      expect(await sync(kind, unit.name)).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
      expect(await inB(`${path}/${unit.name}`)).toBeDefined()
    },
  )

  it.each(kinds)(
    'P10: one answer that lacks the twin of a %s may be old: it goes with the next',
    async (kind, path, body) => {
      const name = `unseen-${number}`
      const { pair } = passes
      const unseen = async () => undefined
      const blind = { ...pair.target, contentKeyPolicy: unseen, streamingPolicy: unseen, accountFilter: unseen }
      await ground.arm.east.put(`${path}/${name}`, body as JsonObject)
      expect(await sync(kind, name)).toEqual(inSync)
      await ground.arm.east.delete(`${path}/${name}`)
      passes.pair = { ...pair, target: blind }
      expect(await sync(kind, name)).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
      passes.pair = pair
      expect(await sync(kind, name)).toEqual(inSync)
      expect(await inB(`${path}/${name}`)).toBeUndefined()
    },
  )

  it.each(kinds)('a %s that the target has lost as well is gone at the second look', async (kind, path, body) => {
    const name = `lost-${number}`
    await ground.arm.east.put(`${path}/${name}`, body as JsonObject)
    expect(await sync(kind, name)).toEqual(inSync)
    for (const region of ['east', 'west'] as const) await ground.arm[region].delete(`${path}/${name}`)
    expect(await sync(kind, name)).toMatchObject({ outcome: 'failed' })
    expect(await sync(kind, name)).toEqual(inSync)
    expect(facts).toMatchObject({ owner: 'gone', refusals: {} })
  })

  it.each(kinds)('P10: a %s that the source has again by the moment of the delete stays', async (kind, path, body) => {
    const name = `again-${number}`
    const put = () => ground.arm.east.put(`${path}/${name}`, body as JsonObject)
    await put()
    await sync(kind, name)
    await ground.arm.east.delete(`${path}/${name}`)
    const allow = async () => void (await put())
    expect(await sync(kind, name, { allow })).toMatchObject({ outcome: 'waiting', code: 'SourceChanged' })
    expect(await inB(`${path}/${name}`)).toBeDefined()
    expect(await sync(kind, name)).toEqual(inSync)
    expect(facts).toMatchObject({ owner: 'made' })
  })

  it.each(kinds)(
    'P5: a %s that somebody has changed in the target by the moment of the delete stays',
    async (kind, path, body) => {
      const name = `changed-late-${number}`
      await ground.arm.east.put(`${path}/${name}`, body as JsonObject)
      await sync(kind, name)
      await ground.arm.east.delete(`${path}/${name}`)
      const allow = async () => {
        await ground.arm.west.delete(`${path}/${name}`)
        await ground.arm.west.put(`${path}/${name}`, kind === 'accountFilter' ? { tracks: [] } : (body as JsonObject))
      }
      expect(await sync(kind, name, { allow })).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
      expect(await inB(`${path}/${name}`)).toBeDefined()
    },
  )

  it('P10: a content key policy that a streaming policy of the target names by the moment of the delete stays', async () => {
    const [key, streaming] = [`named-key-${number}`, `named-${number}`]
    await ground.arm.east.put(`contentKeyPolicies/${key}`, openPolicy())
    await sync('contentKeyPolicy', key)
    await ground.arm.east.delete(`contentKeyPolicies/${key}`)
    const body: JsonObject = { defaultContentKeyPolicyName: key, noEncryption: { enabledProtocols: protocols() } }
    const allow = async () => void (await ground.arm.west.put(`streamingPolicies/${streaming}`, body))
    expect(await sync('contentKeyPolicy', key, { allow })).toMatchObject({ outcome: 'blocked', code: 'PolicyInUse' })
    expect(await inB(`contentKeyPolicies/${key}`)).toBeDefined()
  })

  it.each(kinds)('P5: %s that somebody else made stays', async (kind, path, body) => {
    const name = `theirs-${number}`
    await ground.arm.east.put(`${path}/${name}`, body as JsonObject)
    await ground.arm.west.put(`${path}/${name}`, body as JsonObject)
    expect(await sync(kind, name)).toEqual(inSync)
    await ground.arm.east.delete(`${path}/${name}`)
    expect(await sync(kind, name)).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    expect(await inB(`${path}/${name}`)).toBeDefined()
  })

  it('P5: a content key policy that was changed in the target stays', async () => {
    const name = `changed-${number}`
    await ground.arm.east.put(`contentKeyPolicies/${name}`, openPolicy())
    await sync('contentKeyPolicy', name)
    await ground.arm.east.delete(`contentKeyPolicies/${name}`)
    await editLater(ground.arm.west, `contentKeyPolicies/${name}`, { ...openPolicy(), description: 'theirs' })
    expect(await sync('contentKeyPolicy', name)).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
    expect(await inB(`contentKeyPolicies/${name}`)).toBeDefined()
  })

  it('P10: policies that a locator in the target uses stay, whoever made it and whatever the service would allow', async () => {
    const [key, streaming] = [`used-key-${number}`, `used-${number}`]
    const body: JsonObject = { defaultContentKeyPolicyName: key, noEncryption: { enabledProtocols: protocols() } }
    await ground.arm.east.put(`contentKeyPolicies/${key}`, openPolicy())
    await ground.arm.east.put(`streamingPolicies/${streaming}`, body)
    await sync('contentKeyPolicy', key)
    const keyFacts = facts
    facts = {}
    await sync('streamingPolicy', streaming)
    await passes.run()
    await ground.arm.west.put(`streamingLocators/${asset}-theirs`, {
      assetName: asset,
      streamingPolicyName: streaming,
      defaultContentKeyPolicyName: key,
    })
    await ground.arm.east.delete(`streamingPolicies/${streaming}`)
    await ground.arm.east.delete(`contentKeyPolicies/${key}`)
    expect(await sync('streamingPolicy', streaming)).toMatchObject({
      code: 'PolicyInUse',
      detail: expect.stringContaining(`locator ${asset}-theirs`),
    })
    facts = keyFacts
    expect(await sync('contentKeyPolicy', key)).toMatchObject({
      code: 'PolicyInUse',
      detail: `${key} is used by streaming policy ${streaming}`,
    })
    await ground.arm.west.delete(`streamingLocators/${asset}-theirs`)
    await ground.arm.west.delete(`streamingPolicies/${streaming}`)
    await ground.arm.west.put(`streamingLocators/${asset}-theirs`, {
      assetName: asset,
      streamingPolicyName: 'Predefined_ClearKey',
      defaultContentKeyPolicyName: key,
    })
    expect(await sync('contentKeyPolicy', key)).toMatchObject({
      code: 'PolicyInUse',
      detail: `${key} is used by locator ${asset}-theirs`,
    })
    // Once it was found it is asked for alone, and once it is gone the policy goes.
    expect(facts.usedBy).toEqual([`${asset}-theirs`])
    await ground.arm.west.delete(`streamingLocators/${asset}-theirs`)
    expect(await sync('contentKeyPolicy', key)).toEqual(inSync)
    expect(await inB(`contentKeyPolicies/${key}`)).toBeUndefined()
  })
})

function protocols(): JsonObject {
  return { download: false, dash: true, hls: true, smoothStreaming: false }
}
function openPolicy(): JsonObject {
  return {
    options: [
      {
        configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
        restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
      },
    ],
  }
}
