/** A snapshot taken over HTTP and put back into another simulator, seen by a client. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultGround, startFaultGround } from './fault-ground.ts'
import { ground } from './ground.ts'

const jobOf = (asset: string) => ({
  properties: {
    input: { '@odata.type': '#Microsoft.Media.JobInputAsset', assetName: asset },
    outputs: [{ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: asset }],
  },
})
const preset = { '@odata.type': '#Microsoft.Media.BuiltInStandardEncoderPreset', presetName: 'AdaptiveStreaming' }
const locator = (assetName: string, more: object = {}) => ({
  properties: { assetName, streamingPolicyName: 'Predefined_ClearKey', defaultContentKeyPolicyName: 'keys', ...more },
})
const keyPolicy = {
  properties: {
    options: [
      {
        configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
        restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
      },
    ],
  },
}
/** Beyond what a double holds. */
const filter = '{"properties":{"presentationTimeRange":{"startTimestamp":9007199254740993,"timescale":10000000}}}'

const fill = async (east: FaultGround['east']) => {
  const made = [
    await east('PUT', 'assets/Film', { properties: { container: 'film', description: 'ä "quoted"' } }),
    await east('PUT', 'assets/Film/assetFilters/short', filter),
    await east('PUT', 'accountFilters/all', filter),
    await east('PUT', 'contentKeyPolicies/keys', keyPolicy),
    await east('PUT', 'streamingLocators/one', locator('film')),
    await east('PUT', 'transforms/encode', { properties: { outputs: [{ preset }] } }),
    await east('PUT', 'transforms/encode/jobs/first', jobOf('film')),
  ]
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 200, 201, 201, 201])
  return made.at(4)?.body.properties.streamingLocatorId as string
}

const reads = [
  ['GET', ''],
  ['GET', 'assets'],
  ['GET', 'assets/FILM'],
  ['GET', 'assets/film/assetFilters'],
  ['GET', 'accountFilters/all'],
  ['POST', 'contentKeyPolicies/keys/getPolicyPropertiesWithSecrets'],
  ['GET', 'streamingPolicies'],
  ['GET', 'streamingLocators/one'],
  ['POST', 'streamingLocators/one/listContentKeys'],
  ['POST', 'assets/film/listStreamingLocators'],
  ['GET', 'streamingEndpoints'],
  ['GET', 'transforms/encode/jobs'],
  ['GET', '/_sim/switches'],
  ['GET', '/_sim/faults'],
  ['GET', '/_sim/tokens'],
  ['GET', '/_sim/clock'],
] as const

const readAll = async (east: FaultGround['east']) => {
  const seen: [string, number, string][] = []
  for (const [method, path] of reads) {
    const { status, text } = await east(method, path)
    seen.push([path, status, text.replaceAll(/127\.0\.0\.1:\d+/g, 'host')])
  }
  return seen
}

describe('a snapshot', () => {
  it('makes another simulator answer the same, byte for byte', async () => {
    await using before = await ground()
    await fill(before.east)
    await before.east('PATCH', '/_sim/switches', { deleteMissing: 404, hourlyCalls: { deletes: 2 } })
    await before.east('POST', '/_sim/faults', { kind: '500', operation: 'Tracks_', probability: 0.5 })
    await before.east('PUT', '/_sim/tokens', { token: 'canary-token', grants: { east: 'Reader' } })
    before.clock.advance(100)
    const snapshot = await before.east('GET', '/_sim/snapshot')
    expect(snapshot.text).not.toContain('canary-token')
    await using after = await ground()
    await after.east('PUT', 'assets/other', {})
    expect((await after.east('PUT', '/_sim/snapshot', snapshot.text)).status).toBe(200)
    const seen = await readAll(after.east)
    expect(seen).toEqual(await readAll(before.east))
    expect(seen.map(([, status]) => status)).toEqual(reads.map(() => 200))
    expect(seen[4]?.[2]).toContain('9007199254740993')
    const reader = { authorization: 'Bearer canary-token' }
    expect((await after.east('PUT', 'assets/x', {}, reader)).status).toBe(403)
  })

  it('keeps ids and containers taken, operations under way and counts of calls', async () => {
    await using before = await ground()
    const id = await fill(before.east)
    const { headers } = await before.east('POST', 'streamingEndpoints/default/start')
    await before.east('PATCH', '/_sim/switches', { hourlyCalls: { deletes: 2 } })
    await before.east('DELETE', 'transforms/none')
    const { text } = await before.east('GET', '/_sim/snapshot')
    await using after = await ground()
    await after.east('PUT', '/_sim/snapshot', text)
    expect((await after.west('PUT', 'assets/film', { properties: { container: 'film' } })).status).toBe(201)
    expect((await after.east('PUT', 'assets/film2', { properties: { container: 'film' } })).status).toBe(400)
    const taken = await after.east('PUT', 'streamingLocators/two', locator('film', { streamingLocatorId: id }))
    expect(taken.status).toBe(409)
    const operation = new URL(headers.get('azure-asyncoperation') ?? '').pathname
    expect((await after.east('GET', operation)).body.status).toBe('InProgress')
    after.clock.advance(1000)
    expect((await after.east('GET', operation)).body.status).toBe('Succeeded')
    const deletes = [await after.east('DELETE', 'transforms/none'), await after.east('DELETE', 'transforms/none')]
    expect(deletes.map(({ status }) => status)).toEqual([204, 429])
  })

  it.each([
    ['Scheduled', 100],
    ['Processing', 300],
    ['Canceling', 0],
  ] as const)('jobs go on that were %s, and those of before are forgotten', async (state, milliseconds) => {
    await using before = await ground()
    await fill(before.east)
    if (state === 'Canceling') await before.east('POST', 'transforms/encode/jobs/first/cancelJob')
    before.clock.advance(milliseconds)
    const stateIn = async (east: FaultGround['east']) =>
      (await east('GET', 'transforms/encode/jobs/first')).body.properties.state
    expect(await stateIn(before.east)).toBe(state)
    const { text } = await before.east('GET', '/_sim/snapshot')
    await using after = await ground()
    await fill(after.east)
    after.clock.advance(300)
    after.published.length = 0
    await after.east('PUT', '/_sim/snapshot', text)
    expect(await stateIn(after.east)).toBe(state)
    after.clock.advance(600)
    const end = state === 'Canceling' ? 'Canceled' : 'Finished'
    await expect.poll(() => stateIn(after.east)).toBe(end)
    const ends = after.published.filter(({ event }) => event.eventType === `Microsoft.Media.Job${end}`)
    expect(ends).toHaveLength(1)
  })

  it('faults go on with their random series', async () => {
    const series = async (east: FaultGround['east']) => {
      const seen: number[] = []
      for (let index = 0; index < 20; index += 1) seen.push((await east('GET', 'assets')).status)
      return seen
    }
    await using before = await ground()
    await before.east('POST', '/_sim/faults', { kind: '500', operation: 'Assets_', probability: 0.5, seed: 3 })
    await series(before.east)
    const { text } = await before.east('GET', '/_sim/snapshot')
    await using after = await ground()
    await after.east('PUT', '/_sim/snapshot', text)
    const goesOn = await series(after.east)
    expect(goesOn).toEqual(await series(before.east))
    expect(new Set(goesOn)).toEqual(new Set([200, 500]))
  })

  it('moves the clock on to its own time, and never back', async () => {
    await using before = await ground()
    before.clock.advance(3_600_000)
    const { text } = await before.east('GET', '/_sim/snapshot')
    await using after = await ground()
    await after.east('PUT', '/_sim/snapshot', text)
    expect(after.clock.ticks()).toBe(before.clock.ticks())
    after.clock.advance(1000)
    const later = after.clock.ticks()
    await after.east('PUT', '/_sim/snapshot', text)
    expect(after.clock.ticks()).toBe(later)
  })

  it.each([
    ['no JSON', '{', 'JSON'],
    ['another document', '{}', 'format'],
    ['one without accounts', '{"format":"twinstream-simulator-snapshot/1"}', 'accounts'],
  ])('%s is refused with the reason, and changes nothing', async (_, body, word) => {
    await using g = await ground()
    await g.east('PUT', 'assets/film', {})
    const answer = await g.east('PUT', '/_sim/snapshot', body)
    expect(answer.status).toBe(400)
    expect(answer.body.problems[0]).toContain(word)
    expect((await g.east('GET', 'assets/film')).status).toBe(200)
  })

  it('a damaged item is refused, and changes nothing', async () => {
    await using g = await ground()
    await fill(g.east)
    const { text } = await g.east('GET', '/_sim/snapshot')
    const damaged = JSON.parse(text)
    delete damaged.accounts[0].holds.assets[0].name
    const answer = await g.east('PUT', '/_sim/snapshot', damaged)
    expect([answer.status, answer.body.problems[0]]).toEqual([400, expect.stringContaining('name')])
    expect((await g.east('GET', 'assets/film')).status).toBe(200)
  })

  it.each([
    ['systemData', undefined],
    ['systemData', null],
    ['systemData', { createdBy: 'x', createdAt: 5, lastModifiedBy: 'x', lastModifiedAt: { ticks: '5' } }],
    ['change', null],
  ])('an account or an endpoint with damaged %s (%j) is refused, and all answers stay', async (member, value) => {
    await using g = await ground()
    const { text } = await g.east('GET', '/_sim/snapshot')
    const damaged = JSON.parse(text)
    const [account] = damaged.accounts
    const place = member === 'change' ? account.holds.streamingEndpoints[0] : account
    place[member] = value
    const answer = await g.east('PUT', '/_sim/snapshot', damaged)
    expect([answer.status, answer.body.problems[0]]).toEqual([400, expect.stringContaining(member)])
    expect((await g.east('GET', '')).status).toBe(200)
    expect((await g.east('GET', 'streamingEndpoints/default')).status).toBe(200)
  })

  it.each([
    ['tokens', [['digest', null]]],
    ['tokens', [[5, { principal: 'x', grants: {} }]]],
    ['rateLimits', [['east', null]]],
    ['rateLimits', [['east', { start: 'now', used: 1 }]]],
  ])('damaged %s (%j) are refused', async (part, items) => {
    await using g = await ground()
    const { text } = await g.east('GET', '/_sim/snapshot')
    const answer = await g.east('PUT', '/_sim/snapshot', { ...JSON.parse(text), [part]: items })
    expect([answer.status, answer.body.problems[0]]).toEqual([400, expect.stringContaining('incomplete')])
  })
})

describe('a snapshot with Event Grid and storage', () => {
  let before: FaultGround
  let after: FaultGround
  beforeAll(async () => {
    ;[before, after] = [await startFaultGround(), await startFaultGround()]
  })
  afterAll(async () => {
    await before[Symbol.asyncDispose]()
    await after[Symbol.asyncDispose]()
  })

  it('keeps the subscriptions; blobs stay where they are', async () => {
    await before.subscribe('all')
    await before.east('PUT', 'assets/film', { properties: { container: 'film' } })
    await before.blob('PUT', 'film/a', 'bytes')
    const { text } = await before.east('GET', '/_sim/snapshot')
    await after.east('PUT', '/_sim/snapshot', text)
    await after.publish('one')
    expect(await before.received(1)).toEqual(['one'])
    expect((await after.east('GET', 'assets/film')).status).toBe(200)
    expect((await after.blob('GET', 'film/a')).status).toBe(404)
  })
})
