import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryBlobStore } from '../../../../../local/simulator/memory-blob-store.ts'
import { dataPath, describeWithData } from '../../../../contract/support/shared-data.ts'
import { eventually } from '../../../../support/eventually.ts'
import { jobFinished, startGround, startWebhook, topic, type Wanted } from './ground.ts'
import { shapeOf } from './shapes.ts'

const store = () => {
  const blobs = memoryBlobStore()
  return { ...blobs, put: blobs.putBlob, isDown: false }
}
let blobStore: ReturnType<typeof store>
let ground: Awaited<ReturnType<typeof startGround>>
let webhook: Awaited<ReturnType<typeof startWebhook>>
beforeEach(async () => {
  blobStore = store()
  await blobStore.ensureContainer('deadstore', 'dead')
  const putBlob: typeof blobStore.putBlob = async (...blob) => {
    if (blobStore.isDown) throw new Error('down')
    await blobStore.put(...blob)
  }
  ground = await startGround({ blobStore: { containerExists: blobStore.containerExists, putBlob } })
  webhook = await startWebhook()
})
afterEach(async () => {
  await ground.close()
  await webhook.close()
})

const minutes = (count: number) => count * 60_000
const subscribe = (more: Partial<Wanted> = {}) =>
  ground.subscribe('to-app', {
    endpoint: `${webhook.url}/hook`,
    deadLetters: 'dead',
    retryPolicy: { maxDeliveryAttempts: 1 },
    ...more,
  })
/** Publishes events that the webhook refuses, until they are given up. */
const giveUp = async (...ids: string[]) => {
  webhook.behave = () => 404
  ground.grid.publish(
    topic,
    ids.map(id => jobFinished(id)),
  )
  await ground.grid.idle()
}
const blobs = () => blobStore.containers.get('deadstore/dead') ?? new Map<string, Uint8Array>()
const written = (count: number) =>
  eventually(() => {
    expect(blobs().size).toBe(count)
    return [...blobs()].map(([name, bytes]) => ({
      name,
      records: JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>[],
    }))
  })

test('five minutes after the last attempt, one blob holds the events and why', async () => {
  await subscribe()
  await giveUp('1', '2')
  ground.clock.advance(minutes(5) - 1)
  expect(blobs().size).toBe(0)
  ground.clock.advance(1)
  const [blob] = await written(1)
  expect(blob?.name).toMatch(/^TO-APP\/2026\/1\/1\/0\/[0-9a-f-]{36}\.json$/)
  expect(blob?.records.map(({ id }) => id).sort()).toEqual(['1', '2'])
  expect(blob?.records[0]).toEqual({
    ...jobFinished(String(blob?.records[0]?.id)),
    topic,
    metadataVersion: '1',
    deadLetterReason: 'MaxDeliveryAttemptsExceeded',
    deliveryAttempts: 1,
    lastDeliveryOutcome: 'NotFound',
    publishTime: '2026-01-01T00:00:00.0000000Z',
    lastDeliveryAttemptTime: '2026-01-01T00:00:00.0000000Z',
  })
  const [shown] = await ground.deadLetters()
  expect(shown).toMatchObject({ subscription: 'to-app', blob: `dead/${blob?.name}` })
})

test('CloudEvents carry the reasons as attributes, in lower case', async () => {
  await subscribe({ schema: 'CloudEventSchemaV1_0' })
  await giveUp('1')
  ground.clock.advance(minutes(5))
  const [blob] = await written(1)
  expect(blob?.records[0]).toMatchObject({
    specversion: '1.0',
    id: '1',
    source: topic,
    deadletterreason: 'MaxDeliveryAttemptsExceeded',
    deliveryattempts: 1,
    lastdeliveryoutcome: 'NotFound',
    publishtime: '2026-01-01T00:00:00.0000000Z',
  })
})

test('storage that does not answer is tried again, for four hours', async () => {
  await subscribe()
  blobStore.isDown = true
  await giveUp('1')
  const tries = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      ground.clock.advance(minutes(5))
      await new Promise(setImmediate)
    }
  }
  await tries(3)
  blobStore.isDown = false
  await tries(1)
  await written(1)
  blobStore.isDown = true
  await giveUp('2')
  await tries(49)
  blobStore.isDown = false
  await tries(2)
  expect(blobs().size).toBe(1)
  expect(await ground.deadLetters()).toMatchObject([{ blob: expect.any(String) }, { dropped: 'StorageUnavailable' }])
})

test('a container that is not there makes no other one: the events are dropped', async () => {
  await subscribe({ deadLetters: 'elsewhere' })
  await giveUp('1')
  ground.clock.advance(minutes(5))
  await eventually(async () => expect(await ground.deadLetters()).toMatchObject([{ dropped: 'ContainerNotFound' }]))
  expect([...blobStore.containers.keys()]).toEqual(['deadstore/dead'])
})

test('a subscription without a destination writes nothing; what it gave up is shown', async () => {
  await subscribe({ deadLetters: undefined })
  await giveUp('1')
  ground.clock.advance(minutes(10))
  await new Promise(setImmediate)
  expect(blobs().size).toBe(0)
  const [shown] = await ground.deadLetters()
  expect([shown?.record.id, shown?.blob]).toEqual(['1', undefined])
})

describeWithData('the published record', 'events', () => {
  test('has the same members', async () => {
    await subscribe()
    await giveUp('1')
    const sample = JSON.parse(readFileSync(dataPath('events', 'dead-letter.EventGridSchema.json'), 'utf8')) as object
    const [shown] = await ground.deadLetters()
    // What is in the data is the business of the event.
    expect(shapeOf({ ...shown?.record, data: {} })).toEqual(shapeOf({ ...sample, data: {} }))
  })
})
