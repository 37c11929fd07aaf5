/** What the app tells of a demo: no secret, and what its catalogue of telemetry says. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { codes } from '../../src/lib/codes.ts'
import { bucketNames } from '../../src/lib/media/governor/buckets.ts'
import { kinds, outcomeNames, routeModes } from '../../src/lib/model.ts'
import { sweepKinds } from '../../src/lib/sweep/operation.ts'
import { type EventName, events, type MetricAttribute, metrics } from '../../src/lib/telemetry/catalogue.ts'
import { leaks } from '../support/leaks.ts'
import { type Collector, startCollector } from './collector.ts'
import { canaries, playDemo, readStorage } from './secrets-demo.ts'
import { deliver, eventually, jobFinished, unit } from './support.ts'
import { sweep } from './sweep-support.ts'

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
  await playDemo(stack, keep)
  await rest()
  await stack.host.close()
}, 480_000)
afterAll(async () => {
  await stack?.close()
  await collector[Symbol.asyncDispose]()
})

const filterWritten = (name: string) => {
  const { accountId } = stack.accounts.east
  const type = 'Microsoft.Resources.ResourceWriteSuccess'
  const [topic = ''] = accountId.split('/providers/')
  return { ...jobFinished(stack, ''), eventType: type, topic, subject: `${accountId}/accountFilters/${name}`, data: {} }
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
  await deliver(stack, JSON.stringify([filterWritten('nowhere')]), 'resourceChanged')
  await eventually(
    'a unit is blocked',
    async () => (await unit(stack, 'nowhere', 'accountFilter'))?.code === 'SourceMissing',
  )
  for (const name of ['dispatch', 'tidy', 'watchReadiness']) await stack.api.fire(name)
  await eventually('dispatch has measured it', async () =>
    collector
      .measured()
      .some(({ name, attributes }) => name === 'twinstream.units' && attributes.code === 'SourceMissing'),
  )
  await eventually('readiness was measured', async () =>
    collector.measured().some(({ name }) => name === 'twinstream.readiness'),
  )
  const before = (await unit(stack, 'film'))?.observed ?? 0
  await deliver(stack, JSON.stringify([{ ...jobFinished(stack, 'film'), id: 'once-more' }]))
  await eventually(
    'an event of a title in sync was looked at',
    async () => ((await unit(stack, 'film'))?.observed ?? 0) > before,
  )
}

it('P6: no secret leaves an activity: not in files, ledger, logs, metrics or answers, failures included', async () => {
  await readStorage(stack, keep)
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
    mode: routeModes,
  }

  it('P8: are those of the catalogue, all of them, each as it says', () => {
    const measured = collector.measured()
    const found = Map.groupBy(measured, ({ name }) => name)
    // Measured while a route is on hold, and where there is a canary, as test/unit/durable/gauges.test.ts shows.
    const elsewhere = ['twinstream.hold.age', 'twinstream.canary.lag']
    const here = Object.fromEntries(Object.entries(metrics).filter(([name]) => !elsewhere.includes(name)))
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
    const others = collector
      .measured()
      .flatMap(({ name, attributes }) => Object.entries(attributes).map(([key, value = '']) => ({ name, key, value })))
      .filter(({ key, value }) => !lists[key as MetricAttribute].includes(value))
    expect(others).toEqual([])
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
    const troubles = ['none', '5xx', '429'].map(status => last('twinstream.calls', { account: 'east', status }) ?? 0)
    expect(Math.max(...troubles)).toBeGreaterThanOrEqual(1)
    expect(last('twinstream.calls.left', { account: 'west', bucket: 'reads' })).toBeGreaterThan(0)
    expect(last('twinstream.units', { state: 'blocked', code: 'SourceMissing' })).toBe(1)
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
