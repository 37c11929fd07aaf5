import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AzureKeyCredential } from '@azure/eventgrid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allowList } from '../../../src/lib/events/allow-list.ts'
import { readEvent } from '../../../src/lib/events/read-event.ts'
import { createLocatorEventSender } from '../../../src/lib/events/sender.ts'

const topicId = '/subscriptions/a/resourceGroups/b/providers/Microsoft.EventGrid/topics/c'
const account = { key: 'east', subscriptionId: 's', resourceGroup: 'g', accountName: 'contosoeast' }
const accountId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Media/mediaservices/contosoeast'
const allow = allowList([account], [topicId])

let received: { headers: IncomingMessage['headers']; body: readonly Record<string, unknown>[] }[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
  response.end()
})

beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise(resolve => server.close(resolve)))
beforeEach(() => {
  received = []
})

const sender = (schema: 'EventGrid' | 'CloudEvent') =>
  createLocatorEventSender({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/events`,
    schema,
    credential: new AzureKeyCredential('topic-key'),
    topicId,
    account: accountId,
  })

const locator = {
  locatorName: 'film "1" #2',
  assetName: 'film-1',
  streamingLocatorId: '9c6f1b7e-1111-4222-8333-444455556666',
}

describe('createLocatorEventSender', () => {
  it.each(['EventGrid', 'CloudEvent'] as const)('sends what the app reads, in the %s schema', async schema => {
    await sender(schema).locatorCreated(locator)
    await sender(schema).locatorDeleted({ locatorName: 'film-1-clear' })
    expect(received.map(({ headers }) => headers['aeg-sas-key'])).toEqual(['topic-key', 'topic-key'])
    // The topic stamps itself on events of the EventGrid schema.
    const events = received
      .flatMap(({ body }) => body)
      .map(event => (schema === 'EventGrid' ? { ...event, topic: topicId } : event))
    expect(events.map(event => readEvent(event, allow).triggers)).toEqual([
      [
        {
          kind: 'streamingLocator',
          account: 'east',
          name: locator.locatorName,
          reason: 'locatorCreated',
          asset: 'film-1',
          id: locator.streamingLocatorId,
        },
      ],
      [{ kind: 'streamingLocator', account: 'east', name: 'film-1-clear', reason: 'locatorDeleted' }],
    ])
  })

  it('sends no key over plain http to another machine', async () => {
    const far = createLocatorEventSender({
      endpoint: 'http://topic.example/api/events',
      schema: 'EventGrid',
      credential: new AzureKeyCredential('topic-key'),
      topicId,
    })
    await expect(far.locatorCreated(locator)).rejects.toThrow(/allowInsecureConnection/)
  })
})
