import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { manualClock } from '../../local/simulator/clock.ts'
import { memoryBlobStore } from '../../local/simulator/memory-blob-store.ts'
import { operations } from '../../local/simulator/operations.ts'
import { startSimulator } from '../../local/simulator/simulator.ts'
import { clientOf, topology, versionFor } from './support/client.ts'
import { PublishedSchemas } from './support/published-schemas.ts'
import { describeWithData } from './support/shared-data.ts'
import { exceptions, type GivenAnswer } from './support/specification-exceptions.ts'
import { walk } from './support/walk.ts'

/** The versions that the SDK asks for, then others, each at a time when it was in use. */
const eras: readonly { readonly day: string; readonly version: (path: string) => string }[] = [
  { day: '2026-01-01', version: versionFor },
  ...[
    ['2018-03-01', '2018-02-01-privatepreview'],
    ['2018-09-01', '2018-07-01'],
    ['2020-10-01', '2020-05-01'],
    ['2021-08-01', '2021-06-01'],
    ['2022-01-01', '2021-11-01'],
    ['2023-02-01', '2023-01-01'],
  ].map(([day = '', version = '']) => ({ day, version: () => version })),
]

const newKind = {
  properties: {
    options: [
      {
        configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyQuantumConfiguration' },
        restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
      },
    ],
  },
}

const oldEvent = {
  location: 'eastus2',
  properties: { input: { streamingProtocol: 'RTMP' }, encoding: { encodingType: 'Basic' } },
}

/** Every operation of a simulator, asked for at one time in its history. */
const answersOf = async ({ day, version }: (typeof eras)[number]): Promise<GivenAnswer[]> => {
  const clock = manualClock(new Date(day))
  const sampleDir = join(import.meta.dirname, '..', '..', 'local', 'sample')
  const blobStore = memoryBlobStore()
  const simulator = await startSimulator({ topology, blobStore, clock, sampleDir })
  const settle = async () => {
    for (let step = 0; step < 10; step += 1) {
      clock.advance(1000)
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  const call = clientOf(simulator, 'east', version)
  const upload = async (file: string, content: string) => {
    const { container } = (await call('GET', 'assets/film')).body.properties
    await blobStore.putBlob('contosoeaststore', container, file, Buffer.from(content), 'text/plain')
  }
  await walk(call, settle, upload)
  await call('PATCH', '/_sim/switches', { acceptUnknownTypes: true })
  await call('PUT', 'contentKeyPolicies/new', newKind)
  // What the first versions called an encoding is echoed to this day.
  if (day < '2019') await call('PUT', 'liveEvents/old', oldEvent)
  const lines = simulator.traffic.lines().split('\n')
  await simulator.close()
  return lines
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as GivenAnswer & { readonly url: string })
    .map(answer => ({ ...answer, apiVersion: new URL(answer.url).searchParams.get('api-version') }))
}

describeWithData('the published OpenAPI specification', 'ams-swagger', folder => {
  const answers: GivenAnswer[] = []
  const published = new PublishedSchemas(folder)

  beforeAll(async () => {
    for (const era of eras) answers.push(...(await answersOf(era)))
  })

  it('has every operation of the simulator under the same name', () => {
    const specified = new Set(published.operationIds())
    expect(operations.map(({ id }) => id).filter(id => !specified.has(id))).toEqual([])
  })

  it('is asked for each of them', () => {
    const called = new Set(answers.map(({ operation }) => operation))
    expect(operations.map(({ id }) => id).filter(id => !called.has(id))).toEqual([])
  })

  it('is kept by every answer', () => {
    expect([...new Set(answers.flatMap(answer => published.violations(answer)))]).toEqual([])
  })

  it('needs every stated exception', () => {
    const problems = answers.flatMap(answer => published.problems(answer).map(problem => [answer, problem] as const))
    expect(exceptions.filter(({ when }) => !problems.some(([answer, problem]) => when(answer, problem)))).toEqual([])
  })
})
