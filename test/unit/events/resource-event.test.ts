import { describe, expect, it } from 'vitest'
import { allowList } from '../../../src/lib/events/allow-list.ts'
import { readEvent } from '../../../src/lib/events/read-event.ts'

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001'
const group = `${subscription}/resourceGroups/media-east`
const media = `${group}/providers/Microsoft.Media/mediaservices/contosoeast`
const allow = allowList(
  [
    {
      key: 'east',
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'media-east',
      accountName: 'contosoeast',
    },
  ],
  [],
)

const event = (subject: string, { change = 'Write', topic = group, data = {} as object } = {}) => ({
  eventType: `Microsoft.Resources.Resource${change}Success`,
  topic,
  subject,
  eventTime: '2030-01-01T00:00:00Z',
  data,
})
const read = (...args: Parameters<typeof event>) => readEvent(event(...args), allow)

describe('events of Resource Manager', () => {
  it.each([
    ['assets/film', 'asset', 'film', 'resourceChanged'],
    ['assets/film/assetFilters/low', 'asset', 'film', 'resourceChanged'],
    ['assets/film/tracks/german', 'asset', 'film', 'resourceChanged'],
    ['contentKeyPolicies/tokens', 'contentKeyPolicy', 'tokens', 'resourceChanged'],
    ['streamingPolicies/multi', 'streamingPolicy', 'multi', 'resourceChanged'],
    ['accountFilters/eco', 'accountFilter', 'eco', 'resourceChanged'],
    ['streamingLocators/film-aes', 'streamingLocator', 'film-aes', 'locatorCreated'],
    ['STREAMINGLOCATORS/film-aes', 'streamingLocator', 'film-aes', 'locatorCreated'],
    ['assets/a%20film', 'asset', 'a film', 'resourceChanged'],
    ['assets/100%', 'asset', '100%', 'resourceChanged'],
  ])('tell of %s', (path, kind, name, reason) => {
    const triggers = [{ kind, account: 'east', name, reason }]
    expect(read(`${media}/${path}`)).toEqual({ triggers, ignored: [] })
    expect(read(`${media}/${path}`, { topic: subscription.toUpperCase() })).toEqual({ triggers, ignored: [] })
  })

  it('P10: tell of a withdrawal', () => {
    expect(read(`${media}/streamingLocators/film-aes`, { change: 'Delete' }).triggers).toEqual([
      { kind: 'streamingLocator', account: 'east', name: 'film-aes', reason: 'locatorDeleted' },
    ])
  })

  it('mean the same in the CloudEvents schema', () => {
    const { topic: source, eventType: type, eventTime: time, subject, data } = event(`${media}/assets/film`)
    expect(readEvent({ specversion: '1.0', source, type, time, subject, data }, allow).triggers).toHaveLength(1)
  })

  it.each([
    ['another account of the group', `${media}2/assets/film`, {}, 'AccountUnknown'],
    [
      'another resource',
      `${group}/providers/Microsoft.Storage/storageAccounts/contosoeaststore`,
      {},
      'ResourceNotUsed',
    ],
    ['the account itself', media, {}, 'ResourceNotUsed'],
    ['a job', `${media}/transforms/t/jobs/j`, {}, 'ResourceNotUsed'],
    ['an archive of a live event', `${media}/liveEvents/l/liveOutputs/o`, {}, 'ResourceNotUsed'],
    ['a topic of another group', `${media}/assets/film`, { topic: `${group}2` }, 'TopicNotListed'],
    ['the account as topic', `${media}/assets/film`, { topic: media }, 'TopicNotListed'],
    ['an action', `${media}/assets/film`, { change: 'Action' }, 'EventTypeNotUsed'],
    ['a name of control characters', `${media}/assets/%07`, {}, 'NameInvalid'],
    ['a slash in a name', `${media}/assets/a%2Fb`, {}, 'NameInvalid'],
  ])('of %s are ignored by code', (_, subject, more, code) => {
    expect(read(subject, more)).toEqual({ triggers: [], ignored: [code] })
  })

  it('P6: who did it is not looked at', () => {
    const data = { claims: { name: 'someone@example.com' }, resourceUri: `${media}/assets/other` }
    expect(JSON.stringify(read(`${media}/assets/film`, { data }))).not.toMatch(/someone|other/)
  })
})
