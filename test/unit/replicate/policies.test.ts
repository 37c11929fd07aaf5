import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { ContentKeyPolicyBody } from '../../../src/lib/media/resources.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { ServiceError } from '../../../src/lib/service-error.ts'
import { editLater } from '../../support/edit-later.ts'
import { losingReply } from '../../support/losing-reply.ts'
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
  name = `policy-${number}`
  ground.simulator.counters.reset()
})

const inSync = { outcome: 'inSync' }
const type = (kind: string) => ({ '@odata.type': `#Microsoft.Media.ContentKeyPolicy${kind}` })
const keyPolicy = (description: string | undefined, more: JsonObject = {}): JsonObject => ({
  ...(description === undefined ? {} : { description }),
  options: [
    { name: 'open', configuration: type('ClearKeyConfiguration'), restriction: type('OpenRestriction'), ...more },
  ],
})
const token = (keyValue: string): JsonObject => ({
  restriction: {
    ...type('TokenRestriction'),
    issuer: 'i',
    audience: 'a',
    restrictionTokenType: 'Jwt',
    primaryVerificationKey: { ...type('SymmetricTokenKey'), keyValue: Buffer.from(keyValue).toString('base64') },
  },
})
const streamingPolicy = (more: JsonObject = {}): JsonObject => ({
  envelopeEncryption: {
    enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: false },
    contentKeys: { defaultKey: { label: 'key' } },
    customKeyAcquisitionUrlTemplate: 'https://lic-east.contoso.com:8443/{ContentKeyId}?a=https://lic-east.contoso.com/',
    ...more,
  },
})

const labelled = (label: string): JsonObject => streamingPolicy({ contentKeys: { defaultKey: { label } } })

const inB = async (path: string) => (await ground.arm.west.get(path))?.properties
const secretsInB = (policy: string) =>
  ground.arm.west.post(`contentKeyPolicies/${policy}`, 'getPolicyPropertiesWithSecrets')
const keyPolicyPasses = (pair: Pair = ground.pair()) => new PolicyPasses(pair, 'contentKeyPolicy', name)
const streamingPasses = (pair: Pair = ground.pair()) => new PolicyPasses(pair, 'streamingPolicy', name)

/** A source that shows a body with more in it than the target's service keeps. */
const newerSource = (change: (body: JsonObject) => JsonObject): Pair => {
  const pair = ground.pair()
  const contentKeyPolicyBody = async (policy: string) => {
    const body = await pair.source.contentKeyPolicyBody(policy)
    return body && (new Secret(change(body.reveal() as JsonObject)) as ContentKeyPolicyBody)
  }
  return { ...pair, source: { ...pair.source, contentKeyPolicyBody } }
}

describe('P1: an edit in A reaches B', () => {
  it('of a content key policy, its secrets and a dropped description included', async () => {
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first', token('old')))
    const passes = keyPolicyPasses()
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy(undefined, token('new')))
    expect(await passes.run()).toEqual(inSync)
    const { description, options } = await secretsInB(name)
    expect(description ?? '').toBe('')
    expect(JSON.stringify(options)).toContain(Buffer.from('new').toString('base64'))
  })

  it('of a streaming policy that was made anew under its name', async () => {
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy())
    const passes = streamingPasses()
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.delete(`streamingPolicies/${name}`)
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy({ clearTracks: [{ trackSelections: [] }] }))
    expect(await passes.run()).toEqual(inSync)
    expect(JSON.stringify(await inB(`streamingPolicies/${name}`))).toContain('trackSelections')
  })
})

const kinds = {
  contentKeyPolicy: ['contentKeyPolicies', keyPolicy('first'), keyPolicy('second'), keyPolicy('third')],
  streamingPolicy: ['streamingPolicies', ...['first', 'second', 'third'].map(labelled)],
  accountFilter: ['accountFilters', ...[1, 2, 3].map(bitrate => ({ firstQuality: { bitrate } }))],
} as unknown as Record<string, readonly [string, JsonObject, JsonObject, JsonObject]>

describe('P3: whatever call is lost, later edits in A still arrive', () => {
  const rows = Object.keys(kinds).flatMap(kind => Array.from({ length: 7 }, (_, index) => [kind, index + 1] as const))

  it.each(rows)('%s, call %i', async (kind, failing) => {
    const [collection, ...bodies] = kinds[kind] ?? (['', {}, {}, {}] as const)
    const path = `${collection}/${name}`
    const passes = new PolicyPasses(ground.pair(), kind as 'accountFilter', name)
    const whole = passes.pair
    for (const [index, body] of bodies.entries()) {
      await ground.arm.east.delete(path)
      await ground.arm.east.put(path, body)
      // The first is made, the second replaces it; both are cut short at the same call.
      passes.pair = index < 2 ? losingReply(whole, failing).pair : whole
      const outcome = await passes.run()
      if (index === 2) expect(outcome).toEqual(inSync)
    }
    expect(await inB(path)).toMatchObject(bodies[2] ?? {})
    expect(passes.facts.owner).toBe('made')
  })
})

describe('P7: what changes by itself is no drift', () => {
  it('option ids, times and the order of options', async () => {
    const [one, two] = ['one', 'two'].map(option => ({
      name: option,
      configuration: type('ClearKeyConfiguration'),
      ...token(option),
    }))
    await ground.arm.east.put(`contentKeyPolicies/${name}`, { options: [one ?? {}, two ?? {}] })
    const passes = keyPolicyPasses()
    await passes.run()
    const before = (await inB(`contentKeyPolicies/${name}`))?.options
    await ground.arm.west.put(`contentKeyPolicies/${name}`, { options: [two ?? {}, one ?? {}] })
    expect((await inB(`contentKeyPolicies/${name}`))?.options).not.toEqual(before)
    ground.simulator.counters.reset()
    expect(await passes.run()).toEqual(inSync)
    expect(ground.writes('west')).toEqual([])
  })

  it('P9: secrets are read again only when a side has changed', async () => {
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('same', token('key')))
    const passes = keyPolicyPasses()
    await passes.run()
    ground.simulator.counters.reset()
    expect(await passes.run()).toEqual(inSync)
    expect(JSON.stringify(ground.simulator.counters.report())).not.toContain('GetPolicyPropertiesWithSecrets')
  })
})

describe('P5: a policy that somebody made anew in place of ours stays theirs, however often it is looked at', () => {
  it.each(['contentKeyPolicy', 'streamingPolicy'] as const)('%s', async kind => {
    const [path, ours, theirs] =
      kind === 'streamingPolicy'
        ? [`streamingPolicies/${name}`, streamingPolicy(), streamingPolicy({ clearTracks: [{ trackSelections: [] }] })]
        : [`contentKeyPolicies/${name}`, keyPolicy('ours'), keyPolicy('theirs')]
    await ground.arm.east.put(path, ours)
    const passes = new PolicyPasses(ground.pair(), kind, name)
    await passes.run()
    await ground.arm.west.delete(path)
    await ground.arm.west.put(path, theirs)
    const before = await inB(path)
    for (const _ of [1, 2, 3]) expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetNotOurs' })
    expect(await inB(path)).toEqual(before)
    expect(await passes.run({ adopt: true })).toEqual(inSync)
    expect(await inB(path)).toMatchObject(ours)
  })
})

describe('P5: a policy that somebody made by hand, since B did not take ours, stays theirs', () => {
  const rows = (['contentKeyPolicy', 'streamingPolicy', 'accountFilter'] as const).flatMap(kind =>
    (['refused', 'not kept whole'] as const).map(how => [kind, how] as const),
  )
  it.each(rows)('%s, %s', async (kind, how) => {
    const [collection, ...bodies] = kinds[kind] ?? (['', {}, {}, {}] as const)
    const path = `${collection}/${name}`
    await ground.arm.east.put(path, bodies[0])
    const passes = new PolicyPasses(ground.pair(), kind, name)
    const whole = passes.pair
    const refuse = async () => {
      throw new ServiceError('refused', 'No more of them.', { serviceCode: 'QuotaExceeded', side: 'target' })
    }
    const put = async (): Promise<never> => {
      if (how === 'refused') return refuse()
      return (await ground.arm.west.put(path, bodies[1])) as never
    }
    const refusing = { putContentKeyPolicy: put, putStreamingPolicy: put, putAccountFilter: put }
    passes.pair = { ...whole, target: { ...whole.target, ...refusing } }
    const code = how === 'refused' ? 'QuotaReached' : 'NotRepresentable'
    expect(await passes.runTwice()).toMatchObject({ outcome: 'blocked', code })
    expect(await inB(path)).toBeUndefined()
    passes.pair = whole
    await ground.arm.west.put(path, bodies[2])
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetNotOurs' })
    expect(await inB(path)).toMatchObject(bodies[2])
    // Where they take theirs away, ours is made.
    await ground.arm.west.delete(path)
    expect(await passes.run({ retryRefused: true })).toEqual(inSync)
    expect(await inB(path)).toMatchObject(bodies[0])
    expect(passes.facts.owner).toBe('made')
  })
})

describe('P8: what B cannot hold is blocked by name, and never stands there stripped', () => {
  const withMember = (body: JsonObject): JsonObject => ({ ...body, watermark: 'forensic' })

  it('a new policy with a member that B does not keep', async () => {
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first'))
    const passes = keyPolicyPasses(newerSource(withMember))
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    expect(await inB(`contentKeyPolicies/${name}`)).toBeUndefined()
    expect(await passes.run()).toEqual({
      outcome: 'blocked',
      code: 'NotRepresentable',
      detail: `${name}: watermark`,
    })
    expect(await inB(`contentKeyPolicies/${name}`)).toBeUndefined()
    // Without it, the policy is made.
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('without'))
    passes.pair = ground.pair()
    expect(await passes.run()).toEqual(inSync)
  })

  it('an edit with such a member leaves the policy as it was, secrets included', async () => {
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first', token('old')))
    const passes = keyPolicyPasses()
    await passes.run()
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('second', token('new')))
    passes.pair = newerSource(withMember)
    expect(await passes.runTwice()).toMatchObject({ outcome: 'blocked', code: 'NotRepresentable' })
    const body = JSON.stringify(await secretsInB(name))
    expect(body).toContain(Buffer.from('old').toString('base64'))
    expect(body).toContain('first')
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('third', token('new')))
    passes.pair = ground.pair()
    expect(await passes.run()).toEqual(inSync)
  })

  it.each([
    ['accountFilter', 'accountFilters', { firstQuality: { bitrate: 1 } }],
    ['streamingPolicy', 'streamingPolicies', streamingPolicy()],
    ['contentKeyPolicy', 'contentKeyPolicies', keyPolicy('first')],
  ] as const)('P3: an answer older than the write is no refusal: a new %s stays', async (kind, collection, body) => {
    await ground.arm.east.put(`${collection}/${name}`, body)
    const { faults } = ground.simulator
    const { id } = faults.add({ account: 'west', kind: 'staleRead', plane: 'control', seconds: 3600 })
    const passes = new PolicyPasses(ground.pair(), kind, name)
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    faults.remove(fault => fault.id === id)
    expect(await inB(`${collection}/${name}`)).toMatchObject(body)
    expect(await passes.run()).toEqual(inSync)
    expect(passes.facts.owner).toBe('made')
  })

  it.each([
    ['streamingPolicy', 'streamingPolicies', ['a', 'b', 'c'].map(label => labelled(label)), 'east'],
    ['contentKeyPolicy', 'contentKeyPolicies', ['a', 'b', 'c'].map(text => keyPolicy(text)), 'west'],
  ] as const)('P3: a %s stays ours that is made anew and shows late', async (kind, collection, bodies, lostIn) => {
    const path = `${collection}/${name}`
    const passes = new PolicyPasses(ground.pair(), kind, name)
    const whole = passes.pair
    const edited = async (index: number, region: 'east' | 'west' = 'east') => {
      await ground.arm[region].delete(path)
      await ground.arm.east.put(path, bodies[index] ?? {})
    }
    await edited(0)
    expect(await passes.run()).toEqual(inSync)
    await edited(1, lostIn)
    const late = async <T>(written: T): Promise<T> => {
      const operation = `${collection.charAt(0).toUpperCase()}${collection.slice(1)}_Get`
      ground.simulator.faults.add({ account: 'west', kind: 'staleRead', operation, seconds: 3600, count: 1 })
      return written
    }
    const target: Pair['target'] = {
      ...whole.target,
      putStreamingPolicy: (...policy) => whole.target.putStreamingPolicy(...policy).then(late),
      putContentKeyPolicy: (...policy) => whole.target.putContentKeyPolicy(...policy).then(late),
    }
    passes.pair = { ...whole, target }
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    passes.pair = whole
    expect(await passes.run()).toEqual(inSync)
    expect(passes.facts.owner).toBe('made')
    await edited(2)
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(path)).toMatchObject(bodies[2] ?? {})
  })

  it('P3: an answer older than the write is no refusal: a content key policy that shows, and its secrets do not', async () => {
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first'))
    const passes = keyPolicyPasses()
    const { pair } = passes
    passes.pair = { ...pair, target: { ...pair.target, contentKeyPolicyBody: async () => undefined } }
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
  })

  it('P3: a new content key policy that is shown, and its secrets are not yet, is waited for', async () => {
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first'))
    const passes = keyPolicyPasses()
    const { pair } = passes
    passes.pair = { ...pair, source: { ...pair.source, contentKeyPolicyBody: async () => undefined } }
    expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'SourceChanged' })
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
  })

  it.each(['source', 'target'] as const)(
    'P1: secrets of an earlier state of a content key policy, told by the %s, are not taken for those of today',
    async side => {
      const before = `${name}-before`
      for (const region of ['east', 'west'] as const)
        await ground.arm[region].put(`contentKeyPolicies/${before}`, keyPolicy('before', token('before')))
      await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first', token('first')))
      const passes = keyPolicyPasses()
      await passes.run()
      const { pair } = passes
      await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('second', token('second')))
      const late: Pair['source']['contentKeyPolicyBody'] = (_, shown) => pair[side].contentKeyPolicyBody(before, shown)
      passes.pair = { ...pair, [side]: { ...pair[side], contentKeyPolicyBody: late } }
      expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'SourceChanged' })
      passes.pair = pair
      expect(await passes.run()).toEqual(inSync)
      expect(await inB(`contentKeyPolicies/${name}`)).toMatchObject({ description: 'second' })
      expect(await secretsInB(name)).toMatchObject({ options: [token('second')] })
    },
  )

  it('P3: an answer older than the write is no refusal: an edit of an account filter stays, and its delete follows', async () => {
    const path = `accountFilters/${name}`
    await ground.arm.east.put(path, { firstQuality: { bitrate: 1 } })
    const pair = ground.pair()
    const passes = new PolicyPasses(pair, 'accountFilter', name)
    passes.deletes = { allow: async () => {} }
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.put(path, { firstQuality: { bitrate: 2 } })
    const old = await pair.target.accountFilter(name)
    passes.pair = { ...pair, target: { ...pair.target, accountFilter: async () => old } }
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    expect(await inB(path)).toMatchObject({ firstQuality: { bitrate: 2 } })
    passes.pair = pair
    ground.simulator.counters.reset()
    expect(await passes.run()).toEqual(inSync)
    expect(ground.writes('west')).toEqual([])
    await ground.arm.east.delete(path)
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(path)).toBeUndefined()
  })

  describe('an edit that B did not keep whole', () => {
    const kinds = [
      ['accountFilter', 'accountFilters', [1, 2, 3].map(bitrate => ({ firstQuality: { bitrate } }))],
      ['streamingPolicy', 'streamingPolicies', ['1', '2', '3'].map(labelled)],
      ['contentKeyPolicy', 'contentKeyPolicies', ['1', '2', '3'].map(text => keyPolicy(text))],
    ] as const
    let passes: PolicyPasses
    let edit: (body: JsonObject | undefined) => Promise<void>
    const refused = async (kind: (typeof kinds)[number][0], path: string, [first, second]: readonly JsonObject[]) => {
      const pair = ground.pair()
      passes = new PolicyPasses(pair, kind, name)
      passes.deletes = { allow: async () => {} }
      edit = async body => {
        // Of a streaming policy there is no other way.
        if (body === undefined || kind === 'streamingPolicy') await ground.arm.east.delete(`${path}/${name}`)
        if (body !== undefined) await ground.arm.east.put(`${path}/${name}`, body)
      }
      await edit(first)
      expect(await passes.run()).toEqual(inSync)
      await edit(second)
      // What B makes of it is neither.
      const third = { label: 'half', description: 'half' }
      const target: Pair['target'] = {
        ...pair.target,
        putAccountFilter: (filter, properties) =>
          pair.target.putAccountFilter(filter, properties.firstQuality?.bitrate === 2 ? { tracks: [] } : properties),
        putStreamingPolicy: (policy, properties) =>
          pair.target.putStreamingPolicy(policy, halved(properties, '"label":"2"', `"label":"${third.label}"`)),
        putContentKeyPolicy: (policy, body) =>
          pair.target.putContentKeyPolicy(
            policy,
            new Secret(halved(body.reveal(), '"description":"2"', `"description":"${third.description}"`)),
          ),
      }
      passes.pair = { ...pair, target }
      expect(await passes.runTwice()).toMatchObject({ outcome: 'blocked', code: 'NotRepresentable' })
      passes.pair = pair
      expect(await inB(`${path}/${name}`)).toMatchObject(first ?? {})
    }
    const halved = <T>(body: T, whole: string, half: string): T => JSON.parse(JSON.stringify(body).replace(whole, half))

    it.each(kinds)('P1: %s goes from B when it goes from A', async (kind, path, bodies) => {
      await refused(kind, path, bodies)
      await edit(undefined)
      expect(await passes.run()).toEqual(inSync)
      expect(await inB(`${path}/${name}`)).toBeUndefined()
    })

    it.each(kinds)("P3, P10: %s is nobody else's change after an outage", async (kind, path, bodies) => {
      await refused(kind, path, bodies)
      await edit(bodies[2])
      passes.guarded = true
      expect(await passes.run()).toEqual(inSync)
      expect(await inB(`${path}/${name}`)).toMatchObject(bodies[2] ?? {})
    })

    it.each(kinds)('P7: %s is in sync when A takes it back, and later edits arrive', async (kind, path, bodies) => {
      await refused(kind, path, bodies)
      await edit(bodies[0])
      ground.simulator.counters.reset()
      expect(await passes.run()).toEqual(inSync)
      expect(await passes.run()).toEqual(inSync)
      expect(ground.writes('west')).toEqual([])
      await edit(bodies[2])
      expect(await passes.run()).toEqual(inSync)
      expect(await inB(`${path}/${name}`)).toMatchObject(bodies[2] ?? {})
    })

    it("P10: somebody else's change that was there before it still is one", async () => {
      const [kind, path, bodies] = kinds[2]
      await refused(kind, path, bodies)
      await editLater(ground.arm.west, `${path}/${name}`, keyPolicy('theirs'))
      passes.guarded = true
      await edit(bodies[2])
      expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
      await edit(undefined)
      expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'TargetChanged' })
      expect(await inB(`${path}/${name}`)).toMatchObject(keyPolicy('theirs'))
    })
  })

  it('P3: an answer older than the write is no refusal: an edit of a content key policy stays', async () => {
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first'))
    const passes = keyPolicyPasses()
    await passes.run()
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('second'))
    const pair = ground.pair()
    const old = await pair.target.contentKeyPolicy(name)
    passes.pair = { ...pair, target: { ...pair.target, contentKeyPolicy: async () => old } }
    expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
    expect(await inB(`contentKeyPolicies/${name}`)).toMatchObject({ description: 'second' })
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
  })

  it.each(['edited', 'deleted'])(
    "P3: a content key policy that shows before its body is no refusal, nor somebody else's change once it is %s",
    async then => {
      const path = `contentKeyPolicies/${name}`
      await ground.arm.east.put(path, keyPolicy('first'))
      const passes = keyPolicyPasses()
      passes.deletes = { allow: async () => {} }
      await passes.run()
      await ground.arm.east.put(path, keyPolicy('second'))
      const { pair } = passes
      const old = await pair.target.contentKeyPolicyBody(name)
      passes.pair = { ...pair, target: { ...pair.target, contentKeyPolicyBody: async () => old } }
      expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
      expect(await inB(path)).toMatchObject({ description: 'second' })
      passes.pair = pair
      passes.guarded = true
      if (then === 'edited') await ground.arm.east.put(path, keyPolicy('third'))
      else await ground.arm.east.delete(path)
      expect(await passes.run()).toEqual(inSync)
      expect((await inB(path))?.description).toBe(then === 'edited' ? 'third' : undefined)
    },
  )

  it.each([
    ['contentKeyPolicy', 'contentKeyPolicies', keyPolicy('first'), keyPolicy('second')],
    ['accountFilter', 'accountFilters', { firstQuality: { bitrate: 1 } }, { firstQuality: { bitrate: 2 } }],
  ] as const)(
    'P8: an edit of which B keeps nothing, a %s, is tried twice, and not for ever',
    async (kind, path, a, b) => {
      await ground.arm.east.put(`${path}/${name}`, a as JsonObject)
      const passes = new PolicyPasses(ground.pair(), kind, name)
      await passes.run()
      await ground.arm.east.put(`${path}/${name}`, b as JsonObject)
      const { pair } = passes
      const [policy, filter] = [await pair.target.contentKeyPolicyBody(name), await pair.target.accountFilter(name)]
      const target: Pair['target'] = {
        ...pair.target,
        putContentKeyPolicy: (of, body) => pair.target.putContentKeyPolicy(of, policy ?? body),
        putAccountFilter: (of, properties) => pair.target.putAccountFilter(of, filter?.properties ?? properties),
      }
      passes.pair = { ...pair, target }
      expect(await passes.run()).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
      const refused = await passes.run()
      expect(refused).toMatchObject({ outcome: 'blocked', code: 'NotRepresentable' })
      expect(refused).toHaveProperty('detail', expect.stringMatching(/: (description|firstQuality)/))
      ground.simulator.counters.reset()
      expect(await passes.run()).toEqual(refused)
      expect(ground.writes('west')).toEqual([])
    },
  )

  it('a streaming policy with such a member leaves the one that was there', async () => {
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy())
    const passes = streamingPasses()
    await passes.run()
    const pair = ground.pair()
    const streamingPolicyOf = async (policy: string) => {
      const found = await pair.source.streamingPolicy(policy)
      const clearTracks = [{ trackSelections: [] }]
      return (
        found && { ...found, properties: { ...found.properties, ...streamingPolicy({ clearTracks }), watermark: {} } }
      )
    }
    passes.pair = { ...pair, source: { ...pair.source, streamingPolicy: streamingPolicyOf } }
    expect(await passes.runTwice()).toMatchObject({ code: 'NotRepresentable', detail: `${name}: watermark` })
    expect(await inB(`streamingPolicies/${name}`)).toMatchObject(streamingPolicy())
    passes.pair = pair
    expect(await passes.run()).toEqual(inSync)
    expect(passes.facts.owner).toBe('made')
  })

  it('P1: a streaming policy that cannot be replaced is there again though B still shows it as it was before its delete', async () => {
    await ground.arm.east.put(`streamingPolicies/${name}`, labelled('first'))
    const passes = streamingPasses()
    await passes.run()
    await ground.arm.east.delete(`streamingPolicies/${name}`)
    await ground.arm.east.put(`streamingPolicies/${name}`, labelled('second'))
    const { pair } = passes
    const old = await pair.target.streamingPolicy(name)
    const putStreamingPolicy: Pair['target']['putStreamingPolicy'] = (policy, properties) =>
      JSON.stringify(properties).includes('second')
        ? Promise.reject(new ServiceError('refused', 'not here', { status: 400, side: 'target' }))
        : pair.target.putStreamingPolicy(policy, properties)
    passes.pair = { ...pair, target: { ...pair.target, putStreamingPolicy, streamingPolicy: async () => old } }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'RequestRefused' })
    expect(await inB(`streamingPolicies/${name}`)).toMatchObject(labelled('first'))
  })

  it.each(['new', 'changed'])(
    'a %s content key policy is not tried again until A changes or somebody asks',
    async state => {
      const passes = keyPolicyPasses()
      await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first'))
      if (state === 'changed') await passes.run()
      await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('second'))
      passes.pair = newerSource(withMember)
      const refused = await passes.runTwice()
      ground.simulator.counters.reset()
      expect(await passes.run()).toEqual(refused)
      expect(ground.writes('west')).toEqual([])
      expect(await passes.run({ restore: true })).toEqual(refused)
      expect(ground.writes('west')).not.toEqual([])
      await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('third'))
      ground.simulator.counters.reset()
      expect(await passes.runTwice()).toEqual(refused)
      expect(ground.writes('west')).not.toEqual([])
    },
  )

  it('an account filter with a member that this release does not know', async () => {
    await ground.arm.east.put(`accountFilters/${name}`, { firstQuality: { bitrate: 1 } })
    const passes = new PolicyPasses(ground.pair(), 'accountFilter', name)
    const known = passes.pair
    const accountFilter: Pair['source']['accountFilter'] = async filter => {
      const found = await known.source.accountFilter(filter)
      return found && { ...found, unknown: { 'tracks[0].weight': 7 } }
    }
    passes.pair = { ...known, source: { ...known.source, accountFilter } }
    const refused = { outcome: 'blocked', code: 'NotRepresentable', detail: `${name}: tracks[0].weight` }
    expect(await passes.run()).toEqual(refused)
    expect(await inB(`accountFilters/${name}`)).toBeUndefined()
    passes.pair = known
    expect(await passes.run()).toEqual(inSync)
    await ground.arm.east.put(`accountFilters/${name}`, { firstQuality: { bitrate: 2 } })
    passes.pair = { ...known, source: { ...known.source, accountFilter } }
    expect(await passes.run()).toEqual(refused)
    expect(await inB(`accountFilters/${name}`)).toMatchObject({ firstQuality: { bitrate: 1 } })
  })

  it('a streaming policy is not tried again until A changes', async () => {
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy())
    const passes = streamingPasses()
    const pair = ground.pair()
    const withWatermark = (watermark: string) => {
      const streamingPolicyOf = async (policy: string) => {
        const found = await pair.source.streamingPolicy(policy)
        return found && { ...found, properties: { ...found.properties, watermark } }
      }
      passes.pair = { ...pair, source: { ...pair.source, streamingPolicy: streamingPolicyOf } }
    }
    const refused = { outcome: 'blocked', code: 'NotRepresentable', detail: `${name}: watermark` }
    const writesOfPass = async () => {
      ground.simulator.counters.reset()
      expect(await passes.runTwice()).toEqual(refused)
      return ground.writes('west').length
    }
    withWatermark('first')
    expect(await writesOfPass()).toBeGreaterThan(0)
    expect(await writesOfPass()).toBe(0)
    withWatermark('second')
    expect(await writesOfPass()).toBeGreaterThan(0)
    expect(await writesOfPass()).toBe(0)
  })

  it('a configuration of a type that this release does not know', async () => {
    const unknown = { configuration: { ...type('HologramConfiguration'), strength: 9 } }
    const url = `${ground.simulator.url}/_sim/switches`
    await fetch(url, { method: 'PATCH', body: '{"acceptUnknownTypes":true}' })
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first', unknown))
    await fetch(url, { method: 'PATCH', body: '{"acceptUnknownTypes":false}' })
    const passes = keyPolicyPasses()
    expect(await passes.run()).toMatchObject({
      outcome: 'blocked',
      code: 'UnknownPolicyType',
      detail: expect.stringContaining('options[0].configuration'),
    })
    expect(ground.writes('west')).toEqual([])
    // The same in B, on a policy that is ours, is only something else than the source has.
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('second'))
    expect(await passes.run()).toEqual(inSync)
    await fetch(url, { method: 'PATCH', body: '{"acceptUnknownTypes":true}' })
    await editLater(ground.arm.west, `contentKeyPolicies/${name}`, keyPolicy('third', unknown))
    await fetch(url, { method: 'PATCH', body: '{"acceptUnknownTypes":false}' })
    expect(await passes.run()).toEqual(inSync)
    expect((await inB(`contentKeyPolicies/${name}`))?.description).toBe('second')
  })

  it('a streaming policy that locators use, naming them', async () => {
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy())
    const passes = streamingPasses()
    await passes.run()
    await ground.arm.west.put(`assets/${name}`, {})
    await ground.arm.west.put(`streamingLocators/user-of-${name}`, { assetName: name, streamingPolicyName: name })
    await ground.arm.east.delete(`streamingPolicies/${name}`)
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy({ clearTracks: [{ trackSelections: [] }] }))
    expect(await passes.run()).toMatchObject({
      code: 'PolicyInUse',
      detail: expect.stringContaining(`user-of-${name}`),
    })
    expect(await inB(`streamingPolicies/${name}`)).toMatchObject(streamingPolicy())
    // Asked to, it is replaced, and whoever made the locators is asked for before and after they go.
    const looks: boolean[] = []
    passes.release = {
      foreign: async () => [],
      lookAgain: async assets => {
        expect(assets).toEqual([name])
        looks.push((await inB(`streamingLocators/user-of-${name}`)) !== undefined)
      },
    }
    expect(await passes.run({ replaceInUse: true })).toEqual(inSync)
    expect(looks).toEqual([true, false])
    expect(await inB(`streamingPolicies/${name}`)).toMatchObject(
      streamingPolicy({ clearTracks: [{ trackSelections: [] }] }),
    )
  })

  it('P5: a streaming policy that locators of somebody else use, whatever is asked for', async () => {
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy())
    const passes = streamingPasses()
    await passes.run()
    await ground.arm.west.put(`assets/${name}`, {})
    await ground.arm.west.put(`streamingLocators/user-of-${name}`, { assetName: name, streamingPolicyName: name })
    await ground.arm.east.delete(`streamingPolicies/${name}`)
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy({ clearTracks: [{ trackSelections: [] }] }))
    passes.release = { foreign: async locators => locators.map(one => one.name), lookAgain: async () => {} }
    expect(await passes.run({ replaceInUse: true })).toMatchObject({ code: 'PolicyInUse' })
    expect(await inB(`streamingLocators/user-of-${name}`)).toBeDefined()
  })
})

describe('P6: masked secrets are never written', () => {
  it.each([null, ''])('where the source shows %j for one', async masked => {
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('first', token('key')))
    const passes = keyPolicyPasses()
    await passes.run()
    await ground.arm.east.put(`contentKeyPolicies/${name}`, keyPolicy('second', token('key')))
    const mask = (body: JsonObject): JsonObject =>
      JSON.parse(JSON.stringify(body).replace(/"keyValue":"[^"]*"/, `"keyValue":${JSON.stringify(masked)}`))
    passes.pair = newerSource(mask)
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'UnknownPolicyType' })
    expect(JSON.stringify(await secretsInB(name))).toContain(Buffer.from('key').toString('base64'))
  })
})

describe('streaming policies', () => {
  it('predefined ones are never written, nor missed', async () => {
    const passes = new PolicyPasses(ground.pair(), 'streamingPolicy', 'Predefined_ClearKey')
    expect(await passes.run()).toEqual(inSync)
    passes.pair = { ...passes.pair, target: { ...passes.pair.target, streamingPolicy: async () => undefined } }
    expect(await passes.run()).toMatchObject({ outcome: 'blocked', code: 'NotRepresentable' })
    expect(ground.writes('west')).toEqual([])
  })

  it('P1: hosts of licence and key URLs are those that the route gives, and a second pass writes nothing', async () => {
    await ground.arm.east.put(`streamingPolicies/${name}`, {
      ...streamingPolicy(),
      commonEncryptionCbcs: {
        enabledProtocols: { download: false, dash: false, hls: true, smoothStreaming: false },
        contentKeys: { defaultKey: { label: 'cbcs' } },
        drm: {
          fairPlay: {
            allowPersistentLicense: true,
            customLicenseAcquisitionUrlTemplate: 'skd://LIC-EAST.contoso.com/f',
          },
          widevine: { customLicenseAcquisitionUrlTemplate: 'lic-east.contoso.com' },
          playReady: { customLicenseAcquisitionUrlTemplate: 'https://lic-east.contoso.com.example/{ContentKeyId}' },
        },
        clearKeyEncryptionConfiguration: {
          customKeysAcquisitionUrlTemplate: 'https://other.contoso.com/{AlternativeMediaId}/lic-east.contoso.com',
        },
      },
    })
    const passes = streamingPasses(
      ground.pair({ rewriteUrls: [{ from: 'lic-east.contoso.com', to: 'lic.contoso.com' }] }),
    )
    expect(await passes.run()).toEqual(inSync)
    expect(await inB(`streamingPolicies/${name}`)).toMatchObject({
      envelopeEncryption: {
        customKeyAcquisitionUrlTemplate: 'https://lic.contoso.com:8443/{ContentKeyId}?a=https://lic-east.contoso.com/',
      },
      commonEncryptionCbcs: {
        drm: {
          fairPlay: { customLicenseAcquisitionUrlTemplate: 'skd://lic.contoso.com/f' },
          widevine: { customLicenseAcquisitionUrlTemplate: 'lic.contoso.com' },
          playReady: { customLicenseAcquisitionUrlTemplate: 'https://lic-east.contoso.com.example/{ContentKeyId}' },
        },
        clearKeyEncryptionConfiguration: {
          customKeysAcquisitionUrlTemplate: 'https://other.contoso.com/{AlternativeMediaId}/lic-east.contoso.com',
        },
      },
    })
    ground.simulator.counters.reset()
    expect(await passes.run()).toEqual(inSync)
    expect(ground.writes('west')).toEqual([])
  })

  it('P3: a key policy that it names and B has lost is asked for, though the policy itself is equal', async () => {
    const keys = `keys-of-${name}`
    await ground.arm.east.put(`contentKeyPolicies/${keys}`, keyPolicy('keys'))
    await new PolicyPasses(ground.pair(), 'contentKeyPolicy', keys).run()
    const contentKeys = { defaultKey: { label: 'l', policyName: keys } }
    await ground.arm.east.put(`streamingPolicies/${name}`, streamingPolicy({ contentKeys }))
    const passes = streamingPasses()
    expect(await passes.run()).toEqual(inSync)
    await fetch(`${ground.simulator.url}/_sim/switches`, { method: 'PATCH', body: '{"policyInUse":"delete"}' })
    await ground.arm.west.delete(`contentKeyPolicies/${keys}`)
    expect(await passes.run()).toMatchObject({
      outcome: 'waiting',
      code: 'PolicyPending',
      detail: `contentKeyPolicy ${keys}`,
    })
    expect(passes.doubted).toEqual([`contentKeyPolicy ${keys}`])
    // Gone from both, it keeps nothing waiting.
    await ground.arm.east.delete(`contentKeyPolicies/${keys}`)
    expect(await passes.run()).toEqual(inSync)
    await fetch(`${ground.simulator.url}/_sim/switches`, { method: 'PATCH', body: '{"policyInUse":"refuse"}' })
  })
})
