import { describe, expect, it } from 'vitest'
import { manualClock } from '../../../../local/simulator/clock.ts'
import { contentKeyPolicy, streamingPolicy } from '../../../contract/support/walk.ts'
import { ground } from './ground.ts'

const on = (day: string) => ground({ clock: manualClock(new Date(`${day}T12:00:00Z`)), operationMilliseconds: 0 })
const versioned = (path: string, version: string) => `${path}?api-version=${version}`

const account = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Media/mediaServices/another'
const accountBody = {
  location: 'West US',
  properties: { storageAccounts: [{ id: '/any/store', type: 'Primary' }] },
}

describe('accounts in the shape of their time', () => {
  const protection = ['storageAuthentication', 'encryption']
  const base = ['mediaServiceId', 'storageAccounts']
  it.each([
    ['2018-07-01', base],
    ['2020-05-01', [...base, ...protection]],
    ['2021-05-01', [...base, ...protection, 'keyDelivery']],
    ['2021-06-01', [...base, ...protection, 'keyDelivery', 'publicNetworkAccess']],
    [
      '2021-11-01',
      [...base, ...protection, 'keyDelivery', 'publicNetworkAccess', 'provisioningState', 'privateEndpointConnections'],
    ],
  ])('have in version %s what it has', async (version, members) => {
    await using world = await on('2022-04-14')
    const { body } = await world.east('PUT', versioned(account, version), accountBody)
    expect(Object.keys(body.properties)).toEqual(members)
  })

  it.each([
    ['2021-01-21', 201, undefined],
    ['2021-02-23', 200, 'systemData'],
  ])('on %s answer a second PUT with %i', async (day, status, member) => {
    await using world = await on(day)
    await world.east('PUT', versioned(account, '2020-05-01'), accountBody)
    const again = await world.east('PUT', versioned(account, '2020-05-01'), accountBody)
    expect(again.status).toBe(status)
    expect('systemData' in again.body).toBe(member === 'systemData')
  })

  it('show an identity only where one was given, with ids that stay', async () => {
    await using world = await on('2022-04-14')
    const path = versioned(account, '2021-06-01')
    expect((await world.east('PUT', path, accountBody)).body.identity).toBeUndefined()
    const assigned = { ...accountBody, identity: { type: 'SystemAssigned' } }
    const { identity } = (await world.east('PUT', path, assigned)).body
    expect(Object.keys(identity)).toEqual(['type', 'principalId', 'tenantId'])
    expect((await world.east('PUT', path, assigned)).body.identity).toEqual(identity)
  })
})

describe('secrets of policies', () => {
  it.each([
    ['2018-10-12', '2018-07-01', undefined],
    ['2020-07-20', '2018-07-01', null],
    ['2018-10-12', '2022-08-01', null],
  ])('on %s in version %s are %s', async (day, version, hidden) => {
    await using world = await on(day)
    const { body } = await world.east('PUT', versioned('contentKeyPolicies/p', version), contentKeyPolicy)
    const { configuration } = body.properties.options[3]
    expect([configuration.ask, 'ask' in configuration]).toEqual([hidden, hidden === null])
  })
})

describe('rate limits', () => {
  const writes = 'x-ms-ratelimit-remaining-subscription-writes'
  const requests = 'x-ms-ratelimit-remaining-subscription-resource-requests'
  it.each([
    ['2018-10-12', writes, writes],
    ['2020-07-20', requests, writes],
    ['2021-01-21', requests, requests],
  ])('on %s count actions in their own buckets', async (day, ofSas, ofSecrets) => {
    await using world = await on(day)
    await world.east('PUT', versioned('assets/film', '2018-07-01'), {})
    await world.east('PUT', versioned('contentKeyPolicies/p', '2018-07-01'), contentKeyPolicy)
    const sas = await world.east('POST', versioned('assets/film/listContainerSas', '2018-07-01'), {})
    const secrets = await world.east(
      'POST',
      versioned('contentKeyPolicies/p/getPolicyPropertiesWithSecrets', '2018-07-01'),
    )
    const bucketOf = ({ headers }: { headers: Headers }) => [writes, requests].filter(name => headers.has(name))
    expect([bucketOf(sas), bucketOf(secrets)]).toEqual([[ofSas], [ofSecrets]])
  })
})

describe('presets of transforms', () => {
  const type = (name: string) => ({ '@odata.type': `#Microsoft.Media.${name}` })
  const video = { ...type('H264Video'), layers: [{ ...type('H264Layer'), bitrate: 1000 }] }
  const encoder = {
    ...type('StandardEncoderPreset'),
    codecs: [video],
    formats: [{ ...type('Mp4Format'), filenamePattern: '{Basename}' }],
  }
  const basic = { ...type('AudioAnalyzerPreset'), audioLanguage: 'en-US', mode: 'Basic' }
  const shown = async (day: string, version: string) => {
    await using world = await on(day)
    const properties = { outputs: [{ preset: encoder }, { preset: basic }] }
    const { status, body } = await world.east('PUT', versioned('transforms/t', version), { properties })
    expect(status).toBe(201)
    return body.properties.outputs.map(({ preset }: { preset: unknown }) => preset)
  }

  it('have their defaults, and layers without a type', async () => {
    const [{ codecs, formats }] = await shown('2022-04-14', '2021-11-01')
    expect(codecs).toEqual([
      {
        ...type('H264Video'),
        keyFrameInterval: 'PT2S',
        stretchMode: 'AutoSize',
        syncMode: 'Auto',
        sceneChangeDetection: false,
        rateControlMode: 'ABR',
        complexity: 'Balanced',
        layers: [{ bitrate: 1000, slices: 0, level: 'auto', bufferWindow: 'PT5S', crf: 23, profile: 'Auto' }],
      },
    ])
    expect(formats).toEqual([{ ...type('Mp4Format'), filenamePattern: '{Basename}', outputFiles: [] }])
  })

  it.each([
    ['2018-10-12', '2018-07-01', [undefined, undefined, undefined]],
    ['2020-07-20', '2018-07-01', ['Auto', undefined, undefined]],
    ['2021-01-21', '2020-05-01', ['Auto', undefined, undefined]],
    ['2022-04-14', '2021-11-01', ['Auto', 'ABR', 23]],
  ])('on %s in version %s show of a video what was known', async (day, version, expected) => {
    const [{ codecs }] = await shown(day, version)
    const [{ syncMode, rateControlMode, layers }] = codecs
    expect([syncMode, rateControlMode, layers[0].crf]).toEqual(expected)
  })

  it.each([
    ['2018-07-01', {}],
    ['2020-05-01', { mode: 'Basic', experimentalOptions: { basicAudioEnabled: 'true' } }],
    ['2021-06-01', { mode: 'Basic' }],
  ])('in version %s show a basic analysis', async (version, expected) => {
    const [, analysis] = await shown('2022-03-28', version)
    expect(analysis).toEqual({ ...type('AudioAnalyzerPreset'), audioLanguage: 'en-US', ...expected })
  })

  it.each([
    ['without codecs', { ...encoder, codecs: undefined }, 'Invalid enocer preset: No codecs specified.'],
    ['of no known type', { ...type('NoPreset') }, /preset/],
  ])('are refused %s', async (_what, preset, message) => {
    await using world = await on('2022-04-14')
    const { status, body } = await world.east('PUT', 'transforms/t', { properties: { outputs: [{ preset }] } })
    expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'BadRequest' })
    expect(body.error.message).toMatch(message)
  })
})

describe('streaming endpoints and their operations', () => {
  const endpoint = { location: 'eastus2', properties: { scaleUnits: 1, cdnEnabled: false } }
  it.each([
    ['2018-07-01', 202, 200, /streamingendpointoperations/],
    ['2020-05-01', 201, 200, /operationlocations/],
    ['2021-11-01', 201, 202, /operationlocations/],
  ])('in version %s are made with %i and changed with %i', async (version, made, changed, location) => {
    await using world = await on('2022-04-14')
    const path = versioned('streamingEndpoints/second', version)
    const put = await world.east('PUT', path, endpoint)
    expect(put.status).toBe(made)
    expect(put.headers.get('location')).toMatch(location)
    const patch = await world.east('PATCH', path, { properties: { description: 'Another' } })
    expect([patch.status, patch.headers.has('azure-asyncoperation')]).toEqual([changed, changed === 202])
    expect((await world.east('GET', path)).body.properties.description).toBe('Another')
  })

  it('show the same target, and none when their resource is gone', async () => {
    await using world = await on('2022-04-14')
    const path = versioned('streamingEndpoints/second', '2021-11-01')
    const targetOf = async ({ headers }: { headers: Headers }) => {
      const url = new URL(headers.get('azure-asyncoperation') ?? '')
      return (await world.east('GET', url.pathname + url.search)).body.error.target
    }
    const made = await targetOf(await world.east('PUT', path, endpoint))
    const started = await world.east('POST', versioned('streamingEndpoints/second/start', '2021-11-01'))
    expect(await targetOf(started)).toBe(made)
    expect(await targetOf(await world.east('DELETE', path))).toBe('00000000-0000-0000-0000-000000000000')
  })
})

describe('system data', () => {
  it.each([
    ['2020-05-01', false],
    ['2021-06-01', true],
  ])('in version %s are shown: %s', async (version, shown) => {
    await using world = await on('2022-03-28')
    const { body } = await world.east('PUT', versioned('accountFilters/f', version), { properties: {} })
    expect('systemData' in body).toBe(shown)
  })

  it.each([
    [
      '2022-04-13',
      ['createdAt', 'lastModifiedAt'],
      ['createdAt', 'lastModifiedBy', 'lastModifiedByType', 'lastModifiedAt'],
    ],
    ['2026-01-01', undefined, undefined],
  ])('of a stored job on %s', async (day, ofRead, ofChange) => {
    await using world = await on(day)
    const at = (path: string) => versioned(path, '2021-11-01')
    const preset = { '@odata.type': '#Microsoft.Media.BuiltInStandardEncoderPreset', presetName: 'AdaptiveStreaming' }
    await world.east('PUT', at('assets/film'), {})
    await world.east('PUT', at('transforms/t'), { properties: { outputs: [{ preset }] } })
    const job = {
      input: { '@odata.type': '#Microsoft.Media.JobInputAsset', assetName: 'film' },
      outputs: [{ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: 'film' }],
    }
    const path = at('transforms/t/jobs/j')
    const made = Object.keys((await world.east('PUT', path, { properties: job })).body.systemData)
    expect(made).toHaveLength(6)
    expect(Object.keys((await world.east('GET', path)).body.systemData)).toEqual(ofRead ?? made)
    const changed = await world.east('PATCH', path, { properties: { priority: 'High' } })
    expect(Object.keys(changed.body.systemData)).toEqual(ofChange ?? made)
  })
})

describe('streaming policies of 2018', () => {
  it('name content key policies that are not there', async () => {
    await using world = await on('2018-10-12')
    const statuses = await Promise.all(
      ['2018-07-01', '2020-05-01'].map(
        async version =>
          (await world.east('PUT', versioned(`streamingPolicies/p${version}`, version), streamingPolicy)).status,
      ),
    )
    expect(statuses).toEqual([201, 400])
  })
})
