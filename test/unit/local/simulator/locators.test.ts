import { describe, expect, it } from 'vitest'
import { ground } from './ground.ts'

const clear = { assetName: 'film', streamingPolicyName: 'Predefined_ClearStreamingOnly' }
const locatorId = '11111111-2222-3333-4444-555555555555'
const openPolicy = {
  properties: {
    options: [
      {
        configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
        restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
      },
    ],
  },
}

describe('streaming locators', () => {
  const prepare = async () => {
    const g = await ground()
    for (const call of [g.east, g.west]) {
      await call('PUT', 'contentKeyPolicies/keys', openPolicy)
      await call('PUT', 'assets/film', {})
    }
    return g
  }
  const keys = [
    { id: locatorId, labelReferenceInStreamingPolicy: 'clearKeyDefault', value: 'AAECAwQFBgcICQoLDA0ODw==' },
  ]
  const encrypted = {
    ...clear,
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'keys',
    streamingLocatorId: locatorId,
    contentKeys: keys,
  }

  it('P1: have the same ids and keys in another region, but not twice in one', async () => {
    await using g = await prepare()
    expect((await g.east('PUT', 'streamingLocators/a', { properties: encrypted })).status).toBe(201)
    expect((await g.west('PUT', 'streamingLocators/a', { properties: encrypted })).status).toBe(201)
    const shown = await g.west('POST', 'streamingLocators/a/listContentKeys')
    expect(shown.body.contentKeys).toEqual([{ ...keys[0], type: 'EnvelopeEncryption', policyName: 'keys', tracks: [] }])
    const again = await g.east('PUT', 'streamingLocators/b', { properties: encrypted })
    expect([again.status, again.body.error.code]).toEqual([409, 'Conflict'])
    const otherId = { ...encrypted, streamingLocatorId: locatorId.replace('1', '2') }
    expect((await g.east('PUT', 'streamingLocators/b', { properties: otherId })).body.error.message).toContain(
      'already exists, please choose another one',
    )
    await g.east('DELETE', 'streamingLocators/a')
    expect((await g.east('PUT', 'streamingLocators/b', { properties: encrypted })).status).toBe(201)
  })

  it('cannot be changed', async () => {
    await using g = await prepare()
    await g.east('PUT', 'streamingLocators/a', { properties: clear })
    expect((await g.east('PUT', 'streamingLocators/A', { properties: clear })).status).toBe(409)
  })

  it('show keys without value when read, and none in lists', async () => {
    await using g = await prepare()
    await g.east('PUT', 'streamingLocators/a', { properties: encrypted })
    const [key] = (await g.east('GET', 'streamingLocators/a')).body.properties.contentKeys
    expect(key).toEqual({
      id: locatorId,
      type: 'EnvelopeEncryption',
      labelReferenceInStreamingPolicy: 'clearKeyDefault',
      tracks: [],
    })
    expect((await g.east('GET', 'streamingLocators')).body.value[0].properties.contentKeys).toEqual([])
  })

  it.each([
    ['no such asset', { assetName: 'other' }],
    ['no such streaming policy', { streamingPolicyName: 'other' }],
    ['no such content key policy', { defaultContentKeyPolicyName: 'other' }],
    ['no such filter', { filters: ['other'] }],
    ['an end before its start', { startTime: '2030-01-02T00:00:00Z', endTime: '2030-01-01T00:00:00Z' }],
    ['no content key policy', { streamingPolicyName: 'Predefined_ClearKey' }],
  ])('with %s are refused', async (_, change) => {
    await using g = await prepare()
    expect((await g.east('PUT', 'streamingLocators/a', { properties: { ...clear, ...change } })).status).toBe(400)
  })

  it('come ten a page with a link that carries the query', async () => {
    await using g = await prepare()
    for (let index = 10; index < 35; index += 1)
      await g.east('PUT', `streamingLocators/l ${index}`, { properties: clear })
    const names: string[] = []
    let path: string | undefined = "streamingLocators?$filter=name ge 'l 12'"
    for (let pages = 0; path !== undefined && pages < 9; pages += 1) {
      const { body } = await g.east('GET', path)
      expect(body.value.length).toBeLessThanOrEqual(10)
      names.push(...body.value.map(({ name }: { name: string }) => name))
      const link: string | undefined = body['@odata.nextLink']
      path = link === undefined ? undefined : new URL(link).pathname + new URL(link).search
    }
    expect(names).toHaveLength(23)
    expect(new Set(names).size).toBe(23)
  })
})
