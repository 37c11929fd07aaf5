import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readRecording } from '../../../../local/replay/recording.ts'
import { replay } from '../../../../local/replay/replay.ts'
import { type Report, reportOf } from '../../../../local/replay/report.ts'
import { ground } from '../simulator/ground.ts'

const folder = mkdtempSync(join(tmpdir(), 'twinstream-replay-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const main = join(import.meta.dirname, '..', '..', '..', '..', 'local', 'replay', 'main.ts')

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

let files = 0
const written = (text: string): string => {
  files += 1
  const file = join(folder, `${files}.jsonl`)
  writeFileSync(file, text)
  return file
}

const account =
  'https://management.azure.com/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.Media/mediaServices/contoso'
const json = { 'content-type': 'application/json; odata.metadata=minimal' }
const assetId = '5c0e8f5d-2f0f-4d8c-9a52-0d1f6a7f6a11'
const asset = {
  name: 'film',
  id: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.Media/mediaservices/contoso/assets/film',
  type: 'Microsoft.Media/mediaservices/assets',
  properties: {
    assetId,
    created: '2021-03-01T10:00:00.123Z',
    lastModified: '2021-03-01T10:00:00.123Z',
    description: 'A film',
    container: `asset-${assetId}`,
    storageAccountName: 'contosostore',
    storageEncryptionFormat: 'None',
  },
}
const { container: _container, ...created } = asset.properties

const put = {
  test: 'film',
  method: 'PUT',
  url: `${account}/assets/film?api-version=2020-05-01`,
  request: `b'${JSON.stringify({ properties: { description: 'A film' } })}'`,
  status: 201,
  headers: { ...json, 'x-ms-ratelimit-remaining-subscription-resource-requests': '11998' },
  response: { ...asset, properties: created },
}
const get = { ...put, method: 'GET', request: null, status: 200, headers: json, response: asset }
const liveEvent = { ...get, url: `${account}/liveEvents/show?api-version=2020-05-01` }

const replayed = async (...exchanges: object[]): Promise<Report> => {
  const file = written(exchanges.map(line => JSON.stringify(line)).join('\n'))
  return reportOf(file, await replay(readRecording(file)))
}

const pathsOf = ({ different }: Report) =>
  different.flatMap(({ line, differences }) => differences.map(({ path }) => `${line} ${path}`))

describe('npm run replay', () => {
  it('reproduces exchanges that are as the service answered them, with other ids and times', async () => {
    const report = await replayed(put, get)
    expect(pathsOf(report)).toEqual([])
    expect(report).toMatchObject({ exchanges: 2, inScope: 2, percent: 100 })
    expect(report.operations).toEqual({
      Assets_CreateOrUpdate: { reproduced: 1, tolerated: 0, different: 0 },
      Assets_Get: { reproduced: 1, tolerated: 0, different: 0 },
    })
  })

  it.each([
    ['assets', '2022-08-01&$top=5'],
    ['streamingEndpoints', '2022-11-01'],
    ['transforms', '2022-07-01'],
  ])('has an account before it is first asked for its %s with a version of theirs', async (list, query) => {
    const asked = { ...get, url: `${account}/${list}?api-version=${query}`, response: { value: [] } }
    const report = await replayed(asked)
    expect(pathsOf(report).filter(path => !path.startsWith('1 body.value.'))).toEqual([])
  })

  it('leaves an account away whose resources are asked for in vain', async () => {
    const message = "Can not perform requested operation on nested resource. Parent resource 'contoso' not found."
    const report = await replayed({
      ...get,
      status: 404,
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-ms-failure-cause': 'gateway' },
      response: { error: { code: 'ParentResourceNotFound', message } },
    })
    expect(pathsOf(report)).toEqual([])
  })

  it('takes the traffic of the simulator, whose accounts were there before', async () => {
    await using g = await ground()
    await g.east('PUT', 'assets/film', { properties: { container: 'film' } })
    await g.east('PUT', 'streamingLocators/film', {
      properties: { assetName: 'film', streamingPolicyName: 'Predefined_ClearStreamingOnly' },
    })
    await g.west('GET', 'assets/film')
    const traffic = await fetch(`${g.simulator.url}/_sim/traffic`)
    const file = written(await traffic.text())
    expect(reportOf(file, await replay(readRecording(file)))).toMatchObject({ inScope: 3, percent: 100 })
  })

  it.each([
    ['a status', { ...put, status: 200 }, ['1 status']],
    [
      'a time that is none',
      { ...put, response: { ...asset, properties: { ...created, created: '2021-13-45T10:00:00' } } },
      ['1 body.properties.created'],
    ],
    [
      'an id that the client chose',
      {
        ...put,
        request: { properties: { description: '7d3b0a52-94c1-4c5e-8f0e-2b6f3c1d9e77' } },
        response: { ...asset, properties: { ...created, description: '7d3b0a52-94c1-4c5e-8f0e-2b6f3c1d9e78' } },
      },
      ['1 body.properties.description'],
    ],
    [
      'the name of a rate limit',
      { ...put, headers: { ...json, 'x-ms-ratelimit-remaining-subscription-writes': '1198' } },
      [
        '1 headers.x-ms-ratelimit-remaining-subscription-writes',
        '1 headers.x-ms-ratelimit-remaining-subscription-resource-requests',
      ],
    ],
    [
      'the size of a rate limit',
      { ...put, headers: { ...put.headers, 'x-ms-ratelimit-remaining-subscription-resource-requests': '2998' } },
      ['1 headers.x-ms-ratelimit-remaining-subscription-resource-requests'],
    ],
    ['a header', { ...put, headers: { ...put.headers, location: `${account}/somewhere` } }, ['1 headers.location']],
    [
      'a member that is missing',
      { ...put, response: { ...asset, properties: created, extra: null } },
      ['1 body.extra'],
    ],
    [
      'a member that is too many',
      { ...put, response: { name: asset.name, id: asset.id, properties: created } },
      ['1 body.type'],
    ],
    [
      'a value',
      { ...put, response: { ...asset, properties: { ...created, description: 'Another' } } },
      ['1 body.properties.description'],
    ],
  ])('shows %s that differs', async (_what, exchange, paths) => {
    expect(pathsOf(await replayed(exchange))).toEqual(paths)
  })

  it('begins with the accounts that the recording uses and did not make', async () => {
    const about = {
      ...get,
      url: `${account}?api-version=2018-07-01`,
      response: {
        name: 'contoso',
        id: asset.id.replace('/assets/film', ''),
        type: 'Microsoft.Media/mediaservices',
        location: 'West US 2',
        tags: { a: 'b' },
        properties: { mediaServiceId: assetId, storageAccounts: [{ id: '/any/other', type: 'Primary' }] },
      },
    }
    expect(pathsOf(await replayed(about))).toEqual([])
    expect(pathsOf(await replayed({ ...about, status: 404 }))).toContain('1 body.error')
  })

  it('begins each test with nothing', async () => {
    const report = await replayed(put, { ...get, test: 'another' })
    expect(pathsOf(report)).toContain('2 status')
    expect(report.total).toEqual({ reproduced: 1, tolerated: 0, different: 1 })
  })

  it('lets time pass for what was recorded at its end, with the ids of the simulator', async () => {
    const operation = (id: string, path: string) =>
      `${account.toLowerCase().replace('microsoft.media', 'Microsoft.Media')}/${path}/${id}?api-version=2020-05-01`
    const id = '11e4a4a0-6bcb-4f27-93e2-0c2f4c1b8a55'
    const poll = operation(id, 'streamingendpointoperations')
    const start = {
      ...put,
      method: 'POST',
      url: `${account}/streamingEndpoints/default/start?api-version=2020-05-01`,
      request: null,
      status: 202,
      headers: {
        'azure-asyncoperation': poll,
        location: operation(id, 'streamingendpoints/default/operationlocations'),
        'x-ms-ratelimit-remaining-subscription-writes': '1198',
      },
      response: null,
    }
    const polled = {
      ...start,
      method: 'GET',
      url: poll,
      status: 200,
      headers: { ...json, 'azure-asyncoperation': poll },
      response: { name: id, status: 'Succeeded', error: { code: 'None', message: null, target: assetId } },
    }
    const path = ({ different }: Report) => different.flatMap(({ differences }) => differences)
    expect(path(await replayed(start, polled))).toEqual([])
  })

  it('counts what is out of scope by operation', async () => {
    expect(await replayed(put, liveEvent)).toMatchObject({
      inScope: 1,
      outOfScope: { LiveEvents_Get: { count: 1, areas: ['live events and live outputs'] } },
    })
  })

  it('counts other services, and shows a request that cannot be answered as different', async () => {
    const other = { ...get, url: account.replace('Microsoft.Media', 'Microsoft.Storage') }
    const broken = { ...get, url: `${account}/assets/%zz?api-version=2020-05-01` }
    const report = await replayed(put, other, broken)
    expect(Object.values(report.outOfScope)).toEqual([{ count: 1, areas: ['other services'] }])
    expect(pathsOf(report)).toContain('3 status')
  })

  it('prints a document for programs', () => {
    const { status, stdout } = run(written(JSON.stringify({ ...put, status: 200 })), '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      total: { reproduced: 0, tolerated: 0, different: 1 },
      different: [{ line: 1, operation: 'Assets_CreateOrUpdate', differences: [{ path: 'status' }] }],
    })
  })

  it('prints a table that lists what differs', () => {
    const { status, stdout } = run(written(`${JSON.stringify(put)}\n${JSON.stringify({ ...get, status: 404 })}\n`))
    expect(status).toBe(0)
    expect(stdout).toContain('2 exchanges, 2 in scope, 50.0 % of them reproduced')
    expect(stdout).toMatch(/Assets_Get +0 +0 +1/)
    expect(stdout).toContain('status: recorded 404, got 200')
  })

  it('P6: names secrets that differ and never shows them', () => {
    const policy = (keyValue: string) => ({
      options: [
        {
          configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
          restriction: {
            '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
            issuer: 'i',
            audience: 'a',
            restrictionTokenType: 'Jwt',
            primaryVerificationKey: { '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey', keyValue },
          },
        },
      ],
    })
    const made = {
      ...put,
      url: `${account}/contentKeyPolicies/viewers?api-version=2020-05-01`,
      request: { properties: policy('c2VzYW1lLW9uZQ==') },
    }
    const told = {
      ...put,
      method: 'POST',
      url: `${account}/contentKeyPolicies/viewers/getPolicyPropertiesWithSecrets?sig=c2VzYW1l&api-version=2020-05-01`,
      request: null,
      status: 200,
      response: policy('c2VzYW1lLXR3bw=='),
    }
    const missing = { ...told, response: { options: null } }
    const file = written([made, told, missing].map(line => JSON.stringify(line)).join('\n'))
    const [table, document] = [run(file), run(file, '--json')]
    expect(table.stdout).toContain(
      'primaryVerificationKey.keyValue: recorded "REDACTED", got another, which is not shown either',
    )
    expect(table.stdout).toContain('body.options: recorded null, got [')
    expect([table, document].map(({ status, stderr }) => [status, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(table.stdout + document.stdout).not.toMatch(/c2VzYW1l/)
  })

  it.each([
    ['no file', () => [], /one FILE is expected/],
    ['an option that is not known', () => ['--no'], /--no/],
    ['a file that is not there', () => [join(folder, 'nothing.jsonl')], /There is no file/],
    ['an empty file', () => [written('\n')], /holds no exchanges/],
    ['text that is not JSON', () => [written(`${JSON.stringify(put)}\nnothing`)], /line 2 is not JSON/],
    ['a missing key', () => [written(JSON.stringify({ ...put, headers: undefined }))], /line 1 has no headers/],
    ['an address that is none', () => [written(JSON.stringify({ ...put, url: 'film' }))], /url must be/],
    ['a method that is none', () => [written(JSON.stringify({ ...put, method: 'FETCH' }))], /method must be one of/],
    ['a folder', () => [folder], /cannot be read/],
  ])('refuses %s in one line', (_what, args, message) => {
    const { status, stdout, stderr } = run(...args())
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
