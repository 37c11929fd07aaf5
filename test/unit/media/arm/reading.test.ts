import { describe, expect, test } from 'vitest'
import { absent, base, failureOf, startStub, token, writerAt } from './stub.ts'

const assetBody = (name: string) => ({
  name,
  properties: {
    assetId: 'ff0c0a4d-0a4b-4f3e-9d0f-0e0b6f1f8e11',
    created: '2021-01-21T00:31:11.0731234Z',
    lastModified: '2021-01-21T00:31:15Z',
    alternateId: null,
    description: '',
    container: 'asset-ff0c',
    storageAccountName: 'contosoeaststore',
    storageEncryptionFormat: 'None',
  },
})

const locatorProperties = {
  assetName: 'movie',
  created: '2021-01-21T04:08:32.0632543Z',
  endTime: '9999-12-31T23:59:59.9999999Z',
  streamingLocatorId: '1a34e639-afe4-4827-a039-375e3981b3a3',
  streamingPolicyName: 'Predefined_ClearKey',
}

describe('reading an account', () => {
  test('asks with the api-version of the group, the token and encoded names', async () => {
    await using stub = await startStub(() => ({ status: 200, body: assetBody("it's #1 ü/x") }))
    const { media, calls } = writerAt(stub.endpoint)
    await media.asset("it's #1 ü/x")
    expect(stub.seen[0]?.url).toBe(`${base}/assets/${encodeURIComponent("it's #1 ü/x")}?api-version=2022-08-01`)
    expect(stub.seen[0]?.authorization).toBe(`Bearer ${token}`)
    expect(calls).toMatchObject([{ account: 'east', operation: 'assets.get', status: 200 }])
  })

  test('leaves out null, keeps every tick of a time', async () => {
    await using stub = await startStub(() => ({ status: 200, body: assetBody('movie') }))
    expect(await writerAt(stub.endpoint).media.asset('movie')).toEqual({
      name: 'movie',
      assetId: 'ff0c0a4d-0a4b-4f3e-9d0f-0e0b6f1f8e11',
      created: '2021-01-21T00:31:11.0731234Z',
      lastModified: '2021-01-21T00:31:15Z',
      description: '',
      container: 'asset-ff0c',
      storageAccountName: 'contosoeaststore',
      storageEncryptionFormat: 'None',
    })
  })

  test("a 404 with the service's own code is undefined", async () => {
    await using stub = await startStub(() => absent)
    const { media } = writerAt(stub.endpoint)
    expect(await media.asset('movie')).toBeUndefined()
    expect(await media.locator('movie')).toBeUndefined()
    expect(await media.assetFilter('movie', 'f')).toBeUndefined()
    expect(await media.contentKeyPolicyBody('movie')).toBeUndefined()
  })

  test.each([
    ['an empty body', {}, 'unavailable'],
    ['a body that is no JSON', { text: '<html>' }, 'unavailable'],
    ['the body of a gateway', { body: { statusCode: 404, message: 'Resource not found' } }, 'unavailable'],
    ['another code', { body: { error: { code: 'NoSuchRoute', message: 'no' } } }, 'refused'],
  ])('P10: a 404 with %s says nothing of an object', async (_, reply, kind) => {
    await using stub = await startStub(() => ({ status: 404, ...reply }))
    const { media } = writerAt(stub.endpoint)
    expect((await failureOf(media.asset('movie'))).kind).toBe(kind)
    expect((await failureOf(media.locator('movie'))).kind).toBe(kind)
  })

  test('what a service says of what is not there is a setting', async () => {
    await using stub = await startStub(() => ({ status: 404, body: { error: { code: 'NoSuchThing', message: 'no' } } }))
    const { media } = writerAt(stub.endpoint, {}, { notFoundCodes: ['NotFound', 'NoSuchThing'] })
    expect(await media.locator('movie')).toBeUndefined()
  })

  test('P10: a 404 about the account is not taken for the absence of an object', async () => {
    await using stub = await startStub(() => ({
      status: 404,
      body: { error: { code: 'ResourceNotFound', message: 'The Resource was not found.' } },
      headers: { 'x-ms-failure-cause': 'gateway' },
    }))
    const { media } = writerAt(stub.endpoint)
    expect((await failureOf(media.locator('movie'))).kind).toBe('notFound')
    expect((await failureOf(media.deleteLocator('movie'))).kind).toBe('notFound')
  })

  test('what hangs below a missing object is notFound', async () => {
    await using stub = await startStub(() => ({ status: 404, body: { error: { code: 'NotFound', message: 'gone' } } }))
    const { media } = writerAt(stub.endpoint)
    const asked = [media.assetFilters('a'), media.assetLocators('a'), media.containerSas('a'), media.contentKeys('l')]
    for (const promise of asked) expect((await failureOf(promise)).kind).toBe('notFound')
  })

  test.each(['', '.', '..'])('the name "%s" reaches no address', async name => {
    await using stub = await startStub(() => ({ status: 200, body: assetBody('x') }))
    const { media } = writerAt(stub.endpoint)
    expect(await media.asset(name)).toBeUndefined()
    await media.deleteLocator(name)
    expect((await failureOf(media.contentKeys(name))).kind).toBe('notFound')
    expect(stub.seen).toEqual([])
  })

  test('a locator with its keys, filters and times', async () => {
    const properties = {
      ...locatorProperties,
      startTime: '2018-03-29T10:00:00.1234567Z',
      defaultContentKeyPolicyName: 'ckp',
      alternativeMediaId: 'alt',
      filters: ['f1'],
      contentKeys: [
        {
          id: '74e02fd1-1728-4c78-aa43-d60c0134b3b3',
          type: 'EnvelopeEncryption',
          labelReferenceInStreamingPolicy: 'clearKeyDefault',
          tracks: [],
        },
      ],
    }
    await using stub = await startStub(() => ({ status: 200, body: { name: 'l', properties } }))
    expect(await writerAt(stub.endpoint).media.locator('l')).toEqual({
      name: 'l',
      ...locatorProperties,
      startTime: '2018-03-29T10:00:00.1234567Z',
      defaultContentKeyPolicyName: 'ckp',
      alternativeMediaId: 'alt',
      filters: ['f1'],
      contentKeys: [{ id: '74e02fd1-1728-4c78-aa43-d60c0134b3b3', label: 'clearKeyDefault' }],
    })
  })

  test('int64 filter times keep every digit', async () => {
    const text = `{"name":"f","properties":{"presentationTimeRange":{"startTimestamp":9007199254740993,
      "endTimestamp":9223372036854775807,"timescale":10000000,"forceEndTimestamp":false},"firstQuality":{"bitrate":420},"tracks":[]}}`
    await using stub = await startStub(() => ({ status: 200, text }))
    expect((await writerAt(stub.endpoint).media.accountFilter('f'))?.properties).toEqual({
      presentationTimeRange: {
        startTimestamp: '9007199254740993',
        endTimestamp: '9223372036854775807',
        timescale: '10000000',
        forceEndTimestamp: false,
      },
      firstQuality: { bitrate: 420 },
      tracks: [],
    })
  })

  test('P6: key values are secrets', async () => {
    const key = {
      id: 'k',
      type: 'EnvelopeEncryption',
      labelReferenceInStreamingPolicy: 'clearKeyDefault',
      value: 'vCpyk4q/2REItr3BrR/dUA==',
      policyName: 'ckp',
      tracks: [],
    }
    await using stub = await startStub(() => ({ status: 200, body: { contentKeys: [key] } }))
    const keys = await writerAt(stub.endpoint).media.contentKeys('l')
    expect(keys[0]?.value.reveal()).toBe('vCpyk4q/2REItr3BrR/dUA==')
    expect(JSON.stringify(keys)).not.toContain('vCpyk4q')
    expect(stub.seen[0]).toMatchObject({
      method: 'POST',
      url: `${base}/streamingLocators/l/listContentKeys?api-version=2022-08-01`,
    })
  })

  test('a container SAS asks for reading, for some hours, and comes as a secret', async () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    const urls = ['https://s.blob.core.windows.net/c?sig=one', 'https://s.blob.core.windows.net/c?sig=two']
    await using stub = await startStub(() => ({ status: 200, body: { assetContainerSasUrls: urls } }))
    const { media } = writerAt(stub.endpoint, { clock: () => now })
    expect((await media.containerSas('a')).reveal()).toBe(urls[0])
    const [read] = stub.seen.map(({ body }) => JSON.parse(body))
    expect(read.permissions).toBe('Read')
    const hours = (Date.parse(read.expiryTime) - now) / 3_600_000
    expect(hours).toBeGreaterThan(1)
    expect(hours).toBeLessThan(24)
  })

  test('the id of the account', async () => {
    await using stub = await startStub(() => ({
      status: 200,
      body: { name: 'a', properties: { mediaServiceId: 'id-1' } },
    }))
    expect(await writerAt(stub.endpoint).media.mediaServiceId()).toBe('id-1')
  })

  test('an answer without what it must hold is refused, and one that is no JSON is no answer', async () => {
    await using stub = await startStub((_, count) =>
      count === 1 ? { status: 200, body: { name: 'a', properties: {} } } : { status: 200, text: 'SECRETTEXT' },
    )
    const { media } = writerAt(stub.endpoint)
    expect((await failureOf(media.asset('a'))).kind).toBe('refused')
    const error = await failureOf(media.asset('a'))
    expect(error.kind).toBe('unavailable')
    expect(error.message).not.toContain('SECRETTEXT')
  })
})

describe('paging', () => {
  const page = (names: string[], link?: string) => ({
    status: 200,
    body: { value: names.map(assetBody), ...(link ? { '@odata.nextLink': link } : {}) },
  })

  test('follows an absolute and a relative link by cursor', async () => {
    await using stub = await startStub((seen, count) => {
      if (count === 1) return page(['a'], `${stub.endpoint}${base}/assets?api-version=2022-08-01&$skiptoken=Asset+1`)
      return count === 2 ? page(['b'], `${base}/assets?api-version=2022-08-01&$skiptoken=Asset+2`) : page([seen.url])
    })
    const { media, calls } = writerAt(stub.endpoint)
    const first = await media.assets()
    const second = await media.assets(first.next)
    const third = await media.assets(second.next)
    expect([...first.items, ...second.items].map(asset => asset.name)).toEqual(['a', 'b'])
    expect(third).toMatchObject({ items: [{ name: `${base}/assets?api-version=2022-08-01&$skiptoken=Asset+2` }] })
    expect(third.next).toBeUndefined()
    expect(calls.map(call => call.operation)).toEqual(['assets.list', 'assets.list', 'assets.list'])
  })

  test('P6: a link to another host is refused and the token never sent there', async () => {
    await using elsewhere = await startStub(() => page(['stolen']))
    await using stub = await startStub(() => page(['a'], `${elsewhere.endpoint}${base}/assets`))
    const { media } = writerAt(stub.endpoint)
    expect((await failureOf(media.assets())).kind).toBe('refused')
    expect((await failureOf(media.assets(`${elsewhere.endpoint}${base}/assets`))).kind).toBe('refused')
    expect(elsewhere.seen).toEqual([])
  })

  test('P6: a redirect to another host is refused and the token never sent there', async () => {
    await using elsewhere = await startStub(() => ({ status: 200, body: assetBody('stolen') }))
    await using stub = await startStub(() => ({ status: 307, headers: { location: `${elsewhere.endpoint}/x` } }))
    expect((await failureOf(writerAt(stub.endpoint).media.asset('a'))).kind).toBe('refused')
    expect(elsewhere.seen).toEqual([])
  })

  test('a page that names itself as the next one ends in an error, not in a loop', async () => {
    await using stub = await startStub(() => page(['a'], `${stub.endpoint}${base}/assets?again`))
    const { media } = writerAt(stub.endpoint)
    const first = await media.assets()
    expect((await failureOf(media.assets(first.next))).kind).toBe('refused')
  })

  test('asset filters come from all pages', async () => {
    const filter = (name: string) => ({ name, properties: { tracks: [] } })
    await using stub = await startStub((_, count) => ({
      status: 200,
      body: count === 1 ? { value: [filter('f1')], '@odata.nextLink': '?$skiptoken=2' } : { value: [filter('f2')] },
    }))
    const filters = await writerAt(stub.endpoint).media.assetFilters('a')
    expect(filters.map(({ name }) => name)).toEqual(['f1', 'f2'])
    expect(stub.seen[1]?.url).toBe(`${base}/assets/a/assetFilters?$skiptoken=2`)
  })
})

describe('live outputs', () => {
  const events = (names: string[]) => ({ value: names.map(name => ({ name, properties: {} })) })
  const outputs = (assets: string[]) => ({ value: assets.map(assetName => ({ name: 'o', properties: { assetName } })) })

  test('P9: an account without live events costs one call a minute, however many ask', async () => {
    let now = 1_000_000
    await using stub = await startStub(() => ({ status: 200, body: events([]) }))
    const { media } = writerAt(stub.endpoint, { clock: () => now })
    await Promise.all([media.liveOutputAssets(), media.liveOutputAssets()])
    now += 59_999
    await media.liveOutputAssets()
    expect(stub.seen).toHaveLength(1)
    now += 1
    await media.liveOutputAssets()
    expect(stub.seen).toHaveLength(2)
  })

  test('names the assets of every event, lower-cased', async () => {
    await using stub = await startStub(({ url }) => {
      if (/liveEvents\?/i.test(url)) return { status: 200, body: events(['one', 'two']) }
      return { status: 200, body: outputs(url.includes('/one/') ? ['Movie'] : ['SHOW', 'Movie']) }
    })
    expect(await writerAt(stub.endpoint).media.liveOutputAssets()).toEqual(new Set(['movie', 'show']))
  })

  test('a failure is not kept', async () => {
    await using stub = await startStub((_, count) =>
      count === 1 ? { status: 403 } : { status: 200, body: events([]) },
    )
    const { media } = writerAt(stub.endpoint)
    expect((await failureOf(media.liveOutputAssets())).kind).toBe('unauthorized')
    expect(await media.liveOutputAssets()).toEqual(new Set())
  })
})
