/** What the app tells of a demo in which everything fails once that handles a secret. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TableClient, TableServiceClient } from '@azure/data-tables'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { codes } from '../../src/lib/codes.ts'
import { bucketNames } from '../../src/lib/media/governor/buckets.ts'
import { kinds, outcomeNames } from '../../src/lib/model.ts'
import { sweepKinds } from '../../src/lib/sweep/operation.ts'
import { type EventName, events, type MetricAttribute, metrics } from '../../src/lib/telemetry/catalogue.ts'
import { leaks } from '../support/leaks.ts'
import { type Collector, startCollector } from './collector.ts'
import { deliver, encode, eventually, inSync, jobFinished, keysOf, publish, unit } from './support.ts'
import { sweep } from './sweep-support.ts'

/** Values that are nowhere else in the world, so that one find is a leak. */
const canaries = {
  contentKey: Buffer.from('CANARY-key-16-by').toString('base64'),
  verificationKey: Buffer.from('CANARY-verification-key-of-32-by').toString('base64'),
  secondKey: Buffer.from('CANARY-second-ke').toString('base64'),
}

const places = new Map<string, string>()
const keep = (place: string, text: string) => places.set(place, `${places.get(place) ?? ''}\n${text}`)

let stack: Stack
let collector: Collector
beforeAll(async () => {
  collector = await startCollector()
  stack = await startStack({
    settings: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    log: (source, line) => keep(`log of ${source}`, line),
    // Read by SAS, so that there are signatures to be leaked.
    topology: made => ({
      ...made,
      accounts: { ...made.accounts, east: { ...made.accounts.east, storageAccess: 'containerSas' } },
    }),
  })
  await demo()
  await failures()
  await readAnswers()
  await rest()
  await stack.host.close()
}, 240_000)
afterAll(async () => {
  await stack?.close()
  await collector[Symbol.asyncDispose]()
})

const keyPolicy = (keyValue: string) => ({
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: {
        '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
        issuer: 'i',
        audience: 'a',
        restrictionTokenType: 'Jwt',
        primaryVerificationKey: { '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey', keyValue },
      },
    },
  ],
})

const published = (locator: string, key: string) =>
  eventually(
    `${locator} is in B, with its key`,
    async () =>
      (await stack.accounts.west.arm.get(`streamingLocators/${locator}`)) !== undefined &&
      JSON.stringify(await keysOf(stack, 'west', locator)).includes(key),
  )

const demo = async () => {
  const { arm } = stack.accounts.east
  await arm.put('contentKeyPolicies/secret', keyPolicy(canaries.verificationKey))
  await encode(stack, 'film')
  await publish(stack, 'film', 'film-aes', {
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'secret',
    contentKeys: [
      {
        id: '0cab0000-1111-4222-8333-444455556666',
        labelReferenceInStreamingPolicy: 'clearKeyDefault',
        value: canaries.contentKey,
      },
    ],
  })
  await inSync(stack, 'film')
  await published('film-aes', canaries.contentKey)
}

/** The same with everything failing that handles a secret. */
const failures = async () => {
  const { arm } = stack.accounts.east
  const secretCalls = [
    ['east', 'StreamingLocators_ListContentKeys'],
    ['east', 'ContentKeyPolicies_GetPolicyPropertiesWithSecrets'],
    ['east', 'Assets_ListContainerSas'],
    ['west', 'StreamingLocators_Create'],
    ['west', 'ContentKeyPolicies_CreateOrUpdate'],
    ['west', 'CopyBlobFromUrl'],
  ] as const
  for (const kind of ['500', 'lostReply', 'reset', '429'] as const) {
    for (const [account, operation] of secretCalls) stack.simulator.fault({ account, operation, kind, count: 4 })
  }
  await arm.put('contentKeyPolicies/second', keyPolicy(canaries.verificationKey))
  await encode(stack, 'second')
  await publish(stack, 'second', 'second-aes', {
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'second',
    contentKeys: [
      {
        id: '0cab0001-1111-4222-8333-444455556666',
        labelReferenceInStreamingPolicy: 'clearKeyDefault',
        value: canaries.secondKey,
      },
    ],
  })
  await eventually('the trouble was met', async () => (await unit(stack, 'second'))?.outcome !== undefined)
  stack.simulator.clearFaults()
  await inSync(stack, 'second')
  await published('second-aes', canaries.secondKey)
}

const readAnswers = async () => {
  const resync = await stack.api.fetch('/api/resync', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ route: 'east>west', all: true, dryRun: true }),
  })
  const location = resync.headers.get('location') ?? ''
  keep('answers', await resync.text())
  await eventually('the dry run has ended', async () => {
    const text = await (await stack.api.fetch(location)).text()
    keep('answers', text)
    return !text.includes('"running"')
  })
  const paths = [
    '/api/units?route=east>west',
    '/api/units?route=east>west&kind=asset&name=film',
    '/api/health',
    `${location}/report`,
    '/api/nowhere',
  ]
  for (const path of paths) keep('answers', await (await stack.api.fetch(path)).text())
}

const readHub = async () => {
  const options = { allowInsecureConnection: true }
  for await (const { name } of TableServiceClient.fromConnectionString(stack.hubConnection, options).listTables()) {
    if (name === undefined) continue
    for await (const row of TableClient.fromConnectionString(stack.hubConnection, name, options).listEntities()) {
      keep(`table ${name}`, JSON.stringify(row))
    }
  }
}

/** Files as bytes in Latin-1, so that nothing is lost in decoding. Keys of the host itself are meant to be there. */
const readState = () => {
  for (const name of readdirSync(stack.hostStateDir, { recursive: true, encoding: 'utf8' })) {
    if (name === 'keys.json') continue
    try {
      keep(`file ${name}`, readFileSync(join(stack.hostStateDir, name), 'latin1'))
    } catch {
      // A folder.
    }
  }
}

/** What is told of beside passes: refusals, sweeps, the timers of every minute and every day. */
const rest = async () => {
  await stack.api.fetch('/api/units?route=nowhere')
  await stack.api.fetch('/api/resync', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ route: 'east>west', assets: ['film'] }),
  })
  await deliver(stack, JSON.stringify([{ ...jobFinished(stack, 'film'), topic: '/subscriptions/somebody-else' }]))
  await sweep(stack, 'full')
  await stack.accounts.east.arm.put('assets/empty', {})
  await deliver(stack, JSON.stringify([jobFinished(stack, 'empty')]))
  await eventually('a unit waits', async () => (await unit(stack, 'empty'))?.code === 'SourceEmpty')
  for (const name of ['dispatch', 'tidy']) await stack.api.fire(name)
  const before = (await unit(stack, 'film'))?.observed ?? 0
  await deliver(stack, JSON.stringify([{ ...jobFinished(stack, 'film'), id: 'once-more' }]))
  await eventually(
    'an event of a title in sync was looked at',
    async () => ((await unit(stack, 'film'))?.observed ?? 0) > before,
  )
}

it('P6: no secret leaves an activity: not in files, ledger, logs, metrics or answers, failures included', async () => {
  await readHub()
  readState()
  keep('metrics', collector.bodies.join('\n'))

  const secrets = { ...canaries, eastToken: stack.tokens.east, westToken: stack.tokens.west }
  expect(leaks(places, Object.entries(secrets))).toEqual([])
  // A scan that read nothing finds nothing.
  expect([...places.keys()]).toEqual(
    expect.arrayContaining(['log of host', 'answers', 'table TwinstreamUnits', 'file durable.db']),
  )
  for (const place of ['log of host', 'table TwinstreamUnits']) expect(places.get(place)).toContain('film')
  expect(places.get('metrics')).toContain('east>west')
})

describe('metrics', () => {
  const lists: Readonly<Record<MetricAttribute, readonly string[]>> = {
    route: ['east>west'],
    kind: kinds,
    outcome: outcomeNames,
    code: Object.keys(codes),
    state: ['running', 'due', 'behind', ...outcomeNames],
    sweep: ['resync', ...sweepKinds],
    account: ['east', 'west'],
    bucket: bucketNames,
    status: ['none', '2xx', '3xx', '4xx', '429', '5xx'],
  }

  it('P8: are those of the catalogue, all of them, each as it says', () => {
    const measured = collector.measured()
    const found = Map.groupBy(measured, ({ name }) => name)
    // Measured while a route is on hold, as test/unit/durable/gauges.test.ts shows.
    const { 'twinstream.hold.age': _, ...here } = metrics
    expect(new Set(found.keys())).toEqual(new Set(Object.keys(here)))
    for (const [name, { as, unit: ucum, what, attributes }] of Object.entries(here)) {
      const values = found.get(name) ?? []
      expect(new Set(values.map(one => [one.as, one.unit, one.what].join(' | '))), name).toEqual(
        new Set([[as, ucum, what].join(' | ')]),
      )
      expect(new Set(values.flatMap(one => Object.keys(one.attributes))), name).toEqual(new Set(attributes))
      expect(
        values.filter(({ value }) => !(value >= 0)),
        name,
      ).toEqual([])
    }
  })

  it('P9: have a bounded number of series: no attribute holds anything but what a list of the code or the topology has', () => {
    for (const { name, attributes } of collector.measured())
      for (const [attribute, value] of Object.entries(attributes))
        expect(lists[attribute as MetricAttribute], `${attribute} of ${name}`).toContain(value)
    expect(new Set(collector.resources().flatMap(Object.keys))).toEqual(
      new Set(['service.name', 'service.instance.id']),
    )
  })

  it('P8: tell what was copied, and how the calls ended', () => {
    const last = (name: string, wanted: Readonly<Record<string, string>>) =>
      collector
        .measured()
        .filter(
          one => one.name === name && Object.entries(wanted).every(([key, value]) => one.attributes[key] === value),
        )
        .at(-1)?.value
    expect(last('twinstream.copied', { route: 'east>west' })).toBeGreaterThan(100_000)
    expect(
      last('twinstream.calls', { account: 'east', bucket: 'policySecrets', status: '2xx' }),
    ).toBeGreaterThanOrEqual(2)
    expect(last('twinstream.calls', { account: 'east', status: 'none' })).toBeGreaterThanOrEqual(1)
    expect(last('twinstream.calls.left', { account: 'west', bucket: 'reads' })).toBeGreaterThan(0)
    expect(last('twinstream.units', { state: 'waiting', code: 'SourceEmpty' })).toBe(1)
  })
})

describe('the log', () => {
  /** Not of this demo: shown by another test, or in need of what no test has. */
  const elsewhere: Partial<Record<EventName, string>> = {
    settingsBroken: 'test/unit/functions/receive-event.test.ts',
    filesReplaced: 'test/unit/durable/copy-step.test.ts',
    canaryRebuilt: 'test/e2e/readiness.test.ts',
    canaryLate: 'test/unit/durable/canary.test.ts',
    ...Object.fromEntries(
      (['accountAnswers', 'holdBegan', 'holdEnded', 'runOrphaned', 'stepFailed', 'dispatched'] as const).map(name => [
        name,
        'test/unit/durable/watch.test.ts',
      ]),
    ),
    startFailed: 'needs a task hub that takes no starts',
    purgeFailed: 'needs a task hub that removes no history',
    telemetryFailed: 'needs Application Insights',
  }
  /** Of an error that nobody named. */
  const unseen: Partial<Record<EventName, readonly string[]>> = { requestRefused: ['error'] }
  type Line = { readonly event: EventName } & Readonly<Record<string, unknown>>
  const lines = (): readonly Line[] =>
    [...(places.get('log of host') ?? '').matchAll(/(\{"event":.*\})$/gm)].map(
      ([, json = '']) => JSON.parse(json) as Line,
    )
  const of = (event: EventName) => lines().filter(line => line.event === event)

  it('P8: has the events of the catalogue with their attributes, and no others', () => {
    const found = Map.groupBy(lines(), ({ event }) => event)
    for (const [name, all] of found)
      expect(new Set([...all.flatMap(Object.keys), ...(unseen[name] ?? [])]), name).toEqual(
        new Set(['event', ...events[name].attributes]),
      )
    for (const [name, where] of Object.entries(elsewhere))
      if (!where.startsWith('needs ')) expect(readFileSync(where, 'utf8'), where).toContain(name)
    expect(new Set([...found.keys(), ...Object.keys(elsewhere)])).toEqual(new Set(Object.keys(events)))
  })

  it('P8: leads from an event to the unit that it asked for, and to what became of that', () => {
    const [outcome] = of('outcomeRecorded').filter(({ name, outcome: how }) => name === 'film' && how === 'inSync')
    expect(outcome).toMatchObject({ route: 'east>west', kind: 'asset', run: 1, lag: expect.any(Number) })
    const eventId = String(outcome?.by).replace('event ', '')
    expect(of('unitRequested').filter(line => line.eventId === eventId)).toMatchObject([
      { kind: 'asset', name: 'film' },
    ])
    expect(of('eventAccepted').filter(line => line.eventId === eventId)).toMatchObject([{ function: 'jobFinished' }])
  })

  it('P8: tells an outcome when it changes, not at every look', () => {
    expect(of('unitRequested')).toContainEqual(expect.objectContaining({ eventId: 'once-more', name: 'film' }))
    expect(of('outcomeRecorded').filter(({ by }) => by === 'event once-more')).toEqual([])
    const passes = collector.measured().filter(({ name }) => name === 'twinstream.outcomes')
    expect(passes.length).toBeGreaterThan(0)
  })
})
