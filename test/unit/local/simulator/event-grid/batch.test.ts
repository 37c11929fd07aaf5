import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jobFinished, startGround, startWebhook, topic } from './ground.ts'

let ground: Awaited<ReturnType<typeof startGround>>
let webhook: Awaited<ReturnType<typeof startWebhook>>
beforeEach(async () => {
  ground = await startGround()
  webhook = await startWebhook()
})
afterEach(async () => {
  await ground.close()
  await webhook.close()
})

const subscribe = (batch: object, schema?: string) =>
  ground.subscribe('to-app', { endpoint: `${webhook.url}/hook`, batch, schema })
const many = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => jobFinished(String(index), more))
const idsOf = ({ body }: { body: unknown }) => (body as { id: string }[]).map(({ id }) => id)
const sizes = () => webhook.received.map(({ body }) => (body as unknown[]).length)
const descending = (list: number[]) => list.sort((a, b) => b - a)

test('as many events a request as asked for, and the rest in one of its own', async () => {
  await subscribe({ maxEventsPerBatch: 4 })
  ground.grid.publish(topic, many(10))
  await ground.grid.idle()
  expect(descending(sizes())).toEqual([4, 4, 2])
  expect(webhook.received.flatMap(idsOf).sort()).toEqual(many(10).map(({ id }) => id))
  expect(webhook.received[0]?.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'aeg-event-type': 'Notification',
  })
})

test('nothing waits for a batch to fill', async () => {
  await subscribe({ maxEventsPerBatch: 5000 })
  ground.grid.publish(topic, many(1))
  await ground.grid.idle()
  expect(sizes()).toEqual([1])
})

test('CloudEvents go out as an array of their own media type', async () => {
  await subscribe({ maxEventsPerBatch: 2 }, 'CloudEventSchemaV1_0')
  ground.grid.publish(topic, many(2))
  await ground.grid.idle()
  expect(webhook.received[0]?.headers['content-type']).toBe('application/cloudevents-batch+json; charset=utf-8')
  expect(webhook.received[0]?.body).toMatchObject([{ specversion: '1.0' }, { specversion: '1.0' }])
})

describe('the preferred size', () => {
  test('ends a batch early', async () => {
    await subscribe({ maxEventsPerBatch: 100, preferredBatchSizeInKilobytes: 4 })
    ground.grid.publish(topic, many(4, { data: 'x'.repeat(1500) }))
    await ground.grid.idle()
    expect(sizes()).toEqual([2, 2])
  })

  test('is exceeded by an event that is larger alone', async () => {
    await subscribe({ preferredBatchSizeInKilobytes: 1 })
    ground.grid.publish(topic, many(2, { data: 'x'.repeat(5000) }))
    await ground.grid.idle()
    expect(sizes()).toEqual([1, 1])
  })
})

test('all or none: what fails is tried again together, and not with newer events', async () => {
  await subscribe({ maxEventsPerBatch: 10 })
  webhook.behave = () => 500
  ground.grid.publish(topic, many(3))
  await ground.attempts(3)
  webhook.behave = () => 200
  ground.clock.advance(10_000)
  ground.grid.publish(topic, [jobFinished('new')])
  await ground.grid.idle()
  const seen = webhook.received.map(request => [request.headers['aeg-delivery-count'], idsOf(request)])
  expect(seen).toEqual([
    ['0', ['0', '1', '2']],
    ['1', ['0', '1', '2']],
    ['0', ['new']],
  ])
  expect((await ground.deliveries()).map(({ attempt, batch, status }) => [attempt, batch, status])).toEqual([
    ...Array.from({ length: 3 }, () => [1, 3, 500]),
    ...Array.from({ length: 3 }, () => [2, 3, 200]),
    [1, 1, 200],
  ])
})
