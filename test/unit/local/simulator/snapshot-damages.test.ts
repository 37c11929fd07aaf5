/** Whatever of a snapshot is missing or of another kind, it is refused as a whole, or every read can be answered after it. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createEventGrid } from '../../../../local/simulator/event-grid/event-grid.ts'
import { Faults } from '../../../../local/simulator/faults.ts'
import { contentKeyPolicy, filter, streamingPolicy } from '../../../contract/support/walk.ts'
import { ground } from './ground.ts'

const type = (name: string) => ({ '@odata.type': `#Microsoft.Media.${name}` })
const preset = { ...type('BuiltInStandardEncoderPreset'), presetName: 'AdaptiveStreaming' }
const job = {
  input: { ...type('JobInputAsset'), assetName: 'film' },
  outputs: [{ ...type('JobOutputAsset'), assetName: 'film' }],
}
const locator = {
  assetName: 'film',
  streamingPolicyName: 'everything',
  filters: ['short'],
  endTime: '2030-01-01T00:00:00Z',
}
const track = { track: { ...type('TextTrack'), fileName: 'german.vtt' } }
const subscription = {
  name: 'all',
  topic: '/subscriptions/s/topic',
  endpoint: 'http://127.0.0.1:9/hook',
  maxEventsPerBatch: 1,
  preferredBatchSizeInKilobytes: 64,
  includedEventTypes: ['Any'],
  subjectBeginsWith: '',
  subjectEndsWith: '',
  isSubjectCaseSensitive: false,
  advancedFilters: [],
  enableAdvancedFilteringOnArrays: false,
  schema: 'EventGridSchema',
  maxDeliveryAttempts: 30,
  eventTimeToLiveInMinutes: 1440,
  labels: [],
}

const makes = [
  ['PUT', 'assets/film', { properties: { container: 'film', description: 'A film' } }],
  ['PUT', 'assets/film/assetFilters/short', filter],
  ['PUT', 'accountFilters/short', filter],
  ['PUT', 'contentKeyPolicies/everything', contentKeyPolicy],
  ['PUT', 'streamingPolicies/everything', streamingPolicy],
  ['PUT', 'streamingLocators/film', { properties: locator }],
  ['PUT', 'transforms/encode', { properties: { outputs: [{ preset }] } }],
  ['PUT', 'transforms/encode/jobs/one', { properties: job }],
  [
    'PUT',
    'liveEvents/show',
    { location: 'eastus2', tags: { a: 'b' }, properties: { input: { streamingProtocol: 'RTMP' } } },
  ],
  ['PUT', 'liveEvents/show/liveOutputs/one', { properties: { assetName: 'film', archiveWindowLength: 'PT5M' } }],
  ['POST', 'streamingEndpoints/default/start', undefined],
  ['PATCH', '', { tags: { a: 'b' } }],
  ['POST', '/_sim/faults', { kind: 'latency', milliseconds: 0, account: 'west', count: 3 }],
  ['PUT', '/_sim/tokens', { token: 'reader', grants: { '*': 'Reader' } }],
] as const

const gets = [
  '',
  'assets',
  'assets?$orderby=properties/created desc',
  "assets?$filter=properties/alternateId eq 'x'",
  'assets/film',
  'assets/film/assetFilters',
  'assets/film/assetFilters/short',
  'assets/film/tracks',
  'accountFilters',
  'accountFilters/short',
  'contentKeyPolicies',
  'contentKeyPolicies?$orderby=properties/lastModified',
  'contentKeyPolicies/everything',
  'streamingPolicies',
  'streamingPolicies/everything',
  'streamingLocators',
  'streamingLocators?$orderby=properties/endTime',
  'streamingLocators/film',
  'streamingEndpoints',
  'streamingEndpoints/default',
  'streamingEndpoints/default/skus',
  'transforms',
  'transforms/encode',
  'transforms/encode/jobs',
  "transforms/encode/jobs?$filter=properties/state eq Microsoft.Media.JobState'Scheduled'",
  'transforms/encode/jobs/one',
  'liveEvents',
  'liveEvents/show',
  'liveEvents/show/liveOutputs',
  'liveEvents/show/liveOutputs/one',
  '/_sim/',
  '/_sim/accounts',
  '/_sim/clock',
  '/_sim/counters',
  '/_sim/faults',
  '/_sim/snapshot',
  '/_sim/switches',
  '/_sim/tokens',
  '/_sim/eventgrid/subscriptions',
]
const posts = [
  'assets/film/listContainerSas',
  'assets/film/getEncryptionKey',
  'assets/film/listStreamingLocators',
  'contentKeyPolicies/everything/getPolicyPropertiesWithSecrets',
  'streamingLocators/film/listContentKeys',
  'streamingLocators/film/listPaths',
]

let g: Awaited<ReturnType<typeof ground>>
let events: ReturnType<typeof createEventGrid>
let whole: string
let operations: string[]

beforeAll(async () => {
  // A damaged snapshot may say what no specification has.
  vi.stubEnv('TWINSTREAM_RECORD_ANSWERS', undefined)
  events = createEventGrid({ faults: new Faults() })
  g = await ground({ events })
  operations = []
  for (const [method, path, body] of makes) {
    const { status, headers, text } = await g.east(method, path, body)
    expect([path, status < 300 ? '' : text]).toEqual([path, ''])
    for (const name of ['azure-asyncoperation', 'location']) {
      const url = headers.get(name)
      if (url !== null) operations.push(new URL(url).pathname)
    }
  }
  const put = (name: string, text: string) =>
    g.blobStore.putBlob('contosoeaststore', 'film', name, Buffer.from(text), 'x')
  await put('film.ism', '<smil><body><switch><audio src="film.mp4" systemBitrate="96000" /></switch></body></smil>')
  await put('german.vtt', 'WEBVTT\nLanguage: de\n')
  const { headers } = await g.east('PUT', 'assets/film/tracks/german', { properties: track })
  operations.push(new URL(headers.get('azure-asyncoperation') ?? '').pathname)
  const taken = JSON.parse((await g.east('GET', '/_sim/snapshot')).text)
  whole = JSON.stringify({ ...taken, events: { subscriptions: [{ subscription, state: 'Succeeded' }] } })
})
afterAll(async () => {
  await g[Symbol.asyncDispose]()
  await events.close()
  vi.unstubAllEnvs()
})

type Path = readonly (string | number)[]

const pathsIn = (value: unknown, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value)
  return [path, ...[...keys].flatMap(key => pathsIn(value[key as keyof typeof value], [...path, key]))]
}

/** A copy in which what is at the path is another value, or is not there. */
const damaged = (text: string, path: Path, value: unknown): unknown => {
  const document = JSON.parse(text)
  const parent = path.slice(0, -1).reduce((at, key) => at[key], document)
  const last = path.at(-1) ?? ''
  if (value !== undefined) parent[last] = value
  else if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete parent[last]
  return document
}

const stateNow = async () => (await g.east('GET', '/_sim/snapshot')).text

/** Reads that cannot be answered. */
const unanswered = async (): Promise<string[]> => {
  const found: string[] = []
  const read = async (method: string, path: string) => {
    const { status, text } = await g.east(method, path)
    if (status >= 500) found.push(`${method} ${path}: ${status} ${text}`)
  }
  for (const path of [...gets, ...operations]) await read('GET', path)
  for (const path of posts) await g.east('POST', path, {}).then(({ status }) => status >= 500 && found.push(path))
  return found
}

const problemsAfter = async (path: Path, value: unknown): Promise<string[]> => {
  expect((await g.east('PUT', '/_sim/snapshot', whole)).status).toBe(200)
  const before = await stateNow()
  const { status, body } = await g.east('PUT', '/_sim/snapshot', damaged(whole, path, value))
  if (status === 200) return unanswered()
  const after = await stateNow()
  return status === 400 && body.problems.length > 0 && after === before ? [] : [`${status}, or changed in part`]
}

it('one that is whole is taken, and all reads are answered', async () => {
  expect((await g.east('PUT', '/_sim/snapshot', whole)).status).toBe(200)
  expect(await unanswered()).toEqual([])
})

it('a damaged one is refused without a change, or all reads are answered after it', async () => {
  const paths = pathsIn(JSON.parse(whole)).filter(path => path.length > 0)
  const values = fc.constantFrom<unknown>(undefined, null, 7, 'x', [], {}, [null], { ticks: 'x' })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), values, async (path, value) => {
      expect(await problemsAfter(path, value)).toEqual([])
    }),
    { numRuns: 300 },
  )
})
