/** The whole simulator over HTTP, with storage, Event Grid and a webhook, on one clock that is moved by hand. */
import { join } from 'node:path'
import { startAzurite } from '../../../../local/azurite.ts'
import { manualClock } from '../../../../local/simulator/clock.ts'
import { createEventGrid } from '../../../../local/simulator/event-grid/event-grid.ts'
import { Faults } from '../../../../local/simulator/faults.ts'
import { startSimulator } from '../../../../local/simulator/simulator.ts'
import { createBlobStore } from '../../../../local/simulator/storage/blob-store.ts'
import { startStorage } from '../../../../local/simulator/storage/storage.ts'
import { clientOf, topology } from '../../../contract/support/client.ts'
import { eventually } from '../../../support/eventually.ts'
import { resourceOf, startWebhook, subscriptionPath, type Wanted } from './event-grid/ground.ts'

const storageAccounts = { east: 'contosoeaststore', west: 'contosoweststore' }
const key = Buffer.alloc(64, 7).toString('base64')
const topic = 'publishing'
const sampleDir = join(import.meta.dirname, '../../../../local/sample')

export const startFaultGround = async () => {
  await using cleanup = new AsyncDisposableStack()
  const azurite = await startAzurite({ accounts: Object.values(storageAccounts).map(name => ({ name, key })) })
  cleanup.defer(() => azurite.close())
  const clock = manualClock(new Date())
  const faults = new Faults()
  const accountOf = (name: string) => (name === storageAccounts.east ? 'east' : 'west')
  const storage = await startStorage({ azurite, faults, counters: { count() {} }, accountOf, clock })
  cleanup.defer(() => storage.close())
  const blobStore = createBlobStore(azurite, storage.url)
  const events = createEventGrid({ faults, clock, accountOfTopic: () => 'east', blobStore })
  cleanup.defer(() => events.close())
  const simulator = await startSimulator({ topology, blobStore, events, faults, clock, sampleDir })
  cleanup.defer(() => simulator.close())
  const webhook = await startWebhook()
  cleanup.defer(() => webhook.close())
  const east = clientOf(simulator)

  /** A request to storage with an identity. */
  const blob = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
    fetch(`${storage.url}/${storageAccounts.east}/${path}`, {
      method,
      headers: {
        authorization: 'Bearer any',
        'x-ms-version': '2021-12-02',
        ...(body === undefined ? {} : { 'x-ms-blob-type': 'BlockBlob' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
  const publish = (id: string) =>
    fetch(`${simulator.url}/topics/${topic}/api/events`, {
      method: 'POST',
      headers: { 'aeg-sas-key': 'any' },
      body: JSON.stringify([
        { id, subject: id, eventType: 'Test', eventTime: '2026-01-01T00:00:00Z', data: {}, dataVersion: '1' },
      ]),
    })
  const parts = cleanup.move()
  return {
    simulator,
    clock,
    webhook,
    blobStore,
    east,
    west: clientOf(simulator, 'west'),
    blob,
    publish,
    storageAccount: storageAccounts.east,
    subscribe: (name: string, more: Partial<Wanted> = {}) =>
      east('PUT', subscriptionPath(name, events.topicId(topic)), resourceOf({ endpoint: webhook.url, ...more })),
    unsubscribe: (name: string) => east('DELETE', subscriptionPath(name, events.topicId(topic))),
    /** Ids of the events that reached the webhook, in order, once there are so many. */
    received: (count: number) =>
      eventually(() => {
        const ids = webhook.received.map(({ body }) => (body as { id: string }[])[0]?.id)
        if (ids.length < count) throw new Error(`${ids.length} of ${count} events`)
        return ids
      }),
    /** Waits until a rule has struck so often. */
    struck: (id: string, hits = 1) =>
      eventually(async () => {
        const { body } = await east('GET', '/_sim/faults')
        const found = (body as { id: string; hits: number }[]).find(fault => fault.id === id)
        if (found === undefined || found.hits < hits) throw new Error('not struck yet')
      }),
    /** Waits until so many attempts to deliver are over. */
    tried: (count: number) =>
      eventually(async () => {
        const { body } = await east('GET', '/_sim/eventgrid/deliveries')
        if (body.value.length < count) throw new Error(`${body.value.length} of ${count} attempts`)
      }),
    idle: () => events.idle(),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
export type FaultGround = Awaited<ReturnType<typeof startFaultGround>>
