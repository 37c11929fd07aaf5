import { describe, expect, it } from 'vitest'
import { manualClock } from '../../../../local/simulator/clock.ts'
import { operations } from '../../../../local/simulator/operations.ts'
import { allows } from '../../../../local/simulator/tokens.ts'
import { contentKeyPolicy, secretsOfPolicy } from '../../../contract/support/walk.ts'
import { ground } from './ground.ts'

const clear = { assetName: 'film', streamingPolicyName: 'Predefined_ClearStreamingOnly' }
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

describe('requests', () => {
  it('find resources in any case and show them as they were made', async () => {
    await using g = await ground()
    await g.east('PUT', 'assets/Film', {})
    const { body } = await g.east('GET', 'ASSETS/FILM')
    expect(body.name).toBe('Film')
    expect(body.id).toMatch(/\/providers\/Microsoft\.Media\/mediaservices\/contosoeast\/assets\/Film$/)
  })

  it.each([
    ['no version', '?api-version=', 400, 'MissingApiVersionParameter'],
    ['a version of another group', '?api-version=2022-07-01', 400, 'InvalidResourceType'],
  ])('with %s are refused', async (_, query, status, code) => {
    await using g = await ground()
    const answer = await g.east('GET', `assets${query}`)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })

  it('with a path that is not percent-encoded are refused', async () => {
    await using g = await ground()
    const answer = await g.east('GET', 'assets/%zz')
    expect([answer.status, answer.body.error.code]).toEqual([400, 'BadRequest'])
  })

  it.each([
    ['PATCH', 'streamingLocators/film', 'GET, PUT, DELETE'],
    ['POST', 'assets/film', 'GET, PUT, DELETE, PATCH'],
    ['DELETE', 'assets/film/listContainerSas', 'POST'],
  ])('%s %s is told which methods there are', async (method, path, allowed) => {
    await using g = await ground()
    const { status, headers, body } = await g.east(method, path, {})
    expect([status, body.error.code]).toEqual([405, 'HttpMethodNotAllowed'])
    expect(headers.get('allow')?.split(', ').toSorted()).toEqual(allowed.split(', ').toSorted())
  })

  it('without JSON, or with too much of it, are refused', async () => {
    await using g = await ground()
    expect((await g.east('PUT', 'assets/a', '{')).status).toBe(400)
    expect((await g.east('PUT', 'assets/a', '[]')).status).toBe(400)
    expect((await g.east('PUT', 'assets/a', ' '.repeat(9_000_000))).status).toBe(400)
    expect((await g.east('GET', 'assets/a')).status).toBe(404)
  })

  it.each(['a.b', 'a/b', "a'b", 'a?b', 'a%b', 'x'.repeat(261)])('cannot make an asset called %s', async name => {
    await using g = await ground()
    expect((await g.east('PUT', `assets/${encodeURIComponent(name)}`, {})).status).toBe(400)
  })
})

describe('tokens and roles', () => {
  it('are asked for: 401 without, with another scheme, and when expired', async () => {
    await using g = await ground()
    await g.east('PUT', '/_sim/tokens', { token: 'old', expired: true })
    const codes = []
    for (const authorization of ['', 'Basic x', 'Bearer old'])
      codes.push((await g.east('GET', 'assets', undefined, { authorization })).body.error.code)
    expect(codes).toEqual(['AuthenticationFailed', 'InvalidAuthenticationToken', 'ExpiredAuthenticationToken'])
  })

  it('P6: a reader reads, but neither writes nor sees keys', async () => {
    await using g = await ground()
    await g.east('PUT', 'assets/film', {})
    await g.east('PUT', 'streamingLocators/film', { properties: clear })
    await g.east('PUT', '/_sim/tokens', { token: 'reader', grants: { east: 'Reader' } })
    const reader = { authorization: 'Bearer reader' }
    const status = async (method: string, path: string) => (await g.east(method, path, undefined, reader)).status
    expect(await status('GET', 'streamingLocators/film')).toBe(200)
    expect(await status('POST', 'streamingLocators/film/listContentKeys')).toBe(403)
    expect(await status('POST', 'assets/film/listContainerSas')).toBe(403)
    expect(await status('DELETE', 'assets/film')).toBe(403)
    const west = await g.west('GET', 'assets', undefined, reader)
    expect([west.status, west.body.error.code]).toEqual([403, 'AuthorizationFailed'])
  })

  it.each(operations.map(({ id, method, action }) => [id, method, action] as const))(
    'P6: a reader may do %s only if it is a GET',
    (_, method, action) => {
      expect(allows('Reader', action)).toBe(method === 'GET')
      expect([allows('Owner', action), allows('Contributor', action), allows('None', action)]).toEqual([
        true,
        true,
        false,
      ])
    },
  )

  it('can be a list of actions', async () => {
    await using g = await ground()
    const grants = { '*': ['streamingLocators/read', 'streamingLocators/listPaths/action'] }
    await g.east('PUT', '/_sim/tokens', { token: 'custom', grants })
    const custom = { authorization: 'Bearer custom' }
    expect((await g.east('GET', 'streamingLocators', undefined, custom)).status).toBe(200)
    expect((await g.east('POST', 'streamingLocators/x/listPaths', undefined, custom)).status).toBe(404)
    expect((await g.east('POST', 'streamingLocators/x/listContentKeys', undefined, custom)).status).toBe(403)
  })
})

describe('assets', () => {
  it('leave a defaulted container out of the answer to PUT, and of no other, until late 2022', async () => {
    await using g = await ground({ clock: manualClock(new Date('2022-11-30T23:59:00Z')) })
    const put = await g.east('PUT', 'assets/film', {})
    expect(put.body.properties).not.toHaveProperty('container')
    const { assetId, container } = (await g.east('GET', 'assets/film')).body.properties
    expect(container).toBe(`asset-${assetId}`)
    expect([...g.blobStore.containers.keys()]).toEqual([`contosoeaststore/${container}`])
    await g.east('PATCH', '/_sim/switches', { defaultedContainer: 'shown' })
    expect((await g.east('PUT', 'assets/other', {})).body.properties).toHaveProperty('container')
  })

  it('show a defaulted container in the answer to PUT from December 2022 on, unless a switch says otherwise', async () => {
    await using g = await ground({ clock: manualClock(new Date('2022-12-01T00:00:00Z')) })
    expect((await g.east('PUT', 'assets/film', {})).body.properties).toHaveProperty('container')
    await g.east('PATCH', '/_sim/switches', { defaultedContainer: 'omitted' })
    expect((await g.east('PUT', 'assets/film', {})).body.properties).not.toHaveProperty('container')
  })

  it('have a container each, which goes with them', async () => {
    await using g = await ground()
    const body = { properties: { container: 'shared' } }
    expect((await g.east('PUT', 'assets/one', body)).status).toBe(201)
    expect((await g.east('PUT', 'assets/two', body)).body.error.message).toContain('used by another asset')
    expect((await g.east('PUT', 'assets/one', { properties: { container: 'other' } })).status).toBe(400)
    expect((await g.east('PUT', 'assets/bad', { properties: { container: 'A_b' } })).status).toBe(400)
    expect((await g.east('DELETE', 'assets/one')).status).toBe(200)
    expect((await g.east('DELETE', 'assets/one')).status).toBe(204)
    expect(g.blobStore.containers.size).toBe(0)
    expect((await g.east('PUT', 'assets/two', body)).status).toBe(201)
  })

  it('are refused, and not kept, when the storage does not answer', async () => {
    await using g = await ground()
    g.blobStore.ensureContainer = () => Promise.reject(new Error('down'))
    expect((await g.east('PUT', 'assets/film', { properties: { container: 'films' } })).status).toBe(409)
    expect((await g.east('GET', 'assets/film')).status).toBe(404)
  })

  it('take their locators with them, or refuse, as the switch says', async () => {
    await using g = await ground()
    await g.east('PUT', 'assets/film', {})
    await g.east('PUT', 'streamingLocators/film', { properties: clear })
    await g.east('PATCH', '/_sim/switches', { assetDelete: 'refuse' })
    expect((await g.east('DELETE', 'assets/film')).status).toBe(409)
    await g.east('DELETE', '/_sim/switches')
    expect((await g.east('DELETE', 'assets/film')).status).toBe(200)
    expect((await g.east('GET', 'streamingLocators/film')).status).toBe(404)
  })

  it('can be storage-encrypted', async () => {
    await using g = await ground()
    await g.east('PUT', 'assets/film', {})
    expect((await g.east('POST', 'assets/film/getEncryptionKey')).status).toBe(400)
    await g.east('POST', '/_sim/storage-encryption', { account: 'east', asset: 'film' })
    expect((await g.east('GET', 'assets/film')).body.properties.storageEncryptionFormat).toBe(
      'MediaStorageClientEncryption',
    )
    expect((await g.east('POST', 'assets/film/getEncryptionKey')).status).toBe(200)
  })
})

describe('filters', () => {
  it('P1: keep all digits of 64-bit numbers', async () => {
    await using g = await ground()
    const text =
      '{"properties":{"presentationTimeRange":{"endTimestamp":9223372036854775807,"timescale":9007199254740993}}}'
    expect((await g.east('PUT', 'accountFilters/f', text)).text).toContain('"endTimestamp":9223372036854775807,')
    expect((await g.east('GET', 'accountFilters')).text).toContain('"timescale":9007199254740993')
    const damaged = text.replace('9223372036854775807', '9223372036854776000')
    expect((await g.east('PUT', 'accountFilters/f', damaged)).status).toBe(400)
  })

  it('always show their tracks, and need an end to force one', async () => {
    await using g = await ground()
    expect((await g.east('PUT', 'accountFilters/f', { properties: {} })).body.properties).toEqual({ tracks: [] })
    const body = { properties: { presentationTimeRange: { forceEndTimestamp: true } } }
    expect((await g.east('PUT', 'accountFilters/f', body)).status).toBe(400)
  })
})

describe('content key policies', () => {
  it('P6: show secrets to getPolicyPropertiesWithSecrets alone', async () => {
    await using g = await ground()
    const masked = [
      await g.east('PUT', 'contentKeyPolicies/p', contentKeyPolicy),
      await g.east('GET', 'contentKeyPolicies/p'),
      await g.east('GET', 'contentKeyPolicies'),
      await g.east('PATCH', 'contentKeyPolicies/p', { properties: { description: 'new' } }),
    ]
    const open = await g.east('POST', 'contentKeyPolicies/p/getPolicyPropertiesWithSecrets')
    const traffic = g.simulator.traffic.lines()
    for (const secret of secretsOfPolicy) {
      for (const { text } of masked) expect(text).not.toContain(`"${secret}"`)
      expect(open.text).toContain(`"${secret}"`)
      expect(traffic).not.toContain(`"${secret}"`)
    }
    expect(masked[0]?.text).toContain('"keyValue":null')
  })

  it('keep their id and give options new ones', async () => {
    await using g = await ground()
    const { body: first } = await g.east('PUT', 'contentKeyPolicies/p', openPolicy)
    g.clock.advance(5000)
    const { status, body: second } = await g.east('PUT', 'contentKeyPolicies/p', openPolicy)
    expect(status).toBe(200)
    expect(second.properties.policyId).toBe(first.properties.policyId)
    expect(second.properties.created).toBe(first.properties.created)
    expect(second.properties.lastModified).not.toBe(first.properties.lastModified)
    expect(second.properties.options[0].policyOptionId).not.toBe(first.properties.options[0].policyOptionId)
  })

  it('refuse what the service would not know, unless it is to play a newer one', async () => {
    await using g = await ground()
    const [option] = openPolicy.properties.options
    const configuration = { '@odata.type': '#Microsoft.Media.ContentKeyPolicyNewConfiguration', secret: 1 }
    const body = { properties: { options: [{ ...option, configuration }] } }
    expect((await g.east('PUT', 'contentKeyPolicies/p', body)).status).toBe(400)
    await g.east('PATCH', '/_sim/switches', { acceptUnknownTypes: true })
    expect((await g.east('PUT', 'contentKeyPolicies/p', body)).body.properties.options[0].configuration).toEqual(
      configuration,
    )
  })

  it('cannot be deleted while a locator or streaming policy names them', async () => {
    await using g = await ground()
    await g.east('PUT', 'contentKeyPolicies/p', openPolicy)
    await g.east('PUT', 'assets/film', {})
    const properties = { ...clear, streamingPolicyName: 'Predefined_ClearKey', defaultContentKeyPolicyName: 'P' }
    expect((await g.east('PUT', 'streamingLocators/film', { properties })).status).toBe(201)
    expect((await g.east('DELETE', 'contentKeyPolicies/p')).body.error.message).toContain("'film'")
    await g.east('DELETE', 'streamingLocators/film')
    expect((await g.east('DELETE', 'contentKeyPolicies/p')).status).toBe(200)
  })
})

describe('budgets', () => {
  it('P9: are counted by bucket and shared by the accounts of a subscription', async () => {
    await using g = await ground()
    const left = (headers: Headers, name: string) => headers.get(`x-ms-ratelimit-remaining-subscription-${name}`)
    expect(left((await g.east('PUT', 'assets/a', {})).headers, 'resource-requests')).toBe('11999')
    expect(left((await g.east('POST', 'streamingLocators/x/listContentKeys')).headers, 'writes')).toBe('1199')
    expect(left((await g.west('POST', 'streamingLocators/x/listContentKeys')).headers, 'writes')).toBe('1198')
    expect(
      left((await g.east('POST', 'contentKeyPolicies/x/getPolicyPropertiesWithSecrets')).headers, 'resource-requests'),
    ).toBe('2999')
    expect(left((await g.east('GET', 'assets')).headers, 'reads')).toBe('11999')
    expect(left((await g.east('DELETE', 'accountFilters/x')).headers, 'deletes')).toBe('14999')
  })

  it('that are used up answer 429 with the time to wait, and are full again after the hour', async () => {
    await using g = await ground()
    await g.east('PATCH', '/_sim/switches', { hourlyCalls: { reads: 2 } })
    await g.east('GET', 'assets')
    g.clock.advance(600_000)
    await g.east('GET', 'assets')
    const { status, headers, body } = await g.east('GET', 'assets')
    expect([status, body.error.code]).toEqual([429, 'SubscriptionRequestsThrottled'])
    expect(headers.get('retry-after')).toBe('3000')
    g.clock.advance(3_000_000)
    expect((await g.east('GET', 'assets')).status).toBe(200)
  })
})
