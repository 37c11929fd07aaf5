import { AzureKeyCredential, EventGridPublisherClient } from '@azure/eventgrid'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../../../support/eventually.ts'
import { jobFinished, startGround, startWebhook, subscriptionPath, topic, type Wanted } from './ground.ts'

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

const minutes = (count: number) => count * 60_000
const subscribe = (more: Partial<Wanted> = {}) =>
  ground.subscribe('to-app', { endpoint: `${webhook.url}/hook?functionName=f&code=secret-key`, ...more })
const messageOf = ({ body }: { body: Record<string, unknown> | undefined }) =>
  (body?.error as { message: string } | undefined)?.message ?? ''
const ids = () => webhook.received.map(({ body }) => (body as { id: string }[])[0]?.id ?? (body as { id: string }).id)

describe('subscriptions', () => {
  test('the validation event is answered with its code before a subscription is there', async () => {
    const made = await subscribe()
    expect(made.status).toBe(201)
    const [handshake] = webhook.handshakes
    expect(handshake?.headers).toMatchObject({
      'aeg-event-type': 'SubscriptionValidation',
      'aeg-subscription-name': 'TO-APP',
      'aeg-delivery-count': '0',
      'aeg-metadata-version': '1',
    })
    expect(handshake?.body).toMatchObject([
      { eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', topic, subject: '' },
    ])
    expect((await subscribe()).status).toBe(200)
  })

  test('are shown as Resource Manager shows them, without their query, which may hold a key', async () => {
    await subscribe({ filter: { subjectBeginsWith: 'transforms/' } })
    const one = await ground.call(subscriptionPath('to-app'))
    const lists = [
      await ground.call('/_sim/eventgrid/subscriptions'),
      await ground.call(`${topic}/providers/Microsoft.EventGrid/eventSubscriptions`),
    ]
    expect(one.body).toEqual({
      id: subscriptionPath('to-app'),
      name: 'to-app',
      type: 'Microsoft.EventGrid/eventSubscriptions',
      properties: {
        topic,
        provisioningState: 'Succeeded',
        destination: {
          endpointType: 'WebHook',
          properties: {
            endpointBaseUrl: `${webhook.url}/hook`,
            maxEventsPerBatch: 1,
            preferredBatchSizeInKilobytes: 64,
          },
        },
        filter: {
          subjectBeginsWith: 'transforms/',
          subjectEndsWith: '',
          isSubjectCaseSensitive: false,
          advancedFilters: [],
          enableAdvancedFilteringOnArrays: false,
        },
        labels: [],
        eventDeliverySchema: 'EventGridSchema',
        retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
      },
    })
    for (const list of lists) expect(list.body).toEqual({ value: [one.body] })
    expect((await ground.call(`${topic}2/providers/Microsoft.EventGrid/eventSubscriptions`)).body).toEqual({
      value: [],
    })
    expect(JSON.stringify([one, lists])).not.toContain('secret-key')
  })

  test('what is shown may be sent back, with the address of the endpoint', async () => {
    await subscribe({ deadLetters: 'dead' })
    const { properties } = (await ground.call(subscriptionPath('to-app'))).body as { properties: object }
    expect((await subscribe({ more: { ...properties, destination: undefined } })).status).toBe(400)
    const destination = { endpointType: 'WebHook', properties: { endpointUrl: webhook.url } }
    expect((await subscribe({ more: { ...properties, destination } })).status).toBe(200)
  })

  test.each([
    ['another code', { status: 200, body: '{"validationResponse":"x"}' }],
    ['202', { status: 202 }],
    ['500', { status: 500 }],
  ])('an endpoint that answers %s gets no subscription', async (_, answer) => {
    webhook.handshake = answer
    const refused = await subscribe()
    expect([refused.status, refused.body?.error]).toMatchObject([400, { code: 'EndpointValidation' }])
    expect(JSON.stringify(refused.body)).not.toContain('secret-key')
    expect((await ground.call(subscriptionPath('to-app'))).status).toBe(404)
  })

  test('an endpoint that is not there gets none either', async () => {
    const refused = await ground.subscribe('to-none', { endpoint: 'http://127.0.0.1:9/hook' })
    expect([refused.status, refused.body?.error]).toMatchObject([400, { message: expect.stringContaining('reached') }])
  })

  test('CloudEvents: OPTIONS must allow the origin', async () => {
    expect((await subscribe({ schema: 'CloudEventSchemaV1_0' })).status).toBe(201)
    expect(webhook.handshakes[0]).toMatchObject({
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
    })
    webhook.handshake = { status: 200, allowed: 'example.com' }
    expect((await subscribe({ schema: 'CloudEventSchemaV1_0' })).status).toBe(400)
  })

  test('all mistakes of a subscription are told at once', async () => {
    const refused = await ground.subscribe('x', {
      endpoint: 'http://example.com/hook',
      schema: 'Custom',
      batch: { maxEventsPerBatch: 5001 },
      filter: { subjectBeginsWith: 1, size: 'large' },
      retryPolicy: { maxDeliveryAttempts: 31 },
      more: { colour: 'red', deadLetterDestination: { properties: { blobContainerName: 'dead' } } },
    })
    expect(refused.status).toBe(400)
    const message = messageOf(refused)
    const parts = ['endpointUrl', 'eventDeliverySchema', 'maxEventsPerBatch', 'subjectBeginsWith', 'filter.size']
    for (const part of [...parts, 'maxDeliveryAttempts', 'colour', 'resourceId', 'name'])
      expect(message).toContain(part)
  })

  test('a deleted subscription gets nothing more, not even what waits for its next attempt', async () => {
    await subscribe()
    webhook.behave = () => 500
    ground.grid.publish(topic, [jobFinished('1')])
    await ground.attempts(1)
    const remove = () => ground.call(subscriptionPath('TO-APP'), { method: 'DELETE' })
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 204])
    ground.clock.advance(minutes(5))
    ground.grid.publish(topic, [jobFinished('2')])
    await ground.grid.idle()
    expect(webhook.received).toHaveLength(1)
  })
})

describe('delivery', () => {
  test('one event a request, as an array of one, with the headers of Event Grid and the stamp of the topic', async () => {
    await subscribe()
    ground.grid.publish(topic, [jobFinished('1'), jobFinished('2')])
    await ground.grid.idle()
    expect(ids().sort()).toEqual(['1', '2'])
    const first = webhook.received.find(({ body }) => (body as { id: string }[])[0]?.id === '1')
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'aeg-event-type': 'Notification',
      'aeg-subscription-name': 'TO-APP',
      'aeg-delivery-count': '0',
      'aeg-data-version': '1.0',
      'aeg-metadata-version': '1',
    })
    expect(first?.body).toEqual([{ ...jobFinished('1'), topic, metadataVersion: '1' }])
  })

  test('as CloudEvents: a single object', async () => {
    await subscribe({ schema: 'CloudEventSchemaV1_0' })
    ground.grid.publish(topic, [jobFinished('1')])
    await ground.grid.idle()
    expect(webhook.received[0]?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
    expect(webhook.received[0]?.body).toEqual({
      source: topic,
      subject: 'transforms/encode/jobs/1',
      type: 'Microsoft.Media.JobFinished',
      time: '2026-01-01T00:00:00.0000000',
      id: '1',
      data: { state: 'Finished' },
      specversion: '1.0',
    })
  })

  test('filters by topic, type and subject, without case', async () => {
    await subscribe({
      topic: topic.toUpperCase(),
      filter: {
        includedEventTypes: ['microsoft.media.jobfinished'],
        subjectBeginsWith: 'Transforms/Encode/',
        subjectEndsWith: 'X',
      },
    })
    ground.grid.publish(topic, [
      jobFinished('1x'),
      jobFinished('2'),
      jobFinished('3x', { eventType: 'Microsoft.Media.JobErrored' }),
      jobFinished('4x', { subject: 'transforms/other/jobs/4x' }),
    ])
    ground.grid.publish(`${topic}2`, [jobFinished('5x')])
    await ground.grid.idle()
    expect(ids()).toEqual(['1x'])
  })

  test('subjects with case, where asked for; All stands for every type', async () => {
    const filter = { includedEventTypes: ['All'], isSubjectCaseSensitive: true, subjectBeginsWith: 'transforms/Encode' }
    await subscribe({ filter })
    ground.grid.publish(topic, [
      jobFinished('1'),
      jobFinished('2', { eventType: 'Microsoft.Media.JobErrored', subject: 'transforms/Encode/jobs/2' }),
    ])
    await ground.grid.idle()
    expect(ids()).toEqual(['2'])
  })

  test('advanced filters of the data', async () => {
    const filter = { operatorType: 'StringIn', key: 'data.state', values: ['error', 'Canceled'] }
    await subscribe({ filter: { advancedFilters: [filter] } })
    const states = ['Finished', 'Error', 'Canceled']
    ground.grid.publish(
      topic,
      states.map(state => jobFinished(state, { data: { state } })),
    )
    await ground.grid.idle()
    expect(ids().sort()).toEqual(['Canceled', 'Error'])
  })

  test('failures are tried again after 10 s, 30 s, 1 min, 5 min, with a growing count', async () => {
    await subscribe()
    webhook.behave = () => 500
    ground.grid.publish(topic, [jobFinished('1')])
    await ground.attempts(1)
    for (const [index, wait] of [10_000, 30_000, minutes(1), minutes(5)].entries()) {
      ground.clock.advance(wait - 1)
      expect(webhook.received).toHaveLength(index + 1)
      if (index === 3) webhook.behave = () => 202
      ground.clock.advance(1)
      await ground.attempts(index + 2)
    }
    await ground.grid.idle()
    expect(webhook.received.map(({ headers }) => headers['aeg-delivery-count'])).toEqual(['0', '1', '2', '3', '4'])
    expect((await ground.deliveries()).map(({ attempt, outcome, status }) => [attempt, outcome, status])).toEqual([
      [1, 'GenericError', 500],
      [2, 'GenericError', 500],
      [3, 'GenericError', 500],
      [4, 'GenericError', 500],
      [5, 'Delivered', 202],
    ])
    expect(await ground.deadLetters()).toEqual([])
    expect(ground.counters.report().events).toEqual({ east: { Deliver: { count: 5, statuses: { 500: 4, 202: 1 } } } })
  })

  test.each([400, 401, 403, 413])('%i is not tried again: dead letter', async status => {
    await subscribe()
    webhook.behave = () => status
    ground.grid.publish(topic, [jobFinished('1')])
    await ground.grid.idle()
    expect(await ground.deadLetters()).toMatchObject([
      { subscription: 'to-app', record: { deliveryAttempts: 1, id: '1', topic, data: { state: 'Finished' } } },
    ])
    ground.clock.advance(minutes(60))
    expect(webhook.received).toHaveLength(1)
  })

  test('attempts and time to live end it', async () => {
    await subscribe({ retryPolicy: { maxDeliveryAttempts: 2 } })
    webhook.behave = () => 404
    ground.grid.publish(topic, [jobFinished('1')])
    await ground.attempts(1)
    ground.clock.advance(10_000)
    await ground.grid.idle()
    await subscribe({ retryPolicy: { eventTimeToLiveInMinutes: 1 } })
    ground.grid.publish(topic, [jobFinished('2')])
    await ground.attempts(3)
    ground.clock.advance(10_000)
    await ground.attempts(4)
    ground.clock.advance(30_000)
    await ground.attempts(5)
    // Over after a minute, and seen when the next attempt is due.
    ground.clock.advance(minutes(1))
    await ground.grid.idle()
    expect(
      (await ground.deadLetters()).map(({ record }) => [
        record.id,
        record.deadLetterReason,
        record.lastDeliveryOutcome,
        record.deliveryAttempts,
        record.lastDeliveryAttemptTime,
      ]),
    ).toEqual([
      ['1', 'MaxDeliveryAttemptsExceeded', 'NotFound', 2, '2026-01-01T00:00:10.0000000Z'],
      ['2', 'TimeToLiveExceeded', 'NotFound', 3, '2026-01-01T00:00:50.0000000Z'],
    ])
  })

  test('what is shown of deliveries holds no data', async () => {
    await subscribe()
    ground.grid.publish(topic, [jobFinished('1', { data: { canary: 'canary-value' } })])
    await ground.grid.idle()
    const shown = await ground.deliveries()
    expect(shown).toMatchObject([{ id: '1', type: 'Microsoft.Media.JobFinished', attempt: 1, outcome: 'Delivered' }])
    expect(JSON.stringify(shown)).not.toMatch(/canary-value|secret-key/)
  })

  test('P3: an outage of events holds what was published and gives it out afterwards', async () => {
    await subscribe()
    ground.faults.add({ account: 'east', plane: 'events', kind: 'outage' })
    const looked = (times: number) => eventually(() => expect(ground.faults.list()[0]?.hits).toBe(times))
    ground.grid.publish(topic, [jobFinished('1'), jobFinished('2')])
    await looked(2)
    ground.clock.advance(minutes(60))
    await looked(4)
    expect([webhook.received, await ground.deliveries()]).toEqual([[], []])
    ground.faults.remove(() => true)
    ground.clock.advance(1000)
    await ground.grid.idle()
    expect(ids().sort()).toEqual(['1', '2'])
    expect(webhook.received[0]?.headers['aeg-delivery-count']).toBe('0')
  })

  test('a lost reply: delivered, and delivered again', async () => {
    await subscribe()
    ground.faults.add({ account: 'east', plane: 'events', operation: 'Deliver', kind: 'lostReply', count: 1 })
    ground.grid.publish(topic, [jobFinished('1')])
    await ground.attempts(1)
    ground.clock.advance(10_000)
    await ground.grid.idle()
    expect(ids()).toEqual(['1', '1'])
  })
})

test('an endpoint that keeps silent is given up after the time-out and tried again', async () => {
  await ground.close()
  ground = await startGround({ answerTimeout: 300 })
  await subscribe()
  webhook.behave = () => 'silence'
  ground.grid.publish(topic, [jobFinished('1')])
  expect(await ground.attempts(1)).toMatchObject([{ outcome: 'TimedOut' }])
  webhook.behave = () => 204
  ground.clock.advance(10_000)
  await ground.grid.idle()
  expect(ids()).toEqual(['1', '1'])
})

test('pace makes waits and the time to live shorter alike', async () => {
  await ground.close()
  ground = await startGround({ pace: 0.01 })
  await subscribe({ retryPolicy: { eventTimeToLiveInMinutes: 1 } })
  webhook.behave = () => 500
  ground.grid.publish(topic, [jobFinished('1')])
  await ground.attempts(1)
  ground.clock.advance(100)
  await ground.attempts(2)
  ground.clock.advance(300)
  await ground.attempts(3)
  ground.clock.advance(600)
  await ground.grid.idle()
  expect(await ground.deadLetters()).toMatchObject([
    { record: { deadLetterReason: 'TimeToLiveExceeded', deliveryAttempts: 3 } },
  ])
})

describe('custom topics', () => {
  const path = '/topics/titles/api/events'
  const custom = () => ground.grid.topicId('titles')
  const post = (
    body: string,
    contentType = 'application/json',
    headers: Record<string, string> = { 'aeg-sas-key': 'k' },
  ) => ground.call(path, { method: 'POST', body, headers: { 'content-type': contentType, ...headers } })
  const event = {
    id: '1',
    subject: 'locators/l1',
    eventType: 'Twinstream.LocatorCreated',
    eventTime: '2026-01-01T00:00:00Z',
    data: { a: 1 },
    dataVersion: '1',
  }

  test.each(['EventGrid', 'CloudEvent'] as const)('take what @azure/eventgrid sends as %s', async schema => {
    await subscribe({ topic: custom(), schema: schema === 'EventGrid' ? 'EventGridSchema' : 'CloudEventSchemaV1_0' })
    const key = new AzureKeyCredential('any')
    const options = { allowInsecureConnection: true }
    const data = { locatorName: 'l1' }
    if (schema === 'EventGrid')
      await new EventGridPublisherClient(ground.url + path, 'EventGrid', key, options).send([
        { eventType: 'Twinstream.LocatorCreated', subject: 'locators/l1', dataVersion: '1', data },
      ])
    else
      await new EventGridPublisherClient(ground.url + path, 'CloudEvent', key, options).send([
        { type: 'Twinstream.LocatorCreated', source: '/publisher', subject: 'locators/l1', data },
      ])
    await ground.grid.idle()
    const expected =
      schema === 'EventGrid'
        ? [{ topic: custom(), eventType: 'Twinstream.LocatorCreated', data, metadataVersion: '1' }]
        : { source: '/publisher', type: 'Twinstream.LocatorCreated', data, specversion: '1.0' }
    expect(webhook.received[0]?.body).toMatchObject(expected)
  })

  test.each([
    ['no JSON', 'nonsense', 'array'],
    ['no array', JSON.stringify(event), 'array'],
    ['no object', '[1]', 'event 0'],
    ['an event without type', JSON.stringify([event, { ...event, eventType: '' }]), 'event 1'],
    ['a time that is none', JSON.stringify([{ ...event, eventTime: 'soon' }]), 'eventTime'],
    ['another topic', JSON.stringify([{ ...event, topic: '/other' }]), 'topic'],
  ])('%s is 400, and nothing of the request is delivered', async (_, body, named) => {
    await subscribe({ topic: custom() })
    const refused = await post(body)
    expect([refused.status, messageOf(refused)]).toEqual([400, expect.stringContaining(named)])
    await ground.grid.idle()
    expect(webhook.received).toEqual([])
  })

  test('a CloudEvent that is none is 400; CloudEvents cannot go to a subscriber of the other schema', async () => {
    const cloud = { specversion: '1.0', id: '1', source: '/s', type: 't' }
    expect((await post(JSON.stringify({ ...cloud, specversion: '2' }), 'application/cloudevents+json')).status).toBe(
      400,
    )
    expect((await post(JSON.stringify(cloud), 'application/cloudevents+json')).status).toBe(200)
    await subscribe({ topic: custom() })
    const refused = await post(JSON.stringify([cloud]), 'application/cloudevents-batch+json')
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('to-app')])
  })

  test('without credentials 401; above 1 MB 413; another method 405', async () => {
    expect((await post(JSON.stringify([event]), 'application/json', {})).status).toBe(401)
    const large = JSON.stringify([{ ...event, data: 'x'.repeat(1024 * 1024) }])
    expect((await post(large)).status).toBe(413)
    expect((await ground.call(path)).status).toBe(405)
  })

  test('an outage closes the connection; a busy service answers', async () => {
    ground.faults.add({ account: 'titles', plane: 'events', operation: 'Publish', kind: 'outage', count: 1 })
    await expect(post(JSON.stringify([event]))).rejects.toThrow('fetch failed')
    ground.faults.add({ account: 'titles', plane: 'events', operation: 'Publish', kind: '503', count: 1 })
    expect((await post(JSON.stringify([event]))).status).toBe(503)
    expect((await post(JSON.stringify([event]))).status).toBe(200)
    expect(ground.counters.report().events.titles?.Publish?.statuses).toEqual({ none: 1, 503: 1, 200: 1 })
  })
})

test('other paths are left to others', async () => {
  expect((await ground.call('/subscriptions/s')).status).toBe(599)
  expect((await ground.call('/_sim/eventgrid/nothing')).status).toBe(599)
})
