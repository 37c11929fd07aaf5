import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowList } from '../../../src/lib/events/allow-list.ts'
import { readEvent } from '../../../src/lib/events/read-event.ts'

const account = (key: string) => ({
  key,
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: `media-${key}`,
  accountName: `contoso${key}`,
})
const topic =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/publishing/providers/Microsoft.EventGrid/topics/publishing'
const allow = allowList([account('east'), account('west')], [topic.toUpperCase()])

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/events/${name}`, import.meta.url), 'utf8'))
const finished = fixture('job-finished.json')
const created = fixture('locator-created.cloudevent.json')

const output = (assetName: unknown, more: object = {}) => ({ assetName, error: null, state: 'Finished', ...more })
const job = (outputs: unknown, more: object = {}) => ({ ...finished, data: { ...finished.data, outputs }, ...more })
const codes = (event: unknown) => readEvent(event, allow).ignored
const names = (event: unknown) => readEvent(event, allow).triggers.map(({ name }) => name)

describe('job events', () => {
  it('ask for outputs that finished, never for one that failed', () => {
    expect(readEvent(finished, allow)).toEqual({
      triggers: [
        {
          kind: 'asset',
          account: 'east',
          name: 'film-1',
          reason: 'jobFinished',
          finishedAt: Date.parse(`${finished.eventTime}Z`),
        },
      ],
      ignored: ['OutputFailed'],
    })
  })

  it('mean the same in the CloudEvents schema', () => {
    const { topic: source, eventType: type, eventTime: time, subject, data, id } = finished
    const event = { specversion: '1.0', source, type, time, subject, data, id }
    expect(readEvent(event, allow)).toEqual(readEvent(finished, allow))
  })

  it('P2: leave an asset alone into which one of several outputs failed', () => {
    const outputs = [output('half'), output('HALF', { state: 'Error' }), output('whole')]
    expect(names(job(outputs))).toEqual(['whole'])
  })

  it('P2: ask without a time for an asset that another output still writes into', () => {
    const event = job([output('a'), output('A', { state: 'Processing' }), output('b')])
    expect(readEvent(event, allow).triggers.map(trigger => 'finishedAt' in trigger)).toEqual([false, true])
  })

  it('an output that failed without naming its asset spoils no other', () => {
    expect(names(job([output('undefined'), output(undefined, { state: 'Error' })]))).toEqual(['undefined'])
  })

  it.each(['5', 'job 7', '2099', '2030-01-01', '', 7, null])('P2: take no time from %j', eventTime => {
    expect(readEvent(job([output('a')], { eventTime }), allow).triggers[0]).not.toHaveProperty('finishedAt')
  })

  it.each(['2030-01-01T00:00:00', '2030-01-01T00:00:00.0001234Z', '2030-01-01T02:00:00+02:00'])(
    'read the time %s',
    eventTime => {
      expect(readEvent(job([output('a')], { eventTime }), allow).triggers[0]).toHaveProperty(
        'finishedAt',
        Date.parse('2030-01-01T00:00:00Z'),
      )
    },
  )

  it('P2: of one output do not say that the asset is finished', () => {
    const data = { output: output('film-2') }
    const event = { ...finished, eventType: 'Microsoft.Media.JobOutputFinished', data }
    expect(readEvent(event, allow).triggers[0]).not.toHaveProperty('finishedAt')
  })

  it('of one output carry it alone', () => {
    const data = { previousState: 'Processing', output: output('film-2'), jobCorrelationData: {} }
    expect(names({ ...finished, eventType: 'Microsoft.Media.JobOutputFinished', data })).toEqual(['film-2'])
  })

  it.each(['a"b', "it's", '#1', 'a b', 'größe', '電影', 'a.b:c%20?', 'n'.repeat(260)])('take the name %j', name => {
    expect(names(job([output(name)]))).toEqual([name])
  })

  it.each(['', ' ', 'n'.repeat(261), 'a/b', 'a\\b', 'a\u0000b', 'a\nb', '.', '..', '\ud800', 7, null, undefined, {}])(
    'refuse the name %j',
    name => {
      expect(readEvent(job([output(name)]), allow)).toEqual({ triggers: [], ignored: ['NameInvalid'] })
    },
  )

  it('name an asset once, whatever its case', () => {
    expect(names(job([output('Film'), output('film')]))).toHaveLength(1)
  })

  it.each([
    ['Error', 'OutputFailed'],
    ['Canceled', 'OutputFailed'],
    ['Processing', 'OutputNotFinished'],
  ])('start nothing for an output in state %s', (state, code) => {
    expect(codes(job([output('a', { state })]))).toEqual([code])
  })

  it.each([
    ['outputs missing', job(undefined), 'OutputsMissing'],
    ['no outputs', job([]), 'OutputsMissing'],
    ['outputs that are no list', job('x'), 'OutputsMissing'],
    ['a flood of outputs', job(Array.from({ length: 101 }, (_, index) => output(`a${index}`))), 'OutputsTooMany'],
    ['a subject that is no job', { ...finished, subject: 'liveEvent/mle1' }, 'SubjectInvalid'],
    ['a subject with more than a job', { ...finished, subject: 'transforms/a/jobs/b/c' }, 'SubjectInvalid'],
    ['an unlisted topic', { ...finished, topic: `${finished.topic}2` }, 'TopicNotListed'],
    ['a child of a listed topic', { ...finished, topic: `${finished.topic}/liveEvents/a` }, 'TopicNotListed'],
    ['the topic of the publishers', { ...finished, topic }, 'TopicNotListed'],
    ['an event of another use', { ...finished, eventType: 'Microsoft.Media.JobStateChange' }, 'EventTypeNotUsed'],
    ['an unknown type', { ...finished, eventType: 'Contoso.Thing' }, 'EventTypeUnknown'],
    ['no data', { ...finished, data: undefined }, 'EventMalformed'],
    ['a list', [finished], 'EventMalformed'],
    ['a text', 'JobFinished', 'EventMalformed'],
    ['nothing', undefined, 'EventMalformed'],
  ])('with %s are ignored by code', (_, event, code) => {
    expect(readEvent(event, allow)).toEqual({ triggers: [], ignored: [code] })
  })

  it('compare topics without case', () => {
    expect(names({ ...finished, topic: finished.topic.toUpperCase() })).toEqual(['film-1'])
  })
})

describe('locator events', () => {
  const named = { ...created, data: { ...created.data, account: finished.topic } }

  it('carry name, asset and id of the account they name', () => {
    expect(readEvent(named, allow).triggers).toEqual([
      {
        kind: 'streamingLocator',
        account: 'east',
        name: 'film-1-clear',
        reason: 'locatorCreated',
        asset: 'film-1',
        id: '9c6f1b7e-1111-4222-8333-444455556666',
      },
    ])
  })

  it('are a hint for every account where they name none', () => {
    expect(readEvent(created, allow).triggers.map(trigger => trigger.account)).toEqual(['east', 'west'])
  })

  it('of a deletion may carry the name alone', () => {
    const event = { ...created, type: 'Twinstream.LocatorDeleted', data: { locatorName: 'l', assetName: null } }
    expect(readEvent(event, allow).triggers[0]).toEqual({
      kind: 'streamingLocator',
      account: 'east',
      name: 'l',
      reason: 'locatorDeleted',
    })
  })

  it.each([
    ['no name', { locatorName: undefined }, 'EventMalformed'],
    ['an id that is none', { streamingLocatorId: 'x' }, 'EventMalformed'],
    ['a path for a name', { locatorName: 'a/b' }, 'NameInvalid'],
    ['a path for an asset', { assetName: '..' }, 'NameInvalid'],
    ['an account that is not configured', { account: `${finished.topic}x` }, 'AccountUnknown'],
  ])('with %s are ignored by code', (_, data, code) => {
    expect(codes({ ...created, data: { ...created.data, ...data } })).toEqual([code])
  })

  it('are taken from the listed topics only, not from a media account', () => {
    expect(codes({ ...created, source: `${topic}2` })).toEqual(['TopicNotListed'])
    expect(codes({ ...created, source: finished.topic })).toEqual(['TopicNotListed'])
  })
})

describe('any JSON at all', () => {
  const type = fc.constantFrom('Microsoft.Media.JobFinished', 'Microsoft.Media.JobOutputFinished', created.type)
  const near = fc.record({
    eventType: type,
    topic: fc.constantFrom(topic, finished.topic),
    subject: fc.oneof(fc.constant(finished.subject), fc.string()),
    data: fc.oneof(
      fc.jsonValue(),
      fc.record({ outputs: fc.jsonValue(), output: fc.jsonValue(), locatorName: fc.jsonValue() }),
      fc.record({ outputs: fc.array(fc.oneof(fc.jsonValue(), fc.record({ assetName: fc.jsonValue() }))) }),
    ),
  })

  it('P3: is read without a throw, and either asks for something or says why not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), near), event => {
        const { triggers, ignored } = readEvent(event, allow)
        expect(triggers.length + ignored.length).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })
})
