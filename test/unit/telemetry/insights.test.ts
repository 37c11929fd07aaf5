import { gunzipSync } from 'node:zlib'
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline'
import { beforeAll, expect, it, vi } from 'vitest'
import { createMeter } from '../../../src/lib/telemetry/meter.ts'

beforeAll(() => {
  // As deployed; what the exporter asks for itself, and has not by the end of this test, would end on this machine.
  vi.stubEnv('APPLICATION_INSIGHTS_NO_STATSBEAT', 'true')
  vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9')
})

interface Envelope {
  readonly data: {
    readonly baseData: {
      readonly metrics: readonly {
        readonly name: string
        readonly value: number
        readonly count: number
        readonly max?: number
      }[]
      readonly properties: Readonly<Record<string, string>>
    }
  }
}

const textOf = ({ body }: PipelineRequest): string => {
  if (typeof body === 'string') return body
  return gunzipSync(body as Uint8Array).toString()
}

const open = async () => {
  const requests: PipelineRequest[] = []
  const httpClient: HttpClient = {
    sendRequest: async request => {
      requests.push(request)
      const bodyAsText = JSON.stringify({ itemsReceived: 3, itemsAccepted: 3, errors: [] })
      return { request, status: 200, headers: createHttpHeaders({ 'content-type': 'application/json' }), bodyAsText }
    },
  }
  const meter = await createMeter({
    otlp: false,
    interval: 60_000,
    insights: {
      connectionString:
        'InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://eastus2.in.example/',
      credential: { getToken: async () => ({ token: 'of-the-identity', expiresOnTimestamp: Date.now() + 3_600_000 }) },
      httpClient,
    },
  })
  return { meter, requests }
}

it('P6: metrics go to Application Insights by identity, with the attributes that queries tell them apart by', async () => {
  const { meter, requests } = await open()
  meter.record('twinstream.units', 7, { route: 'east>west', state: 'blocked', code: 'StorageNotMapped' })
  for (const seconds of [2, 10]) meter.record('twinstream.lag', seconds, { route: 'east>west', kind: 'asset' })
  await meter.flush()
  const [request] = requests
  if (request === undefined) throw new Error('Nothing was sent.')
  expect(request.url).toMatch(/^https:\/\/eastus2\.in\.example\/+v2\.1\/track/)
  expect(request.headers.get('authorization')).toBe('Bearer of-the-identity')
  const sent = (JSON.parse(textOf(request)) as readonly Envelope[]).map(({ data }) => data.baseData)
  expect(sent).toMatchObject([
    {
      metrics: [{ name: 'twinstream.units', value: 7, count: 1 }],
      properties: { route: 'east>west', state: 'blocked', code: 'StorageNotMapped' },
    },
    {
      metrics: [{ name: 'twinstream.lag', value: 12, count: 2, max: 10 }],
      properties: { route: 'east>west', kind: 'asset' },
    },
  ])
})

it('a gauge is told once, so that an instance that no longer measures it repeats nothing', async () => {
  const { meter, requests } = await open()
  meter.record('twinstream.units', 7, { route: 'east>west', state: 'running' })
  await meter.flush()
  await meter.flush()
  expect(requests).toHaveLength(1)
})

it('P8: a connection string that is none is an error when it is loaded', async () => {
  const insights = { connectionString: 'InstrumentationKey=mine' }
  await expect(createMeter({ otlp: false, interval: 60_000, insights })).rejects.toThrow(/instrumentation key/i)
})
