/** Guesses about the service: each switch is seen from a client, in its default and otherwise. */
import { describe, expect, it } from 'vitest'
import { changeSwitches, defaultSwitches, type Switches } from '../../../../local/simulator/switches.ts'
import { ground } from './ground.ts'

const option = {
  configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
  restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
}
const clear = { assetName: 'film', streamingPolicyName: 'Predefined_ClearStreamingOnly' }

const film = async (switches: Partial<Switches>) => {
  const g = await ground({ switches })
  await g.east('PUT', 'assets/film', { properties: { container: 'film', description: 'A film' } })
  await g.east('PUT', 'contentKeyPolicies/keys', { properties: { options: [option] } })
  return g
}

describe('a switch', () => {
  it.each([400, 404] as const)('makes a missing reference a %i', async unknownReference => {
    await using g = await film({ unknownReference })
    for (const change of [
      { assetName: 'none' },
      { streamingPolicyName: 'none' },
      { defaultContentKeyPolicyName: 'none' },
      { filters: ['none'] },
    ])
      expect((await g.east('PUT', 'streamingLocators/l', { properties: { ...clear, ...change } })).status).toBe(
        unknownReference,
      )
    const policy = { properties: { defaultContentKeyPolicyName: 'none' } }
    expect((await g.east('PUT', 'streamingPolicies/p', policy)).status).toBe(unknownReference)
  })

  it.each([
    ['refuse', 400],
    ['accept', 201],
  ] as const)('makes %s of a locator that ends before it starts', async (locatorEnd, status) => {
    await using g = await film({ locatorEnd })
    const properties = { ...clear, startTime: '2030-01-02T00:00:00Z', endTime: '2030-01-01T00:00:00Z' }
    expect((await g.east('PUT', 'streamingLocators/l', { properties })).status).toBe(status)
  })

  it('completes the content keys of a locator', async () => {
    const id = '11111111-2222-3333-4444-555555555555'
    const properties = {
      ...clear,
      streamingPolicyName: 'Predefined_MultiDrmStreaming',
      defaultContentKeyPolicyName: 'keys',
      contentKeys: [
        { id, labelReferenceInStreamingPolicy: 'cencKeyDefault', value: 'AAECAwQFBgcICQoLDA0ODw==' },
        { id: id.replace('1', '2'), labelReferenceInStreamingPolicy: 'another' },
      ],
    }
    await using strict = await film({})
    expect((await strict.east('PUT', 'streamingLocators/l', { properties })).status).toBe(400)
    await using lenient = await film({ locatorKeys: 'completed' })
    const { status, body } = await lenient.east('PUT', 'streamingLocators/l', { properties })
    expect(status).toBe(201)
    const keys = body.properties.contentKeys.map((key: { labelReferenceInStreamingPolicy: string; id: string }) => [
      key.labelReferenceInStreamingPolicy,
      key.id === id,
    ])
    expect(keys).toEqual([
      ['cencKeyDefault', true],
      ['cbcsKeyDefault', false],
    ])
  })

  it.each([
    ['clears', undefined],
    ['ignored', 'A film'],
  ] as const)('makes null in a PATCH of an asset %s', async (nullInPatch, left) => {
    await using g = await film({ nullInPatch })
    const { body } = await g.east('PATCH', 'assets/film', { properties: { description: null } })
    expect(body.properties.description).toBe(left)
  })

  it('stores null secrets of a policy, which are lost then', async () => {
    const restriction = {
      '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
      issuer: 'i',
      audience: 'a',
      restrictionTokenType: 'Jwt',
      primaryVerificationKey: { '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey', keyValue: null },
    }
    const body = { properties: { options: [{ ...option, restriction }] } }
    await using strict = await film({})
    expect((await strict.east('PUT', 'contentKeyPolicies/p', body)).status).toBe(400)
    await using lenient = await film({ nullSecrets: 'store' })
    expect((await lenient.east('PUT', 'contentKeyPolicies/p', body)).status).toBe(200)
    const secrets = await lenient.east('POST', 'contentKeyPolicies/p/getPolicyPropertiesWithSecrets')
    expect(secrets.body.options[0].restriction.primaryVerificationKey.keyValue).toBeNull()
  })

  it('orders lists by creation, page by page', async () => {
    await using g = await ground({ switches: { listOrder: 'created' }, pageSizes: { assets: 2, accountFilters: 2 } })
    for (const name of ['zoe', 'anna', 'mia']) {
      await g.east('PUT', `assets/${name}`, {})
      await g.east('PUT', `accountFilters/${name}`, { properties: {} })
      g.clock.advance(1000)
    }
    const namesOf = async (list: string): Promise<string[]> => {
      const { body } = await g.east('GET', list)
      const link = body['@odata.nextLink'] as string | undefined
      const names = body.value.map(({ name }: { name: string }) => name)
      return link === undefined ? names : [...names, ...(await namesOf(new URL(link).pathname + new URL(link).search))]
    }
    expect(await namesOf('assets')).toEqual(['zoe', 'anna', 'mia'])
    expect(await namesOf('accountFilters')).toEqual(['anna', 'mia', 'zoe'])
    await g.east('PATCH', '/_sim/switches', { listOrder: 'name' })
    expect(await namesOf('assets')).toEqual(['anna', 'mia', 'zoe'])
  })

  it('adds CMAF formats to the paths of a locator', async () => {
    await using g = await film({ cmafPaths: true })
    await g.blobStore.putBlob('contosoeaststore', 'film', 'film.ism', new Uint8Array(), 'text/xml')
    await g.east('PUT', 'streamingLocators/l', { properties: clear })
    const formats = async () => {
      const { body } = await g.east('POST', 'streamingLocators/l/listPaths')
      return body.streamingPaths.map(({ paths }: { paths: string[] }) =>
        paths.map(path => path.replace(/^.*film\.ism/, '')),
      )
    }
    expect(await formats()).toEqual([
      ['/manifest(format=m3u8-aapl)', '/manifest(format=m3u8-cmaf)'],
      ['/manifest(format=mpd-time-csf)', '/manifest(format=mpd-time-cmaf)'],
      ['/manifest'],
    ])
    await g.east('PATCH', '/_sim/switches', { cmafPaths: false })
    expect(await formats()).toEqual([
      ['/manifest(format=m3u8-aapl)'],
      ['/manifest(format=mpd-time-csf)'],
      ['/manifest'],
    ])
  })

  it.each([
    ['used', 'used by another asset'],
    ['duplicateKey', 'Index_BlobStorageUri'],
  ] as const)('words the clash of containers: %s', async (containerClash, words) => {
    await using g = await film({ containerClash })
    const { status, body } = await g.east('PUT', 'assets/other', { properties: { container: 'film' } })
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(words)])
  })

  it('takes only what it knows', () => {
    for (const name of Object.keys(defaultSwitches))
      expect(changeSwitches(defaultSwitches, { [name]: 'sometimes' })).toHaveProperty('problems')
    expect(changeSwitches(defaultSwitches, defaultSwitches)).toEqual(defaultSwitches)
  })
})
