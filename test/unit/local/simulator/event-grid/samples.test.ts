/** What the simulator tells of jobs and resources, held against the published samples and read by the app. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { manualClock } from '../../../../../local/simulator/clock.ts'
import { createEventGrid } from '../../../../../local/simulator/event-grid/event-grid.ts'
import { Faults } from '../../../../../local/simulator/faults.ts'
import { allowList } from '../../../../../src/lib/events/allow-list.ts'
import { readEvent } from '../../../../../src/lib/events/read-event.ts'
import { subscriptionId, topology } from '../../../../contract/support/client.ts'
import { describeWithData } from '../../../../contract/support/shared-data.ts'
import { eventually } from '../../../../support/eventually.ts'
import { ground } from '../ground.ts'
import { resourceOf, startWebhook, subscriptionPath } from './ground.ts'
import { shapeOf } from './shapes.ts'

type Event = Readonly<Record<string, unknown>> & { readonly data: Readonly<Record<string, unknown>> }

const subscription = `/subscriptions/${subscriptionId}`
const group = `${subscription}/resourceGroups/media-east`
const account = `${group}/providers/Microsoft.Media/mediaservices/contosoeast`
const asPerson = {}
const asApp = { authorization: 'Bearer app' }

/** All events that came, in both schemas. */
let events: readonly Event[] = []
let end: () => Promise<void>

const transform = {
  properties: { outputs: [{ preset: { '@odata.type': '#Microsoft.Media.VideoAnalyzerPreset' } }] },
}
const jobOf = (correlationData?: object, label = '') => ({
  properties: {
    input: { '@odata.type': '#Microsoft.Media.JobInputHttp', files: ['https://source/a.mp4'], label },
    outputs: [{ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: 'film' }],
    correlationData,
  },
})
/** The data that the samples' own jobs have. */
const [usual, progress] = [
  { testKey1: 'testValue1', testKey2: 'testValue2' },
  { TestKey1: 'TestValue1', testKey2: 'testValue2' },
]
const liveEvent = { location: 'eastus2', properties: { input: { streamingProtocol: 'RTMP' } } }

beforeAll(async () => {
  const clock = manualClock(new Date('2026-01-01T00:00:00Z'))
  const grid = createEventGrid({ clock, faults: new Faults() })
  const g = await ground({ clock, events: grid, switches: { armEvents: true } })
  const webhook = await startWebhook()
  end = async () => {
    grid.close()
    await webhook.close()
    await g[Symbol.asyncDispose]()
  }
  const east = async (...call: Parameters<typeof g.east>) => {
    const answer = await g.east(...call)
    expect(answer.status, `${call[0]} ${call[1]}: ${answer.text}`).toBeLessThan(300)
  }
  await east('PUT', '/_sim/tokens', { token: 'app', principal: 'publisher', grants: { '*': 'Owner' } })
  for (const topic of [account, group, subscription])
    for (const schema of ['EventGridSchema', 'CloudEventSchemaV1_0'])
      await east('PUT', subscriptionPath(schema.slice(0, 5), topic), resourceOf({ endpoint: webhook.url, schema }))
  for (const headers of [asPerson, asApp]) {
    const call = (method: string, path: string, body?: object) => east(method, path, body, headers)
    await call('PUT', 'assets/film', { properties: {} })
    await call('PUT', 'contentKeyPolicies/clear', {
      properties: {
        options: [
          {
            configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
            restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
          },
        ],
      },
    })
    await call('PUT', 'streamingPolicies/own', {
      properties: {
        noEncryption: { enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: false } },
      },
    })
    await call('PUT', 'streamingLocators/film', { properties: { assetName: 'film', streamingPolicyName: 'own' } })
    await call('POST', 'streamingLocators/film/listPaths')
    for (const path of ['streamingLocators/film', 'streamingPolicies/own', 'contentKeyPolicies/clear'])
      await call('DELETE', path)
    await call('PUT', 'liveEvents/show', liveEvent)
    clock.advance(1000)
    await call('PUT', 'liveEvents/show/liveOutputs/one', {
      properties: { assetName: 'film', archiveWindowLength: 'PT1H' },
    })
    await call('DELETE', 'liveEvents/show/liveOutputs/one')
    clock.advance(1000)
    await call('DELETE', 'liveEvents/show')
    clock.advance(1000)
    await call('DELETE', 'assets/film')
  }
  await east('PUT', 'assets/film', { properties: {} })
  await east('PUT', 'transforms/t', transform)
  await east('PUT', 'transforms/t/jobs/plain', jobOf())
  await east('PUT', 'transforms/t/jobs/usual', jobOf(usual))
  await east('PUT', 'transforms/t/jobs/progress', jobOf(progress))
  await east('PUT', 'transforms/t/jobs/failing', jobOf(usual, 'simulate-error'))
  await east('PUT', 'transforms/t/jobs/stopping', jobOf(usual))
  clock.advance(300)
  await east('POST', 'transforms/t/jobs/stopping/cancelJob')
  clock.advance(1000)
  const ofType = (type: string) => events.filter(event => event.eventType === `Microsoft.Media.${type}`)
  await eventually(async () => {
    await grid.idle()
    events = webhook.received.flatMap(({ body }) => body as Event | Event[])
    expect(ofType('JobFinished')).toHaveLength(3)
    expect([ofType('JobErrored').length, ofType('JobCanceled').length]).toEqual([1, 1])
  })
})
afterAll(() => end())

const typeOf = (event: Event) => String(event.eventType ?? event.type)
const operationOf = (event: Event): string | undefined =>
  String(event.data.operationName).startsWith('Microsoft.Media/') ? String(event.data.operationName) : undefined

/** The events that a sample can be compared with. */
const counterparts = (sample: Event): Event[] =>
  events.filter(
    event =>
      typeOf(event) === typeOf(sample) &&
      'eventType' in event === 'eventType' in sample &&
      (operationOf(sample) === undefined || operationOf(event) === operationOf(sample)),
  )

/** Written by hand with fewer claims than a token has. */
const withFewerClaims = (event: Event, sample: Event): Event => {
  const { claims, ...rest } = event.data
  const kept = Object.keys((sample.data.claims as object | undefined) ?? {})
  const fewer = Object.entries((claims as object | undefined) ?? {}).filter(([name]) => kept.includes(name))
  return { ...event, data: { ...rest, claims: Object.fromEntries(fewer) } }
}

/** Nothing is ingested, so there is nothing to tell of; and what failed is not told. */
const notTold = /LiveEvent|Resource\w+(Failure|Cancel)/
/** The other side of the handshake and dead letters: see their own tests. */
const others = /SubscriptionValidation|dead-letter/

describeWithData('each published sample', 'events', folder => {
  const files = ['', 'derived'].flatMap(below =>
    readdirSync(join(folder, below))
      .filter(name => name.endsWith('.json'))
      .map(name => join(below, name)),
  )
  const told = files.filter(name => !notTold.test(name) && !others.test(name))

  test('is of a type that is told, or known not to be', () => {
    expect(told.length).toBeGreaterThanOrEqual(24)
    expect(files.filter(name => notTold.test(name) && !/ARM\.LiveOutput/.test(name)).length).toBeLessThanOrEqual(12)
  })

  test.each(told)('%s has the members of what is told, with the same types', name => {
    const [sample] = JSON.parse(readFileSync(join(folder, name), 'utf8')) as [Event]
    const isDerived = name.includes('ARM.')
    const shapes = counterparts(sample).map(event => shapeOf(isDerived ? withFewerClaims(event, sample) : event))
    expect(shapes).not.toEqual([])
    expect(shapes).toContainEqual(shapeOf(sample))
  })
})

const resources: Readonly<Record<string, string>> = {
  assets: 'asset',
  streamingLocators: 'streamingLocator',
  contentKeyPolicies: 'contentKeyPolicy',
  streamingPolicies: 'streamingPolicy',
  accountFilters: 'accountFilter',
}
/** What a write or delete is a reason to look at; undefined where its resource is not replicated. */
const kindOf = (event: Event): string | undefined =>
  resources[/\/mediaservices\/[^/]+\/([^/]+)/i.exec(String((event as { subject?: unknown }).subject))?.[1] ?? '']

test('the app reads every event that is told: what is replicated is looked at, all others ignored by code', () => {
  const { subscriptionId: id, resourceGroup, accountName } = topology.accounts.east
  const allow = allowList([{ key: 'east', subscriptionId: id, resourceGroup, accountName }], [])
  expect(events.length).toBeGreaterThan(100)
  for (const event of events) {
    const reading = readEvent(event, allow)
    const isChange = /Resource(Write|Delete)Success$/.test(typeOf(event))
    const kind = isChange ? kindOf(event) : undefined
    if (/Job(Output)?Finished$/.test(typeOf(event)))
      expect(reading).toMatchObject({ triggers: [{ kind: 'asset', account: 'east', name: 'film' }], ignored: [] })
    else if (kind !== undefined) expect(reading).toMatchObject({ triggers: [{ kind, account: 'east' }], ignored: [] })
    else expect(reading).toEqual({ triggers: [], ignored: [isChange ? 'ResourceNotUsed' : 'EventTypeNotUsed'] })
  }
})
