import { beforeEach, describe, expect, it } from 'vitest'
import type { Permissions } from '../../../src/lib/ledger/facts.ts'
import type { Outcome, Route, Unit } from '../../../src/lib/model.ts'
import {
  loadOperation,
  newOperation,
  type Operation,
  requestStop,
  saveNamedUnits,
} from '../../../src/lib/sweep/operation.ts'
import { type SweepDeps, type SweepPage, sweepPage } from '../../../src/lib/sweep/page.ts'
import { MemoryLedger } from './support/memory-ledger.ts'
import { NamedSource, route } from './support/source.ts'

const id = 'operation-0123456789'
let ledger: MemoryLedger
let source: NamedSource
let target: NamedSource
let differing: Set<string>
let troubles: Map<string, Outcome>
let surveyed: string[]
let now: number
let low: number | undefined
let allowed: Permissions[]
let unpublished: Set<string>
let taken: Route
/** Units of which a pass would withdraw locators. */
let withdrawing: Set<string>

const deps = (): SweepDeps => ({
  routes: new Map([[taken.key, taken]]),
  reader: account => (account === route.to ? target : source).reader(),
  ledger: ledger.port(),
  clock: () => now,
  timing: { waitMin: 60_000, waitMax: 1_800_000, deleteDay: 86_400_000, operationSilence: 600_000 },
  heldUntil: async () => low,
  survey: async (unit: Unit, permissions: Permissions) => {
    surveyed.push(unit.name)
    allowed.push(permissions)
    const outcome = troubles.get(unit.name)
    const equal = outcome === undefined && !differing.has(unit.name)
    return {
      unit,
      equal,
      changes: equal ? [] : ['1 file missing'],
      bytesToCopy: equal ? 0 : 1000,
      published: !unpublished.has(unit.name),
      ...(withdrawing.has(unit.name) ? { withdraws: true } : {}),
      ...(outcome === undefined ? {} : { outcome }),
    }
  },
})

const begin = (more: Partial<Parameters<typeof newOperation>[0]> = {}) =>
  ledger.saveOperation(
    id,
    newOperation({ id, route: route.key, scope: 'all', dryRun: false, permissions: {}, ...more }, now),
  )

const operation = async (): Promise<Operation> => {
  const found = await loadOperation(ledger.port(), id)
  if (found === undefined) throw new Error('No operation.')
  return found
}

/** Every page from a cursor on, each as often as given, as a durable activity may run twice. */
const runOn = async (from?: string, times = 1): Promise<readonly SweepPage[]> => {
  const pages: SweepPage[] = []
  let cursor = from
  while (pages.length < 200) {
    let page: SweepPage = { starts: [] }
    for (let n = 0; n < times; n++) {
      const answer = await sweepPage(deps(), id, cursor)
      if (n === 0) page = answer
    }
    pages.push(page)
    if (page.next === undefined) return pages
    cursor = page.next
  }
  throw new Error('The resync does not end.')
}

const requested = () => ledger.requests.map(({ unit }) => unit.name)

beforeEach(() => {
  ledger = new MemoryLedger()
  source = new NamedSource()
  target = new NamedSource()
  differing = new Set()
  troubles = new Map()
  surveyed = []
  now = 1_000_000
  low = undefined
  allowed = []
  unpublished = new Set()
  withdrawing = new Set()
  taken = route
  source.contentKeyPolicies = ['ckp-1']
  source.streamingPolicies = ['Predefined_ClearKey', 'own']
  source.accountFilters = ['low']
  source.assets = Array.from({ length: 73 }, (_, index) => `asset-${index}`)
})

it('P7: a streaming policy with the hosts that the route gives is no change, and one with others is', async () => {
  taken = { ...route, rewriteUrls: [{ from: 'lic-east.contoso.com', to: 'lic.contoso.com' }] }
  const properties = (host: string) => ({
    envelopeEncryption: { customKeyAcquisitionUrlTemplate: `https://${host}/{ContentKeyId}` },
  })
  source.streamingPolicies = ['other', 'own']
  target.streamingPolicies = ['other', 'own']
  target.accountFilters = source.accountFilters
  source.properties = { other: properties('lic-east.contoso.com'), own: properties('lic-east.contoso.com') }
  target.properties = { other: properties('lic-west.contoso.com'), own: properties('lic.contoso.com') }
  await begin({ kind: 'changes' })
  await runOn()
  expect(surveyed).toContain('other')
  expect(surveyed).not.toContain('own')
})

describe('a resync of a whole route', () => {
  it('compares every unit once, what others depend on first, and never predefined policies', async () => {
    await begin()
    await runOn()
    expect(surveyed).toEqual(['ckp-1', 'own', 'low', ...source.assets])
    expect(await operation()).toMatchObject({ status: 'succeeded', counts: { seen: 76 } })
  })

  it('P7: asks for what differs, and leaves alone what is known to be in sync', async () => {
    for (const name of source.assets) ledger.put({ route: route.key, kind: 'asset', name }, { outcome: 'inSync' })
    for (const [kind, name] of [
      ['contentKeyPolicy', 'ckp-1'],
      ['streamingPolicy', 'own'],
      ['accountFilter', 'low'],
    ] as const) {
      ledger.put({ route: route.key, kind, name }, { outcome: 'inSync' })
    }
    differing = new Set(['asset-7', 'own'])
    await begin({ permissions: { adopt: true } })
    await runOn()
    expect(requested()).toEqual(['own', 'asset-7'])
    expect(ledger.requests[0]?.request).toEqual({
      by: 'operation operation-0123456789',
      reason: 'resync',
      priority: 'bulk',
      pressing: false,
      permissions: { adopt: true },
    })
    expect((await operation()).counts).toEqual({ seen: 76, equal: 74, requested: 2, failed: 0 })
  })

  it("P5: with adopt, asks for what is equal and somebody else's", async () => {
    source.assets = ['theirs', 'ours']
    ledger.put({ route: route.key, kind: 'asset', name: 'theirs' }, { outcome: 'inSync', facts: { owner: 'matched' } })
    ledger.put({ route: route.key, kind: 'asset', name: 'ours' }, { outcome: 'inSync', facts: { owner: 'made' } })
    await begin({ permissions: { adopt: true } })
    await runOn()
    expect(requested()).toEqual(['ckp-1', 'own', 'low', 'theirs'])
  })

  it.each(['locators', 'full'] as const)(
    'P10: a sweep of %s asks for a blocked asset whose locator is to be withdrawn, and leaves one that only waits',
    async kind => {
      const archived: Outcome = { outcome: 'blocked', code: 'SourceArchived' }
      source.assets = ['waits', 'withdrawn']
      for (const name of source.assets) {
        troubles.set(name, archived)
        ledger.put({ route: route.key, kind: 'asset', name }, archived)
        ledger.sightings.set(`${route.key}/${name}-x`, {
          locator: `${name}-x`,
          asset: name,
          id: '',
          created: '',
          at: 0,
        })
      }
      withdrawing = new Set(['withdrawn'])
      await begin({ kind })
      await runOn()
      expect(requested().filter(name => source.assets.includes(name))).toEqual(['withdrawn'])
      // Whatever is being copied may wait for it.
      expect(ledger.requests.find(({ unit }) => unit.name === 'withdrawn')?.request.pressing).toBe(true)
    },
  )

  it('P9: does not ask the source again for what was deleted on both sides', async () => {
    source.assets = []
    ledger.put({ route: route.key, kind: 'asset', name: 'over' }, { outcome: 'inSync', facts: { owner: 'gone' } })
    ledger.put({ route: route.key, kind: 'asset', name: 'missing' }, { outcome: 'inSync', facts: { owner: 'made' } })
    await begin({ kind: 'full' })
    await runOn()
    expect(surveyed).toContain('missing')
    expect(surveyed).not.toContain('over')
  })

  it('what is published comes before what is not', async () => {
    source.assets = ['draft', 'film']
    differing = new Set(source.assets)
    unpublished = new Set(['draft'])
    await begin()
    await runOn()
    const priorities = ledger.requests.map(({ unit, request }) => [unit.name, request.priority])
    expect(Object.fromEntries(priorities)).toMatchObject({ draft: 'last', film: 'bulk' })
  })

  it('P3: brings back a lost ledger by asking for what is equal but not known', async () => {
    await begin()
    await runOn()
    expect(requested()).toHaveLength(76)
  })

  it('counts a page that runs twice once, and asks twice, which does no harm', async () => {
    differing = new Set(source.assets)
    await begin()
    await runOn(undefined, 2)
    expect((await operation()).counts.seen).toBe(76)
  })

  it('P3: a page that has been counted, and runs again when there is no calling any more, does not end the walk', async () => {
    await begin()
    const { next } = await sweepPage(deps(), id)
    expect(next).toBeDefined()
    low = now + 60_000
    expect(await sweepPage(deps(), id)).toEqual({ next, starts: [] })
    low = undefined
    await runOn(next)
    expect((await operation()).status).toBe('succeeded')
  })

  it('P3: skips nothing when the asset it stopped at is deleted meanwhile', async () => {
    source = new NamedSource(100)
    source.assets = Array.from({ length: 40 }, (_, index) => `asset-${index}`)
    await begin()
    const first = await sweepPage(deps(), id)
    source.assets.splice(24, 1)
    await runOn(first.next)
    expect(new Set(surveyed)).toEqual(new Set(['asset-24', ...source.assets]))
  })

  it('takes the assets of the route only', async () => {
    taken = { ...route, include: { namePrefix: 'ASSET-7' } }
    await begin()
    await runOn()
    expect(surveyed.filter(name => name.startsWith('asset'))).toEqual(['asset-7', 'asset-70', 'asset-71', 'asset-72'])
  })

  describe('P10: of assets that the route includes no more', () => {
    const outside = { route: route.key, kind: 'asset', name: 'asset-1' } as const
    beforeEach(() => {
      taken = { ...route, include: { namePrefix: 'prod-' } }
      ledger.put({ ...outside, name: 'asset-2' }, { outcome: 'blocked', code: 'Excluded', facts: { owner: 'made' } })
      ledger.put(outside, { outcome: 'blocked', code: 'Excluded', facts: { owner: 'made', locators: ['x'] } })
      for (const name of ['asset-1', 'asset-2']) troubles.set(name, { outcome: 'blocked', code: 'Excluded' })
      withdrawing = new Set(['asset-1'])
    })

    it('a full comparison looks at those with locators of ours', async () => {
      await begin({ kind: 'full' })
      await runOn()
      expect(surveyed.filter(name => name.startsWith('asset'))).toEqual(['asset-1'])
      expect(requested()).toContain('asset-1')
    })

    it('the look at locators asks for those that a locator of ours has gone from, and for no others', async () => {
      for (const asset of ['asset-1', 'asset-2', 'asset-3'])
        await ledger.sightLocators(route.key, [{ locator: `x-${asset}`, asset, id: '', created: '' }], now - 1)
      await begin({ kind: 'locators' })
      await runOn()
      expect(requested()).toEqual(['asset-1'])
    })
  })

  it.each(['resync', 'full'] as const)('remembers how many a %s saw, for ETAs and the limit of deletes', async kind => {
    await begin({ kind })
    await runOn()
    expect(await ledger.operation('last-east_west')).toEqual({ seen: 76 })
  })

  it.each([
    ['locators', []],
    ['assets', ['gone']],
  ] as const)('asks again for a twin without a source where the route deletes %s', async (deletes, asked) => {
    taken = { ...route, deletes }
    ledger.put({ route: route.key, kind: 'asset', name: 'gone' }, { code: 'SourceMissing', facts: { owner: 'made' } })
    differing = new Set(['gone'])
    await begin()
    await runOn()
    expect(requested().filter(name => name === 'gone')).toEqual(asked)
  })
})

it.each([
  ['SourceMissing', ['gone']],
  ['Excluded', []],
] as const)('a twin that is gone and was left as %s by an earlier release is asked for', async (code, asked) => {
  taken = { ...route, deletes: 'assets' }
  ledger.put({ route: route.key, kind: 'asset', name: 'gone' }, { code, facts: { owner: 'gone' } })
  differing = new Set(['gone'])
  await begin()
  await runOn()
  expect(requested().filter(name => name === 'gone')).toEqual(asked)
})

describe('a dry run', () => {
  it('asks for nothing and says of every unit what would change and why', async () => {
    differing = new Set(['asset-3'])
    await begin({ dryRun: true })
    await runOn()
    const lines = (await Array.fromAsync(ledger.report(id))).flatMap(({ lines }) => lines).map(line => JSON.parse(line))
    expect(ledger.requests).toEqual([])
    expect(lines).toHaveLength(76)
    expect(lines.filter(({ equal }) => !equal)).toEqual([
      { kind: 'asset', name: 'asset-3', equal: false, changes: ['1 file missing'] },
    ])
  })

  it('reports what the source publishes first, and both parts in the order of the lists', async () => {
    unpublished = new Set(source.assets.filter((_, index) => index % 3 === 0))
    await begin({ dryRun: true })
    await runOn(undefined, 2)
    const lines = (await Array.fromAsync(ledger.report(id))).flatMap(({ lines }) => lines).map(line => JSON.parse(line))
    const assets = lines.filter(({ kind }) => kind === 'asset').map(({ name }) => name)
    const isUnpublished = (name: string) => unpublished.has(name)
    expect(assets).toEqual([
      ...source.assets.filter(name => !isUnpublished(name)),
      ...source.assets.filter(isUnpublished),
    ])
    expect([lines.length, lines[0].kind]).toEqual([76, 'contentKeyPolicy'])
  })

  it('is tried out with what the real run would be allowed, and says what it would take', async () => {
    differing = new Set(['asset-3', 'asset-4', 'ckp-1'])
    await begin({ dryRun: true, permissions: { adopt: true } })
    await runOn()
    expect(allowed[0]).toEqual({ adopt: true })
    const { estimate } = await operation()
    expect(estimate?.bytes).toBe(3000)
    expect(estimate?.calls).toMatchObject({ policySecrets: 3, writes: 1 })
    expect(estimate?.calls.reads).toBeGreaterThan(20)
  })

  it('of named units compares those alone', async () => {
    await begin({ dryRun: true, scope: 'named', total: 60 })
    const units = source.assets.slice(0, 60).map(name => ({ kind: 'asset' as const, name }))
    await saveNamedUnits(ledger.port(), id, units)
    await runOn()
    expect(surveyed).toEqual(units.map(({ name }) => name))
    expect(source.calls).toBe(0)
  })
})

describe('trouble', () => {
  it.each([
    ['unavailable', 'SourceUnavailable', 60_000],
    ['throttled', 'Throttled', 7000],
    ['budgetUsed', 'BudgetUsed', 7000],
  ] as const)('P3: an account that is %s is waited for, and the operation says so', async (kind, code, after) => {
    source.trouble = kind
    await begin()
    const page = await sweepPage(deps(), id)
    expect(page).toMatchObject({ after, starts: [] })
    expect((await operation()).waiting).toEqual({ code, until: now + after })
    source.trouble = undefined
    await runOn(page.next)
    const ended = await operation()
    expect(ended).toMatchObject({ status: 'succeeded', counts: { seen: 76 } })
    expect(ended.waiting).toBeUndefined()
  })

  it('P8: a target that does not answer where both sides are listed is named', async () => {
    target.trouble = 'unavailable'
    await begin({ kind: 'changes' })
    let next: string | undefined
    do next = (await sweepPage(deps(), id, next)).next
    while (next !== undefined && (await operation()).waiting === undefined)
    expect((await operation()).waiting).toMatchObject({ code: 'TargetUnavailable' })
  })

  it('waits longer each time, up to the longest wait', async () => {
    source.trouble = 'unavailable'
    await begin()
    const waits: (number | undefined)[] = []
    let next: string | undefined
    for (let n = 0; n < 7; n++) {
      const page = await sweepPage(deps(), id, next)
      waits.push(page.after)
      next = page.next
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30].map(minutes => minutes * 60_000))
  })

  it('an account that is held is not called at all', async () => {
    ledger.held.set('west', now + 5000)
    await begin()
    expect(await sweepPage(deps(), id)).toMatchObject({ after: 5000 })
    expect([source.calls, surveyed]).toEqual([0, []])
    expect(await operation()).toMatchObject({ waiting: { code: 'TargetUnavailable' } })
  })

  it('P4: a unit that cannot be compared holds a page up three times, then is left to the ledger', async () => {
    source.assets = ['asset-1', 'asset-2']
    differing = new Set(['asset-2'])
    troubles.set('asset-1', { outcome: 'waiting', code: 'TargetUnavailable' })
    await begin()
    const pages = await runOn()
    expect(pages.filter(({ after }) => after !== undefined)).toHaveLength(3)
    expect(requested()).toEqual(expect.arrayContaining(['asset-1', 'asset-2']))
    expect(await operation()).toMatchObject({ status: 'succeeded', counts: { seen: 5, failed: 1 } })
  })

  it('P9: a sweep leaves an account alone whose rate limits are low, and goes on at the same page', async () => {
    low = now + 90_000
    await begin()
    const page = await sweepPage(deps(), id)
    expect(page).toMatchObject({ after: 90_000 })
    expect((await operation()).waiting?.code).toBe('BudgetUsed')
    expect(source.calls).toBe(0)
    low = undefined
    await runOn(page.next)
    expect((await operation()).counts.seen).toBe(76)
  })

  it('an identity that may not list ends it with a code', async () => {
    source.trouble = 'unauthorized'
    await begin()
    expect(await sweepPage(deps(), id)).toEqual({ starts: [] })
    expect(await operation()).toMatchObject({ status: 'failed', code: 'NotAuthorized' })
  })

  it('a route that is no longer in the topology ends it', async () => {
    await begin({ route: 'north>south' })
    await sweepPage(deps(), id)
    expect(await operation()).toMatchObject({ status: 'failed', code: 'RouteUnknown' })
  })
})

describe('stopping', () => {
  it('takes effect at the next page, for good', async () => {
    await begin()
    const { next } = await sweepPage(deps(), id)
    await requestStop(ledger.port(), id, now)
    expect(await sweepPage(deps(), id, next)).toEqual({ starts: [] })
    expect(await operation()).toMatchObject({ status: 'canceled', counts: { seen: 1 } })
    expect(await sweepPage(deps(), id, next)).toEqual({ starts: [] })
    expect(surveyed).toHaveLength(1)
  })
})
