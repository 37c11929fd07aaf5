/** Rules that hold for many kinds of things: names, quotas, queries, required members. */
import { describe, expect, it } from 'vitest'
import { contentKeyPolicy, filter, streamingPolicy } from '../../../contract/support/walk.ts'
import { ground } from './ground.ts'

const type = (name: string) => ({ '@odata.type': `#Microsoft.Media.${name}` })
const protocols = { download: true, dash: true, hls: true, smoothStreaming: true }
const preset = { ...type('BuiltInStandardEncoderPreset'), presetName: 'AdaptiveStreaming' }
const transform = { properties: { outputs: [{ preset }] } }
const clearLocator = { properties: { assetName: 'film', streamingPolicyName: 'Predefined_ClearStreamingOnly' } }
const clearPolicy = { properties: { noEncryption: { enabledProtocols: protocols } } }
const jobOutput = { ...type('JobOutputAsset'), assetName: 'film' }
const jobWith = (input: object, outputs: object[] = [jobOutput]) => ({ properties: { input, outputs } })
const job = jobWith({ ...type('JobInputHttp'), files: ['https://source/film.mp4'] })

const withFilm = async () => {
  const g = await ground()
  await g.east('PUT', 'assets/film', {})
  await g.east('PUT', 'transforms/encode', transform)
  return g
}

const collections: readonly (readonly [path: string, body: object])[] = [
  ['assets', {}],
  ['assets/film/assetFilters', filter],
  ['accountFilters', filter],
  ['contentKeyPolicies', contentKeyPolicy],
  ['streamingPolicies', clearPolicy],
  ['streamingLocators', clearLocator],
  ['transforms', transform],
  ['transforms/encode/jobs', job],
]

describe('names', () => {
  it.each(collections)('of %s have 260 characters at most and none that is forbidden', async (path, body) => {
    await using g = await withFilm()
    const put = async (name: string) => (await g.east('PUT', `${path}/${encodeURIComponent(name)}`, body)).status
    expect(await put('x'.repeat(261))).toBe(400)
    for (const character of `<>%&:\\?/*+.'\u0001\u001f`)
      expect([character, await put(`a${character}b`)]).toEqual([character, 400])
    expect([200, 201]).toContain(await put('x'.repeat(260)))
    expect([200, 201]).toContain(await put('Ünïcode -_~(1) [2]'))
  })

  it('of predefined streaming policies are taken, whether there is such a policy or not', async () => {
    await using g = await withFilm()
    expect((await g.east('PUT', 'streamingPolicies/Predefined_ClearKey', clearPolicy)).status).toBe(409)
    expect((await g.east('PUT', 'streamingPolicies/predefined_mine', clearPolicy)).status).toBe(400)
    expect((await g.east('DELETE', 'streamingPolicies/Predefined_ClearKey')).status).toBe(400)
  })
})

describe('quotas', () => {
  it.each([
    ['assets/film/assetFilters', 100, filter],
    ['accountFilters', 100, filter],
    ['streamingLocators', 100, clearLocator],
    // With the six that every account has.
    ['streamingPolicies', 94, clearPolicy],
    // With the one that is there.
    ['transforms', 99, transform],
  ] as const)('of %s end at %i more', async (path, most, body) => {
    await using g = await withFilm()
    const put = async (index: number) => (await g.east('PUT', `${path}/n${index}`, body)).status
    for (let index = 0; index < most; index += 1) expect(await put(index)).toBe(201)
    expect(await put(most)).toBe(400)
    expect((await g.east('DELETE', `${path}/n0`)).status).toBe(200)
    expect(await put(most)).toBe(201)
  })

  it('of options, outputs, endpoints and units are kept', async () => {
    await using g = await withFilm()
    const [option] = contentKeyPolicy.properties.options
    const policyOf = (count: number) => ({ properties: { options: Array(count).fill(option) } })
    expect((await g.east('PUT', 'contentKeyPolicies/p', policyOf(30))).status).toBe(200)
    expect((await g.east('PUT', 'contentKeyPolicies/p', policyOf(31))).status).toBe(400)
    const jobOf = (count: number) => jobWith(job.properties.input, Array(count).fill(jobOutput))
    expect((await g.east('PUT', 'transforms/encode/jobs/many', jobOf(20))).status).toBe(201)
    expect((await g.east('PUT', 'transforms/encode/jobs/more', jobOf(21))).status).toBe(400)
    const endpoint = { location: 'eastus2', properties: { scaleUnits: 1 } }
    expect((await g.east('PUT', 'streamingEndpoints/second', endpoint)).status).toBe(201)
    expect((await g.east('PUT', 'streamingEndpoints/third', endpoint)).status).toBe(400)
    g.clock.advance(10_000)
    expect((await g.east('POST', 'streamingEndpoints/second/scale', { scaleUnit: 51 })).status).toBe(400)
    expect((await g.east('POST', 'streamingEndpoints/second/scale', { scaleUnit: 50 })).status).toBeLessThan(300)
  })
})

const time = '2020-01-01T00:00:00Z'
const id = '11111111-2222-3333-4444-555555555555'
const operators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le']

/** Contract section 9: by list, what may be compared how, and what may be ordered by. */
const queries: readonly {
  readonly list: string
  readonly filters: Readonly<Record<string, readonly [operators: string, literal: string]>>
  readonly orders: readonly string[]
  readonly top: boolean
}[] = [
  {
    list: 'assets',
    filters: {
      name: ['eq gt lt ge le', "'a'"],
      'properties/alternateId': ['eq', "'a'"],
      'properties/assetId': ['eq', id],
      'properties/created': ['eq gt lt', time],
      'properties/lastModified': ['', time],
      'properties/description': ['', "'a'"],
    },
    orders: ['name', 'properties/created'],
    top: true,
  },
  {
    list: 'contentKeyPolicies',
    filters: {
      name: ['eq ne ge le gt lt', "'a'"],
      'properties/created': ['eq ne ge le gt lt', time],
      'properties/lastModified': ['eq ne ge le gt lt', time],
      'properties/description': ['eq ne ge le gt lt', "'a'"],
      'properties/policyId': ['eq ne', id],
    },
    orders: ['name', 'properties/created', 'properties/lastModified'],
    top: true,
  },
  {
    list: 'streamingLocators',
    filters: {
      name: ['eq ne ge le gt lt', "'a'"],
      'properties/created': ['eq ne ge le gt lt', time],
      'properties/endTime': ['eq ne ge le gt lt', time],
      'properties/assetName': ['', "'a'"],
      'properties/lastModified': ['', time],
    },
    orders: ['name', 'properties/created', 'properties/endTime'],
    top: true,
  },
  {
    list: 'streamingPolicies',
    filters: {
      name: ['eq ne ge le gt lt', "'a'"],
      'properties/created': ['eq ne ge le gt lt', time],
      'properties/lastModified': ['', time],
    },
    orders: ['name', 'properties/created'],
    top: true,
  },
  {
    list: 'transforms/encode/jobs',
    filters: {
      name: ['eq', "'a'"],
      'properties/state': ['eq ne', "Microsoft.Media.JobState'Finished'"],
      'properties/created': ['gt ge lt le', time],
      'properties/lastModified': ['gt ge lt le', time],
    },
    orders: ['name', 'properties/created', 'properties/lastModified'],
    top: false,
  },
  {
    list: 'transforms',
    filters: {
      name: ['eq', "'a'"],
      'properties/created': ['gt ge lt le', time],
      'properties/lastModified': ['gt ge lt le', time],
    },
    orders: ['name', 'properties/created', 'properties/lastModified'],
    top: false,
  },
  ...['accountFilters', 'assets/film/assetFilters', 'streamingEndpoints'].map(list => ({
    list,
    filters: { name: ['', "'a'"] as const },
    orders: [],
    top: false,
  })),
]

describe('queries', () => {
  it.each(queries)('of $list take what is documented, and nothing else', async ({ list, filters, orders, top }) => {
    await using g = await withFilm()
    const statusOf = async (query: string) => (await g.east('GET', `${list}?${query}`)).status
    for (const [path, [allowed, literal]] of Object.entries(filters))
      for (const operator of operators) {
        const filtered = `$filter=${path} ${operator} ${literal}`
        expect([filtered, await statusOf(filtered)]).toEqual([
          filtered,
          allowed.split(' ').includes(operator) ? 200 : 400,
        ])
      }
    for (const path of [
      'name',
      'properties/created',
      'properties/lastModified',
      'properties/endTime',
      'properties/none',
    ])
      expect([path, await statusOf(`$orderby=${path} desc`)]).toEqual([path, orders.includes(path) ? 200 : 400])
    expect(await statusOf('$top=1')).toBe(top ? 200 : 400)
    for (const other of ['$skip=1', '$select=name', '$count=true', '$expand=tracks'])
      expect([other, await statusOf(other)]).toEqual([other, 400])
  })
})

type Path = readonly (string | number)[]
/** A copy that lacks what is at the path. */
const without = (body: object, path: Path): object => {
  const copy: Record<string, unknown> = structuredClone({ body })
  const parent = ['body', ...path.slice(0, -1)].reduce(
    (inside: Record<string, unknown>, name) => inside[name] as Record<string, unknown>,
    copy,
  )
  delete parent[path.at(-1) ?? '']
  return copy.body as object
}

const at = (option: number, ...path: Path): Path => ['properties', 'options', option, ...path]
const licence = (...path: Path) => at(2, 'configuration', 'licenses', 0, ...path)

describe('required members', () => {
  it.each<[string, Path]>([
    ['options', ['properties', 'options']],
    ['configuration', at(0, 'configuration')],
    ['its type', at(0, 'configuration', '@odata.type')],
    ['restriction', at(0, 'restriction')],
    ['issuer', at(0, 'restriction', 'issuer')],
    ['audience', at(0, 'restriction', 'audience')],
    ['type of token', at(0, 'restriction', 'restrictionTokenType')],
    ['symmetric key', at(0, 'restriction', 'primaryVerificationKey', 'keyValue')],
    ['certificate', at(0, 'restriction', 'alternateVerificationKeys', 0, 'rawBody')],
    ['exponent', at(1, 'restriction', 'primaryVerificationKey', 'exponent')],
    ['modulus', at(1, 'restriction', 'primaryVerificationKey', 'modulus')],
    ['Widevine template', at(1, 'configuration', 'widevineTemplate')],
    ['PlayReady licences', at(2, 'configuration', 'licenses')],
    ...['allowTestDevices', 'licenseType', 'contentKeyLocation', 'contentType'].map((name): [string, Path] => [
      `PlayReady ${name}`,
      licence(name),
    ]),
    ...[
      'digitalVideoOnlyContentRestriction',
      'imageConstraintForAnalogComponentVideoRestriction',
      'imageConstraintForAnalogComputerMonitorRestriction',
      'allowPassingVideoContentToUnknownOutput',
    ].map((name): [string, Path] => [`PlayReady ${name}`, licence('playRight', name)]),
    ...['ask', 'fairPlayPfxPassword', 'fairPlayPfx', 'rentalAndLeaseKeyType', 'rentalDuration'].map(
      (name): [string, Path] => [`FairPlay ${name}`, at(3, 'configuration', name)],
    ),
  ])('of content key policies: %s', async (_, path) => {
    await using g = await withFilm()
    expect((await g.east('PUT', 'contentKeyPolicies/p', contentKeyPolicy)).status).toBe(200)
    const answer = await g.east('PUT', 'contentKeyPolicies/p', without(contentKeyPolicy, path))
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BadRequest' } } })
  })

  it.each<[string, string, object, Path]>([
    ['download', 'streamingPolicies/s', clearPolicy, ['properties', 'noEncryption', 'enabledProtocols', 'download']],
    ['dash', 'streamingPolicies/s', clearPolicy, ['properties', 'noEncryption', 'enabledProtocols', 'dash']],
    [
      'persistent licence',
      'streamingPolicies/s',
      streamingPolicy,
      ['properties', 'commonEncryptionCbcs', 'drm', 'fairPlay', 'allowPersistentLicense'],
    ],
    ['asset of a locator', 'streamingLocators/l', clearLocator, ['properties', 'assetName']],
    ['policy of a locator', 'streamingLocators/l', clearLocator, ['properties', 'streamingPolicyName']],
    ['input of a job', 'transforms/encode/jobs/j', job, ['properties', 'input']],
    ['outputs of a job', 'transforms/encode/jobs/j', job, ['properties', 'outputs']],
    ['asset of an output', 'transforms/encode/jobs/j', job, ['properties', 'outputs', 0, 'assetName']],
    [
      'place of an endpoint',
      'streamingEndpoints/e',
      { location: 'East US 2', properties: { scaleUnits: 1 } },
      ['location'],
    ],
    ['bitrate', 'accountFilters/f', filter, ['properties', 'firstQuality', 'bitrate']],
    ['value', 'accountFilters/f', filter, ['properties', 'tracks', 0, 'trackSelections', 0, 'value']],
  ])('elsewhere: %s', async (_, path, body, member) => {
    await using g = await withFilm()
    await g.east('PUT', 'contentKeyPolicies/everything', contentKeyPolicy)
    expect((await g.east('PUT', path, without(body, member))).status).toBe(400)
    expect((await g.east('PUT', path, body)).status).toBe(201)
  })

  it('of jobs: assets of inputs within inputs must be there', async () => {
    await using g = await withFilm()
    const inputs = (assetName: string) => ({
      ...type('JobInputs'),
      inputs: [{ ...type('JobInputSequence'), inputs: [{ ...type('JobInputAsset'), assetName }] }],
    })
    const refused = await g.east('PUT', 'transforms/encode/jobs/j', jobWith(inputs('none')))
    expect([refused.status, refused.body.error.code]).toEqual([400, 'BadRequest'])
    const { mediaServiceId } = (await g.east('GET', '')).body.properties
    expect(refused.body.error.message).toBe(
      `Asset 'none' is not found under account '${mediaServiceId}' when creating job.`,
    )
    expect((await g.east('PUT', 'transforms/encode/jobs/j', jobWith(inputs('film')))).status).toBe(201)
  })
})
