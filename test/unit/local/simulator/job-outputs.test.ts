/** Jobs with several outputs, which end one after the other and tell of it. */
import { expect, test } from 'vitest'
import { ground } from './ground.ts'

const begin = async (labels: readonly string[]) => {
  const g = await ground()
  await g.east('PUT', 'transforms/t', {
    properties: {
      outputs: [
        { preset: { '@odata.type': '#Microsoft.Media.BuiltInStandardEncoderPreset', presetName: 'AdaptiveStreaming' } },
      ],
    },
  })
  for (const label of labels) await g.east('PUT', `assets/${label}`, { properties: {} })
  await g.east('PUT', 'transforms/t/jobs/j', {
    properties: {
      input: { '@odata.type': '#Microsoft.Media.JobInputHttp', files: ['https://source/a.mp4'] },
      outputs: labels.map(label => ({ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: label, label })),
      correlationData: { order: '7' },
    },
  })
  const job = async () => (await g.east('GET', 'transforms/t/jobs/j')).body.properties
  const states = async () => {
    const { state, outputs } = await job()
    return [state, ...outputs.map((output: { state: string }) => output.state)]
  }
  /** Files are read from disk on the way, which takes turns of the event loop but no simulated time. */
  const until = (...wanted: string[]) => expect.poll(states).toEqual(wanted)
  /** What was told since the last time, without the general events. */
  let seen = 0
  const told = () => {
    const events = g.published.slice(seen).map(({ event }) => event)
    seen = g.published.length
    return events
      .filter(({ eventType }) => !eventType.endsWith('StateChange'))
      .map(({ eventType, data }) => {
        const { output, label, previousState } = data as {
          output?: { label: string }
          label?: string
          previousState?: string
        }
        return [eventType.replace('Microsoft.Media.', ''), output?.label ?? label, previousState].join(' ').trim()
      })
  }
  return { ...g, states, until, told }
}

test('each output tells its own way, and the job ends with the last', async () => {
  await using g = await begin(['a', 'b'])
  expect(g.told()).toEqual(['JobOutputScheduled a Queued', 'JobOutputScheduled b Queued', 'JobScheduled  Queued'])
  g.clock.advance(200)
  expect(g.told()).toEqual([
    'JobOutputProcessing a Scheduled',
    'JobOutputProcessing b Scheduled',
    'JobProcessing  Scheduled',
  ])
  g.clock.advance(200)
  await g.until('Processing', 'Finished', 'Processing')
  expect(g.told()).toEqual(['JobOutputProgress a', 'JobOutputFinished a Processing'])
  g.clock.advance(200)
  await g.until('Finished', 'Finished', 'Finished')
  expect(g.told()).toEqual(['JobOutputProgress b', 'JobOutputFinished b Processing', 'JobFinished  Processing'])
})

test('an output that fails fails the job, not the others', async () => {
  await using g = await begin(['simulate-error', 'b'])
  g.clock.advance(600)
  await g.until('Error', 'Error', 'Finished')
  const last = g.published.at(-1)?.event
  expect(last?.eventType).toBe('Microsoft.Media.JobErrored')
  expect(last?.data).toMatchObject({
    state: 'Error',
    correlationData: { order: '7' },
    outputs: [
      { label: 'simulate-error', state: 'Error', error: { code: 'ContentUnsupported', retry: 'DoNotRetry' } },
      { label: 'b', state: 'Finished', error: null, progress: 100 },
    ],
  })
})

test('what has ended stays so when the job is canceled', async () => {
  await using g = await begin(['a', 'b'])
  g.clock.advance(400)
  await g.until('Processing', 'Finished', 'Processing')
  g.told()
  await g.east('POST', 'transforms/t/jobs/j/cancelJob')
  expect(await g.states()).toEqual(['Canceling', 'Finished', 'Canceling'])
  g.clock.advance(1000)
  expect(await g.states()).toEqual(['Canceled', 'Finished', 'Canceled'])
  expect(g.told()).toEqual([
    'JobOutputCanceling b Processing',
    'JobCanceling  Processing',
    'JobOutputCanceled b Canceling',
    'JobCanceled  Canceling',
  ])
})
