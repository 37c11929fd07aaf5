import { describe, expect, test } from 'vitest'
import type { FilterProperties, Json } from '../../../../src/lib/media/resources.ts'
import { Secret } from '../../../../src/lib/secret.ts'
import { absent, base, failureOf, type Reply, startStub, writerAt } from './stub.ts'

const created = (body: object): Reply => ({ status: 201, body })
const policyAnswer = created({
  name: 'p',
  properties: { policyId: 'id', created: '2021-01-21T00:00:00Z', lastModified: '2021-01-21T00:00:00Z', options: [] },
})

const tokenOption = (key: Json): { [name: string]: Json } => ({
  name: 'o',
  configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
  restriction: {
    '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
    issuer: 'i',
    audience: 'a',
    primaryVerificationKey: key,
    alternateVerificationKeys: [],
    requiredClaims: [],
    restrictionTokenType: 'Jwt',
  },
})
const symmetric = {
  '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey',
  keyValue: 'YTFiMmMzZDRlNWY2ZzdoOGk5ajA=',
}

describe('writing to an account', () => {
  test('an asset names container and storage, and nothing the service makes itself', async () => {
    const properties = {
      assetId: 'id',
      created: '2021-01-21T00:00:00Z',
      lastModified: '2021-01-21T00:00:00Z',
      storageAccountName: 'contosoweststore',
      storageEncryptionFormat: 'None',
    }
    await using stub = await startStub(() => created({ name: "a'b", properties }))
    const write = { container: 'asset-1', storageAccountName: 'contosoweststore', description: 'd' }
    const asset = await writerAt(stub.endpoint).media.putAsset("a'b", write)
    expect(asset.container).toBeUndefined()
    expect(stub.seen[0]).toMatchObject({ method: 'PUT', url: `${base}/assets/a'b?api-version=2022-08-01` })
    expect(JSON.parse(stub.seen[0]?.body ?? '')).toEqual({ properties: write })
  })

  test.each([200, 201])('P1: a locator goes out with its ticks, ids and keys, and %d is a success', async status => {
    await using stub = await startStub(() => ({ status, body: { name: 'l', properties: {} } }))
    const { media, calls } = writerAt(stub.endpoint)
    await media.putLocator('l', {
      assetName: 'movie',
      streamingLocatorId: '1a34e639-afe4-4827-a039-375e3981b3a3',
      streamingPolicyName: 'Predefined_ClearKey',
      startTime: '2018-03-29T10:00:00.1234567Z',
      endTime: '9999-12-31T23:59:59.9999999Z',
      defaultContentKeyPolicyName: 'ckp',
      alternativeMediaId: 'alt',
      filters: ['f1'],
      contentKeys: [{ id: 'k1', label: 'clearKeyDefault', value: new Secret('vCpyk4q/2REItr3BrR/dUA==') }],
    })
    expect(JSON.parse(stub.seen[0]?.body ?? '').properties).toEqual({
      assetName: 'movie',
      streamingLocatorId: '1a34e639-afe4-4827-a039-375e3981b3a3',
      streamingPolicyName: 'Predefined_ClearKey',
      startTime: '2018-03-29T10:00:00.1234567Z',
      endTime: '9999-12-31T23:59:59.9999999Z',
      defaultContentKeyPolicyName: 'ckp',
      alternativeMediaId: 'alt',
      filters: ['f1'],
      contentKeys: [
        { id: 'k1', labelReferenceInStreamingPolicy: 'clearKeyDefault', value: 'vCpyk4q/2REItr3BrR/dUA==' },
      ],
    })
    expect(calls).toMatchObject([{ operation: 'streamingLocators.put', status }])
  })

  test('a locator without keys sends no list of keys', async () => {
    await using stub = await startStub(() => created({}))
    await writerAt(stub.endpoint).media.putLocator('l', {
      assetName: 'movie',
      streamingLocatorId: 'id',
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
      endTime: '9999-12-31T23:59:59.9999999Z',
      filters: [],
      contentKeys: [],
    })
    expect(Object.keys(JSON.parse(stub.seen[0]?.body ?? '').properties)).not.toContain('contentKeys')
  })

  test('int64 filter times go out digit by digit, and come back the same', async () => {
    let kept = ''
    await using stub = await startStub(seen => {
      if (seen.method === 'PUT') kept = seen.body.replace('{', '{"name":"f",')
      return { status: 200, text: kept }
    })
    const { media } = writerAt(stub.endpoint)
    const properties: FilterProperties = {
      presentationTimeRange: {
        startTimestamp: '9007199254740993',
        endTimestamp: '9223372036854775807',
        presentationWindowDuration: '9223372036854774806',
        liveBackoffDuration: '-1',
        timescale: '10000000',
        forceEndTimestamp: true,
      },
      firstQuality: { bitrate: 420 },
      tracks: [{ trackSelections: [{ property: 'Unknown', operation: 'NotEqual', value: 'EC-3' }] }],
    }
    await media.putAccountFilter('f', properties)
    expect(stub.seen[0]?.body).toContain('"endTimestamp":9223372036854775807')
    expect((await media.accountFilter('f'))?.properties).toEqual(properties)
    await media.putAssetFilter('a', 'f', properties)
    expect(stub.seen.at(-1)?.url).toBe(`${base}/assets/a/assetFilters/f?api-version=2022-08-01`)
  })

  test('a filter time that is no number is refused before it is sent', async () => {
    await using stub = await startStub(() => created({}))
    const bad = { presentationTimeRange: { startTimestamp: '1.5' }, tracks: [] }
    expect((await failureOf(writerAt(stub.endpoint).media.putAccountFilter('f', bad))).kind).toBe('refused')
    expect(stub.seen).toEqual([])
  })

  test('P10: a 404 of somebody else is not taken for a delete', async () => {
    await using stub = await startStub(() => ({ status: 404, text: '<html>' }))
    expect((await failureOf(writerAt(stub.endpoint).media.deleteLocator('l'))).kind).toBe('unavailable')
  })

  test('deleting succeeds whether the service says 200, 204 or 404', async () => {
    const replies: Reply[] = [{ status: 200 }, { status: 204 }, absent]
    await using stub = await startStub((_, count) => replies[count - 1] ?? { status: 500 })
    const { media } = writerAt(stub.endpoint)
    await media.deleteLocator('l')
    await media.deleteAccountFilter('f')
    await media.deleteContentKeyPolicy('p')
    expect(stub.seen.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE'])
  })
})

describe('content key policies', () => {
  const secrets = {
    policyId: 'p1',
    created: '2021-01-21T00:00:00Z',
    lastModified: '2021-01-21T00:00:00Z',
    description: null,
    options: [{ policyOptionId: 'o1', ...tokenOption(symmetric) }],
  }

  test.each([
    ['bare', secrets],
    ['wrapped', { name: 'p', properties: secrets }],
  ])('P1: read with secrets (%s), written back without what the service makes itself', async (_, answer) => {
    await using stub = await startStub(({ method }) =>
      method === 'POST' ? { status: 200, body: answer } : policyAnswer,
    )
    const { media } = writerAt(stub.endpoint)
    const body = await media.contentKeyPolicyBody('p')
    if (!body) throw new Error('no body')
    expect(JSON.stringify({ body })).not.toContain('YTFiMm')
    await media.putContentKeyPolicy('p', body)
    expect(JSON.parse(stub.seen[1]?.body ?? '').properties).toEqual({
      description: null,
      options: [tokenOption(symmetric)],
    })
    expect(stub.seen[0]?.url).toBe(`${base}/contentKeyPolicies/p/getPolicyPropertiesWithSecrets?api-version=2022-08-01`)
  })

  test('a rental duration beyond 2^53 survives the way there and back', async () => {
    const fairPlay = `{"@odata.type":"#Microsoft.Media.ContentKeyPolicyFairPlayConfiguration","ask":"YXNr","fairPlayPfx":"cGZ4",
      "fairPlayPfxPassword":"12345678901234567890","rentalAndLeaseKeyType":"PersistentLimited","rentalDuration":9223372036854775807}`
    const text = `{"options":[{"configuration":${fairPlay},"restriction":{"@odata.type":"#Microsoft.Media.ContentKeyPolicyOpenRestriction"}}]}`
    await using stub = await startStub(({ method }) => (method === 'POST' ? { status: 200, text } : policyAnswer))
    const { media } = writerAt(stub.endpoint)
    const body = await media.contentKeyPolicyBody('p')
    if (!body) throw new Error('no body')
    await media.putContentKeyPolicy('p', body)
    expect(stub.seen[1]?.body).toContain('"rentalDuration":9223372036854775807}')
    expect(stub.seen[1]?.body).toContain('"fairPlayPfxPassword":"12345678901234567890"')
  })

  const widevine = { '@odata.type': '#Microsoft.Media.ContentKeyPolicyWidevineConfiguration', widevineTemplate: '{}' }
  const open = { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' }
  const licence = (contentKeyLocation: Json, licenseType = 'Persistent') => ({
    '@odata.type': '#Microsoft.Media.ContentKeyPolicyPlayReadyConfiguration',
    licenses: [{ allowTestDevices: true, licenseType, contentType: 'Unspecified', contentKeyLocation }],
  })
  const fromHeader = { '@odata.type': '#Microsoft.Media.ContentKeyPolicyPlayReadyContentEncryptionKeyFromHeader' }

  test.each<[string, string, Json]>([
    [
      'a configuration of a newer kind',
      'options[0].configuration',
      {
        configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyWidevine2Configuration', x: 'SEKRET' },
        restriction: open,
      },
    ],
    [
      'an unknown configuration',
      'options[0].configuration',
      { configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyUnknownConfiguration' }, restriction: open },
    ],
    [
      'an unknown restriction',
      'options[0].restriction',
      {
        configuration: widevine,
        restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyUnknownRestriction' },
      },
    ],
    ['a restriction without a type', 'options[0].restriction', { configuration: widevine, restriction: {} }],
    ['no restriction', 'options[0].restriction', { configuration: widevine }],
    [
      'a verification key of a newer kind',
      'options[0].restriction.primaryVerificationKey',
      tokenOption({ '@odata.type': '#Microsoft.Media.ContentKeyPolicyEcTokenKey', x: 'SEKRET' }),
    ],
    [
      'a verification key that is masked',
      'options[0].restriction.primaryVerificationKey.keyValue',
      tokenOption({ ...symmetric, keyValue: null }),
    ],
    ['a key location without a type', 'contentKeyLocation', { configuration: licence({}), restriction: open }],
    [
      'a type where none is known',
      'options[0].configuration.licenses[0].contentKeyLocation.x',
      { configuration: licence({ ...fromHeader, x: { '@odata.type': 'SEKRET!' } }), restriction: open },
    ],
    [
      'a configuration in the place of a restriction',
      'options[0].restriction',
      { configuration: widevine, restriction: widevine },
    ],
    [
      'a value that the api-version cannot show',
      'licenseType',
      { configuration: licence(fromHeader, 'Unknown'), restriction: open },
    ],
  ])('P1: %s is refused, reading and writing, and named', async (_, path, option) => {
    await using stub = await startStub(() => ({ status: 200, body: { options: [option] } }))
    const { media } = writerAt(stub.endpoint)
    const reading = await failureOf(media.contentKeyPolicyBody('p'))
    const writing = await failureOf(media.putContentKeyPolicy('p', new Secret({ options: [option] })))
    for (const error of [reading, writing]) {
      expect(error.kind).toBe('unknownType')
      expect(error.message).toContain(path)
      expect(error.message).not.toContain('SEKRET')
    }
    expect(stub.seen.filter(({ method }) => method === 'PUT')).toEqual([])
  })

  test('known kinds in every place pass', async () => {
    const options = [
      tokenOption(symmetric),
      tokenOption(null),
      { configuration: widevine, restriction: open },
      { configuration: licence(fromHeader), restriction: open },
    ]
    await using stub = await startStub(() => policyAnswer)
    await writerAt(stub.endpoint).media.putContentKeyPolicy('p', new Secret({ options }))
    expect(JSON.parse(stub.seen[0]?.body ?? '').properties).toEqual({ options })
  })
})

describe('streaming policies', () => {
  const properties = {
    commonEncryptionCenc: {
      enabledProtocols: { download: false, dash: true, hls: false, smoothStreaming: true },
      clearTracks: [{ trackSelections: [{ property: 'Unknown', operation: 'Unknown', value: 'foo' }] }],
      contentKeys: { defaultKey: { label: 'l' }, keyToTrackMappings: [] },
      drm: { playReady: {}, widevine: {} },
      clearKeyEncryptionConfiguration: { customKeysAcquisitionUrlTemplate: 'https://x/{AlternativeMediaId}' },
    },
  }

  test('P1: all of a policy goes through, empty members and unknown ones included', async () => {
    const odd = { ...properties, commonEncryptionFuture: { contentKeys: { defaultKey: {} } } }
    const body = { name: 'sp', properties: { created: '2021-01-21T04:08:27.0356806Z', ...odd } }
    await using stub = await startStub(({ method }) => ({ status: method === 'PUT' ? 200 : 200, body }))
    const { media } = writerAt(stub.endpoint)
    const policy = await media.streamingPolicy('sp')
    expect(policy).toEqual({ name: 'sp', created: '2021-01-21T04:08:27.0356806Z', properties: odd })
    await media.putStreamingPolicy('sp', { ...odd, created: 'never' })
    expect(JSON.parse(stub.seen[1]?.body ?? '').properties).toEqual(odd)
  })

  test('a part told apart by a type is refused', async () => {
    await using stub = await startStub(() => created({}))
    const typed = { noEncryption: { '@odata.type': '#Microsoft.Media.Future' } }
    expect((await failureOf(writerAt(stub.endpoint).media.putStreamingPolicy('sp', typed))).kind).toBe('unknownType')
    expect(stub.seen).toEqual([])
  })
})
