import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ground } from './ground.ts'

const transform = {
  properties: {
    outputs: [
      { preset: { '@odata.type': '#Microsoft.Media.BuiltInStandardEncoderPreset', presetName: 'AdaptiveStreaming' } },
    ],
  },
}
const jobFor = (label?: string) => ({
  properties: {
    input: { '@odata.type': '#Microsoft.Media.JobInputHttp', baseUri: 'https://source/', files: ['a.mp4'], label },
    outputs: [{ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: 'film' }],
    correlationData: { testKey1: 'testValue1' },
  },
})

const begin = async (options: Parameters<typeof ground>[0] = {}) => {
  const g = await ground(options)
  await g.east('PUT', 'assets/film', { properties: { container: 'films' } })
  await g.east('PUT', 'transforms/t', transform)
  const state = async (): Promise<string> => (await g.east('GET', 'transforms/t/jobs/j')).body.properties.state
  /** Files are read from disk on the way, which takes turns of the event loop but no simulated time. */
  const until = async (wanted: string) => {
    for (let turns = 0; turns < 2000 && (await state()) !== wanted; turns += 1) await turn()
    expect(await state()).toBe(wanted)
  }
  return { ...g, state, until }
}

describe('a job', () => {
  it('goes from Scheduled over Processing to Finished and writes the sample', async () => {
    await using g = await begin()
    expect((await g.east('PUT', 'transforms/t/jobs/j', jobFor())).body.properties.state).toBe('Scheduled')
    g.clock.advance(300)
    expect(await g.state()).toBe('Processing')
    g.clock.advance(300)
    await g.until('Finished')
    const files = await g.blobStore.listBlobNames('contosoeaststore', 'films')
    expect(files.filter(name => name.endsWith('.mp4'))).toHaveLength(3)
    expect(files.filter(name => /\.ismc?$/.test(name))).toHaveLength(2)
    expect(files).not.toContain('README.md')
  })

  it('tells of its end in the published form', async () => {
    await using g = await begin()
    await g.east('PUT', 'transforms/t/jobs/j', jobFor())
    g.clock.advance(600)
    await g.until('Finished')
    const last = g.published.slice(-4)
    expect(last.map(({ event }) => event.eventType)).toEqual([
      'Microsoft.Media.JobOutputStateChange',
      'Microsoft.Media.JobOutputFinished',
      'Microsoft.Media.JobStateChange',
      'Microsoft.Media.JobFinished',
    ])
    const finished = last.at(-1)
    expect(finished?.topic).toMatch(
      /\/resourceGroups\/media-east\/providers\/Microsoft\.Media\/mediaservices\/contosoeast$/,
    )
    expect(finished?.event).toEqual({
      id: expect.any(String),
      eventType: 'Microsoft.Media.JobFinished',
      subject: 'transforms/t/jobs/j',
      eventTime: '2026-01-01T00:00:00.6000000',
      dataVersion: '1.0',
      data: {
        previousState: 'Processing',
        state: 'Finished',
        correlationData: { testKey1: 'testValue1' },
        outputs: [
          {
            '@odata.type': '#Microsoft.Media.JobOutputAsset',
            assetName: 'film',
            error: null,
            label: 'BuiltInStandardEncoderPreset_0',
            progress: 100,
            state: 'Finished',
          },
        ],
      },
    })
  })

  it.each([
    ['its input is marked so', 'simulate-error', []],
    ['the switch names it', undefined, ['J']],
  ])('ends in error when %s, and writes nothing', async (_, label, failJobs) => {
    await using g = await begin({ switches: { failJobs } })
    await g.east('PUT', 'transforms/t/jobs/j', jobFor(label))
    g.clock.advance(600)
    await g.until('Error')
    expect(await g.blobStore.listBlobNames('contosoeaststore', 'films')).toEqual([])
    expect(g.published.at(-1)?.event.eventType).toBe('Microsoft.Media.JobErrored')
  })

  it('ends in error when there is nothing to encode', async () => {
    await using g = await begin({ sampleDir: '/nowhere' })
    await g.east('PUT', 'transforms/t/jobs/j', jobFor())
    g.clock.advance(600)
    await g.until('Error')
  })

  it('can be canceled, and deleted only when it has ended', async () => {
    await using g = await begin()
    await g.east('PUT', 'transforms/t/jobs/j', jobFor())
    g.clock.advance(250)
    expect((await g.east('DELETE', 'transforms/t/jobs/j')).body.error.message).toContain("in the 'Processing' state")
    expect((await g.east('POST', 'transforms/t/jobs/j/cancelJob')).status).toBe(200)
    expect(await g.state()).toBe('Canceling')
    g.clock.advance(1000)
    expect(await g.state()).toBe('Canceled')
    expect((await g.east('DELETE', 'transforms/t/jobs/j')).status).toBe(200)
    expect(await g.blobStore.listBlobNames('contosoeaststore', 'films')).toEqual([])
  })
})
