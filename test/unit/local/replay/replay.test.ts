import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../../../local/replay/report.ts'

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

const replayed = (...exchanges: object[]): Report => {
  const { status, stdout, stderr } = run(written(exchanges.map(line => JSON.stringify(line)).join('\n')), '--json')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout)
}

const pathsOf = ({ different }: Report) =>
  different.flatMap(({ line, differences }) => differences.map(({ path }) => `${line} ${path}`))

describe('npm run replay', () => {
  it('reproduces exchanges that are as the service answered them, with other ids and times', () => {
    const report = replayed(put, get)
    expect(pathsOf(report)).toEqual([])
    expect(report).toMatchObject({ exchanges: 2, inScope: 2, percent: 100 })
    expect(report.operations).toEqual({
      Assets_CreateOrUpdate: { reproduced: 1, tolerated: 0, different: 0 },
      Assets_Get: { reproduced: 1, tolerated: 0, different: 0 },
    })
  })

  it.each([
    ['a status', { ...put, status: 200 }, ['1 status']],
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
  ])('shows %s that differs', (_what, exchange, paths) => {
    expect(pathsOf(replayed(exchange))).toEqual(paths)
  })

  it('begins each test with nothing', () => {
    const report = replayed(put, { ...get, test: 'another' })
    expect(pathsOf(report)).toContain('2 status')
    expect(report.total).toEqual({ reproduced: 1, tolerated: 0, different: 1 })
  })

  it('counts what is out of scope by operation', () => {
    expect(replayed(put, liveEvent)).toMatchObject({
      inScope: 1,
      outOfScope: { LiveEvents_Get: { count: 1, areas: ['live events and live outputs'] } },
    })
  })

  it('prints a table that lists what differs', () => {
    const { status, stdout } = run(written(`${JSON.stringify(put)}\n${JSON.stringify({ ...get, status: 404 })}\n`))
    expect(status).toBe(0)
    expect(stdout).toContain('2 exchanges, 2 in scope, 50.0 % of them reproduced')
    expect(stdout).toMatch(/Assets_Get +0 +0 +1/)
    expect(stdout).toContain('status: recorded 404, got 200')
  })

  it.each([
    ['no file', () => [], /one FILE is expected/],
    ['an option that is not known', () => ['--no'], /--no/],
    ['a file that is not there', () => [join(folder, 'nothing.jsonl')], /There is no file/],
    ['an empty file', () => [written('\n')], /holds no exchanges/],
    ['text that is not JSON', () => [written(`${JSON.stringify(put)}\nnothing`)], /line 2 is not JSON/],
    ['a missing key', () => [written(JSON.stringify({ ...put, headers: undefined }))], /line 1 has no headers/],
    ['an address that is none', () => [written(JSON.stringify({ ...put, url: 'film' }))], /url must be/],
    ['a folder', () => [folder], /cannot be read/],
  ])('refuses %s in one line', (_what, args, message) => {
    const { status, stdout, stderr } = run(...args())
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
