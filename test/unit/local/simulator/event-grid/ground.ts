/** Event Grid on a real HTTP server, a clock that is moved by hand, and a webhook that answers as told. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { manualClock } from '../../../../../local/simulator/clock.ts'
import { Counters } from '../../../../../local/simulator/counters.ts'
import type { DeadLetter, DeliveryRecord } from '../../../../../local/simulator/event-grid/delivery-log.ts'
import { createEventGrid, type EventGridOptions } from '../../../../../local/simulator/event-grid/event-grid.ts'
import type { PublishedEvent } from '../../../../../local/simulator/event-publisher.ts'
import { Faults } from '../../../../../local/simulator/faults.ts'
import { eventually } from '../../../../support/eventually.ts'

export const topic = '/subscriptions/s/resourceGroups/r/providers/Microsoft.Media/mediaservices/eastaccount'

export const jobFinished = (id: string, more: Partial<PublishedEvent> = {}): PublishedEvent => ({
  id,
  eventType: 'Microsoft.Media.JobFinished',
  subject: `transforms/encode/jobs/${id}`,
  eventTime: '2026-01-01T00:00:00.0000000',
  data: { state: 'Finished' },
  dataVersion: '1.0',
  ...more,
})

const listen = async (listener: RequestListener) => {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export interface Received {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** What a webhook does with one request: a status, or `silence` for no answer. */
export type Behaviour = (request: Received) => number | 'silence'

export const startWebhook = async () => {
  const received: Received[] = []
  const webhook = {
    /** Notifications only. */
    received,
    handshakes: [] as Received[],
    behave: (() => 200) as Behaviour,
    /** What it does with a handshake before it answers. */
    challenged: async (_request: Received): Promise<void> => {},
    /** Answer to a handshake, as far as it is not the right one. */
    handshake: undefined as { status: number; body?: string; allowed?: string | false } | undefined,
  }
  const server = await listen(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const seen = { method: request.method ?? '', headers: request.headers, body }
    if (request.method === 'OPTIONS') {
      webhook.handshakes.push(seen)
      await webhook.challenged(seen)
      const allowed = webhook.handshake?.allowed ?? '*'
      if (allowed !== false) response.setHeader('WebHook-Allowed-Origin', allowed)
      response.writeHead(webhook.handshake?.status ?? 200).end()
      return
    }
    if (request.headers['aeg-event-type'] === 'SubscriptionValidation') {
      webhook.handshakes.push(seen)
      await webhook.challenged(seen)
      const [event] = body as { data: { validationCode: string } }[]
      response
        .writeHead(webhook.handshake?.status ?? 200)
        .end(webhook.handshake?.body ?? JSON.stringify({ validationResponse: event?.data.validationCode }))
      return
    }
    received.push(seen)
    const answer = webhook.behave(seen)
    if (answer !== 'silence') response.writeHead(answer).end()
  })
  return Object.assign(webhook, server)
}

/** A subscription in few words. */
export interface Wanted {
  readonly topic?: string
  readonly endpoint: string
  readonly schema?: unknown
  /** Of the destination. */
  readonly batch?: object
  readonly filter?: object
  readonly retryPolicy?: object
  /** Name of a container of the account `deadstore`. */
  readonly deadLetters?: string | undefined
  /** Further properties as they are. */
  readonly more?: object
}

export const subscriptionPath = (name: string, of = topic) =>
  `${of}/providers/Microsoft.EventGrid/eventSubscriptions/${name}`

/** As Resource Manager spells it. */
export const resourceOf = ({ endpoint, schema, batch, filter, retryPolicy, deadLetters, more }: Wanted) => ({
  properties: {
    destination: { endpointType: 'WebHook', properties: { endpointUrl: endpoint, ...batch } },
    filter,
    retryPolicy,
    eventDeliverySchema: schema,
    ...(deadLetters === undefined
      ? {}
      : {
          deadLetterDestination: {
            endpointType: 'StorageBlob',
            properties: {
              resourceId: '/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/deadstore',
              blobContainerName: deadLetters,
            },
          },
        }),
    ...more,
  },
})

export const startGround = async (options: Partial<EventGridOptions> = {}) => {
  const clock = manualClock(new Date('2026-01-01T00:00:00Z'))
  const faults = new Faults()
  const counters = new Counters()
  const accountOfTopic = (id: string) => (id.endsWith('eastaccount') ? 'east' : undefined)
  const grid = createEventGrid({ clock, faults, counters, accountOfTopic, ...options })
  const server = await listen(async (request, response) => {
    if (!(await grid.handle(request, response))) response.writeHead(599).end()
  })
  const call = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${server.url}${path}`, init)
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) }
  }
  const list = async <T>(name: string) => ((await call(`/_sim/eventgrid/${name}`)).body?.value ?? []) as T[]
  return {
    grid,
    clock,
    faults,
    counters,
    url: server.url,
    call,
    subscribe: (name: string, wanted: Wanted) =>
      call(subscriptionPath(name, wanted.topic), { method: 'PUT', body: JSON.stringify(resourceOf(wanted)) }),
    deliveries: () => list<DeliveryRecord>('deliveries'),
    deadLetters: () => list<DeadLetter>('deadletters'),
    /** Waits until so many attempts have ended. */
    attempts: (count: number) =>
      eventually(async () => {
        const records = await list<DeliveryRecord>('deliveries')
        if (records.length < count) throw new Error(`${records.length} of ${count} attempts`)
        return records
      }),
    close: async () => {
      grid.close()
      await server.close()
    },
  }
}
