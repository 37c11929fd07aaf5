import { beforeEach, describe, expect, it } from 'vitest'
import { eventHandler } from '../../../src/functions/receive-event.ts'
import { accountId } from '../../../src/lib/events/allow-list.ts'
import type { Account, Route, Start } from '../../../src/lib/model.ts'
import { MemoryLedger } from '../sweep/support/memory-ledger.ts'
import { route } from '../sweep/support/source.ts'

const account = (key: string): Account => ({
  key,
  provider: 'arm',
  subscriptionId: 's',
  resourceGroup: 'g',
  accountName: `contoso${key}`,
  location: key,
  endpoint: '',
  storageEndpoints: {},
  credential: { kind: 'identity' },
  storageAccess: 'credential',
  notFoundCodes: ['NotFound'],
})
const topic = '/subscriptions/s/topics/publishing'

const now = Date.parse('2030-01-01T00:10:00Z')
let ledger: MemoryLedger
let started: string[]
let lines: string[]

const take = async (event: unknown, routes: readonly Route[] = [route]) => {
  const app = {
    state: 'ready' as const,
    settings: { accounts: [account('east'), account('west')], eventTopics: [topic] },
    routes: new Map(routes.map(one => [one.key, one])),
    ledger: ledger.port(),
    clock: () => now,
  }
  const starter = {
    run: async (start: Start | undefined) => {
      if (start !== undefined) started.push(start.instanceId)
    },
  }
  await eventHandler(app, 'jobFinished')(event, starter, { log: (...args) => lines.push(args.join(' ')) })
}

const job = (...names: string[]) => ({
  eventType: 'Microsoft.Media.JobFinished',
  topic: accountId(account('east')),
  subject: 'transforms/t/jobs/j',
  eventTime: '2030-01-01T00:00:00.1234567',
  data: { outputs: names.map(assetName => ({ assetName, state: 'Finished', error: null })) },
})
const locator = (type: 'Created' | 'Deleted', data: object) => ({
  type: `Twinstream.Locator${type}`,
  source: topic,
  data: { locatorName: 'l', ...data },
})
const changed = (key: string, path: string) => ({
  eventType: 'Microsoft.Resources.ResourceWriteSuccess',
  topic: '/subscriptions/s/resourceGroups/g',
  subject: `${accountId(account(key))}/${path}`,
  data: {},
})
const asked = () => ledger.requests.map(({ unit, request }) => [unit.kind, unit.name, request.reason])

beforeEach(() => {
  ledger = new MemoryLedger()
  started = []
  lines = []
})

describe('an event function', () => {
  it('asks for every finished output on every route and starts what it is handed', async () => {
    await take(job('a', 'b'), [route, { ...route, key: 'east>north', to: 'north' }])
    expect(ledger.requests).toHaveLength(4)
    expect(ledger.requests[0]?.request).toEqual({
      reason: 'jobFinished',
      priority: 'event',
      finishedAt: Date.parse('2030-01-01T00:00:00.123Z'),
    })
    expect(started).toHaveLength(4)
  })

  it('P2: never takes a time ahead of the clock, nor one that cannot be read, for the end of the encoding', async () => {
    await take({ ...job('a'), eventTime: '2030-01-02T00:00:00Z' })
    await take({ ...job('a'), eventTime: 'soon' })
    expect(ledger.requests.map(({ request }) => request.finishedAt)).toEqual([now, undefined])
  })

  it('remembers the asset of a locator, and asks for the asset', async () => {
    const id = '9c6f1b7e-1111-4222-8333-444455556666'
    await take(locator('Created', { assetName: 'a', streamingLocatorId: id }))
    expect(asked()).toEqual([['asset', 'a', 'locatorCreated']])
    expect(ledger.locators.get('east>west/l')).toEqual({ asset: 'a', id })
    await take(locator('Created', { assetName: 'A' }))
    expect(ledger.locators.get('east>west/l')?.id).toBe(id)
  })

  it('finds the asset of a deleted locator by its name', async () => {
    await ledger.rememberLocator('east>west', 'l', 'a', 'id')
    await take(locator('Deleted', {}))
    expect(asked()).toEqual([
      ['asset', 'a', 'locatorDeleted'],
      // What was remembered may be out of date: both accounts are asked.
      ['streamingLocator', 'l', 'locatorDeleted'],
    ])
  })

  it('P10: asks for a deleted locator itself, even where what was said of it names an asset that is left out', async () => {
    const films = { ...route, include: { namePrefix: 'film-' } }
    const itself = ['streamingLocator', 'l', 'locatorDeleted']
    await take(locator('Deleted', { assetName: 'song' }), [films])
    expect(asked()).toEqual([itself])
    await ledger.rememberLocator('east>west', 'l', 'song', 'id')
    await take(locator('Deleted', {}), [films])
    expect(asked()).toEqual([itself, itself])
  })

  it('asks for the locator itself while nobody knows its asset', async () => {
    await take(locator('Deleted', {}))
    expect(asked()).toEqual([['streamingLocator', 'l', 'locatorDeleted']])
  })

  it('looks at both assets when a locator has moved from one to another', async () => {
    await ledger.rememberLocator('east>west', 'l', 'old', 'id')
    await take(locator('Created', { assetName: 'new' }))
    expect(asked().map(([, name]) => name)).toEqual(['new', 'old'])
  })

  it('asks for a changed policy on every route from its account', async () => {
    await take(changed('east', 'contentKeyPolicies/tokens'), [route, { ...route, key: 'east>north', to: 'north' }])
    expect(asked()).toEqual([
      ['contentKeyPolicy', 'tokens', 'resourceChanged'],
      ['contentKeyPolicy', 'tokens', 'resourceChanged'],
    ])
  })

  describe('P7: on opposite routes', () => {
    const back: Route = { ...route, key: 'west>east', from: 'west', to: 'east' }
    const twin = (kind: 'asset' | 'contentKeyPolicy', name: string) => ({ route: 'east>west', kind, name }) as const

    it.each([
      ['assets/a', 'asset', 'a'],
      ['contentKeyPolicies/tokens', 'contentKeyPolicy', 'tokens'],
    ] as const)('what the app wrote to %s is no reason to look', async (path, kind, name) => {
      ledger.put(twin(kind, name), { facts: { owner: 'made' } })
      await take(changed('west', path), [route, back])
      expect(asked()).toEqual([])
      expect(lines.at(-1)).toContain('"units":0')
    })

    it('nor is a locator on a twin, nor what is just being made', async () => {
      await ledger.rememberLocator('east>west', 'l', 'a', 'id')
      ledger.put(twin('asset', 'a'), { state: 'running' })
      await take(changed('west', 'streamingLocators/l'), [route, back])
      expect(asked()).toEqual([])
    })

    it('P10: what is withdrawn of a title that was born anew in place of a twin is', async () => {
      ledger.put({ route: 'west>east', kind: 'asset', name: 'a' }, { facts: { owner: 'adopted', home: 'source' } })
      await ledger.rememberLocator('west>east', 'l', 'a', 'id')
      const deleted = locator('Deleted', { assetName: 'a', account: accountId(account('east')) })
      await take(deleted, [route, back])
      expect(asked()).toEqual([])
      ledger.put({ route: 'east>west', kind: 'asset', name: 'a' }, { facts: { owner: 'made', home: 'source' } })
      await take(deleted, [route, back])
      expect(ledger.requests.map(({ unit }) => [unit.route, unit.kind, unit.name])).toEqual([
        ['east>west', 'asset', 'a'],
        ['east>west', 'streamingLocator', 'l'],
      ])
    })

    it('P3: what was made in the target, or moved its home there, is', async () => {
      ledger.put(twin('asset', 'a'), { facts: { owner: 'matched', home: 'target' }, state: 'running' })
      await take(changed('west', 'assets/a'), [route, back])
      await take(changed('west', 'assets/b'), [route, back])
      await take(changed('east', 'assets/a'), [route, back])
      expect(ledger.requests.map(({ unit }) => [unit.route, unit.name])).toEqual([
        ['west>east', 'a'],
        ['west>east', 'b'],
        ['east>west', 'a'],
      ])
    })
  })

  it('P6: logs by code, without what the event said', async () => {
    await take({ ...job('a'), topic: '/subscriptions/intruder', data: { claims: 'someone@example.com' } })
    expect([ledger.requests, started]).toEqual([[], []])
    expect(lines).toEqual(['{"event":"eventIgnored","function":"jobFinished","code":"TopicNotListed"}'])
  })

  it('P3: fails when the ledger does not take the request, so that the event comes again', async () => {
    ledger.request = async () => {
      throw new Error('down')
    }
    await expect(take(job('a'))).rejects.toThrow('down')
  })

  it('P3: fails while the settings have mistakes, so that Event Grid keeps the events', async () => {
    const handler = eventHandler({ state: 'broken', issues: [{ path: 'p', found: 'f', allowed: 'a' }] }, 'jobFinished')
    const context = { log: (...args: unknown[]) => lines.push(args.join(' ')) }
    await expect(handler(job('a'), { run: async () => true }, context)).rejects.toThrow(/settings/)
    expect(lines).toEqual(['{"event":"settingsBroken","path":"p","found":"f","allowed":"a"}'])
  })
})
