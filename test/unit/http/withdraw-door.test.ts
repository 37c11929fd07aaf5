import { beforeEach, describe, expect, it } from 'vitest'
import { liftDoor, type WithdrawApp, withdrawalsDoor, withdrawDoor } from '../../../src/lib/http/withdraw-door.ts'
import type { Start } from '../../../src/lib/model.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { ServiceError } from '../../../src/lib/service-error.ts'
import { MemoryLedger } from '../sweep/support/memory-ledger.ts'
import { route } from '../sweep/support/source.ts'
import { bodyOf, headers, logging, request } from './support.ts'

let ledger: MemoryLedger
let locators: Map<string, string>
let deleted: string[]
let down: boolean
let started: (Start | undefined)[]

const target = {
  locator: async (name: string) => {
    if (down) throw new ServiceError('unavailable', 'west got no answer', { side: 'target' })
    // From here on nothing may make it any more.
    expect(ledger.tombstones.has(name.toLowerCase())).toBe(true)
    const assetName = locators.get(name)
    return assetName === undefined ? undefined : { name, assetName, created: `when ${name} was made` }
  },
  asset: async () => undefined,
  deleteLocator: async (name: string) => {
    deleted.push(name)
  },
}
const untouchable = new Proxy(
  {},
  {
    get: () => {
      throw new Error('The source must not be asked: it may be down.')
    },
  },
)
const pair = { route, target, source: untouchable, reach: async () => 'none' } as unknown as Pair
const app = (): WithdrawApp & { state: 'ready' } => ({
  state: 'ready',
  routes: new Map([[route.key, route]]),
  ledger: ledger.port(),
  pairs: { pair: () => pair },
})
const starter = {
  run: async (start: Start | undefined) => {
    started.push(start)
  },
}
const post = (body: unknown) =>
  withdrawDoor(app())(
    request({ method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    starter,
    logging().context,
  )

beforeEach(() => {
  ledger = new MemoryLedger()
  locators = new Map([
    ['film-a', 'film'],
    ['theirs', 'film'],
  ])
  deleted = []
  started = []
  down = false
  const facts = { locators: ['film-a'], twinLocators: { 'film-a': 'when film-a was made' } }
  ledger.put({ route: route.key, kind: 'asset', name: 'film' }, { facts })
})

describe('POST /api/withdraw', () => {
  it('P5: removes what is ours at once, leaves what is not, and asks for the asset', async () => {
    const response = await post({ route: route.key, locators: ['film-a', 'theirs', 'nowhere', 'FILM-A'] })
    expect(response.status).toBe(200)
    expect(bodyOf(response).locators).toEqual([
      { name: 'FILM-A', result: 'absent' },
      { name: 'theirs', result: 'notOurs', asset: 'film', code: 'TargetNotOurs' },
      { name: 'nowhere', result: 'absent' },
    ])
    expect(bodyOf(await post({ route: route.key, locators: ['film-a'] })).locators).toEqual([
      { name: 'film-a', result: 'withdrawn', asset: 'film' },
    ])
    expect(deleted).toEqual(['film-a'])
    expect(ledger.requests.map(({ unit, request: { reason } }) => [unit.kind, unit.name, reason])).toContainEqual([
      'asset',
      'film',
      'withdrawn',
    ])
    expect(started.length).toBeGreaterThan(0)
  })

  it('P3: a target that does not answer makes it later, and nothing makes the locator meanwhile', async () => {
    down = true
    const response = await post({ route: route.key, locators: ['film-a'] })
    expect(bodyOf(response).locators).toEqual([{ name: 'film-a', result: 'pending', code: 'TargetUnavailable' }])
    expect([...ledger.tombstones]).toEqual(['film-a'])
    expect(ledger.requests.map(({ unit }) => unit)).toEqual([
      { route: 'east>west', kind: 'streamingLocator', name: 'film-a' },
    ])
  })

  it('P3: one that a pass may be making just now is looked at again once it is made', async () => {
    ledger.locators.set('east>west/film-b', { asset: 'film', id: 'id' })
    await post({ route: route.key, locators: ['film-b', 'nowhere'] })
    expect(ledger.requests.map(({ unit: { kind, name } }) => [kind, name])).toEqual([
      ['asset', 'film'],
      ['streamingLocator', 'nowhere'],
    ])
  })

  it.each([
    ['an unknown route', { route: 'a>b', locators: ['x'] }, 404, 'RouteUnknown'],
    ['no locators', { route: 'east>west', locators: [] }, 400, 'BodyInvalid'],
    [
      '101 locators',
      { route: 'east>west', locators: Array.from({ length: 101 }, (_, n) => `l${n}`) },
      400,
      'BodyInvalid',
    ],
    ['a path for a name', { route: 'east>west', locators: ['../x'] }, 400, 'BodyInvalid'],
    ['an unknown field', { route: 'east>west', locators: ['x'], asset: 'film' }, 400, 'BodyInvalid'],
    ['broken JSON', '{"route":', 400, 'BodyInvalid'],
  ])('answers %s with a problem document and withdraws nothing', async (_what, body, status, code) => {
    const response = await post(body)
    expect([response.status, headers(response)['content-type']]).toEqual([status, 'application/problem+json'])
    expect(bodyOf(response)).toMatchObject({ code, remedy: expect.any(String) })
    expect([[...ledger.tombstones], deleted, ledger.requests]).toEqual([[], [], []])
  })
})

describe('DELETE /api/withdraw', () => {
  const lift = (query: string) => {
    const sent = request({ method: 'DELETE' })
    for (const [name, value] of new URLSearchParams(query)) sent.query.append(name, value)
    return liftDoor(app())(sent, starter, logging().context)
  }

  it('lifts it, and asks for what the source may still have', async () => {
    await post({ route: route.key, locators: ['film-a', 'film-b'] })
    const response = await lift('route=east>west&locator=film-a')
    expect([response.status, bodyOf(response)]).toEqual([200, { route: 'east>west', lifted: ['film-a'], unknown: [] }])
    expect([...ledger.tombstones]).toEqual(['film-b'])
    expect(ledger.requests.at(-1)?.unit).toEqual({ route: 'east>west', kind: 'streamingLocator', name: 'film-a' })
  })

  it('P8: says what was not withdrawn, and makes no unit of a name that is misspelt', async () => {
    await post({ route: route.key, locators: ['film-a'] })
    const before = ledger.requests.length
    const response = await lift('route=east>west&locator=FILM-A&locator=flim-a')
    expect(bodyOf(response)).toEqual({ route: 'east>west', lifted: ['FILM-A'], unknown: ['flim-a'] })
    expect(ledger.requests.slice(before).map(({ unit: { name } }) => name)).toEqual(['FILM-A'])
  })

  it.each([
    ['no locator', 'route=east>west', 400, 'QueryInvalid'],
    ['no route', 'locator=a', 400, 'QueryInvalid'],
    ['an unknown route', 'route=a>b&locator=a', 404, 'RouteUnknown'],
  ])('answers %s with a problem document', async (_what, query, status, code) => {
    const response = await lift(query)
    expect([response.status, bodyOf(response).code]).toEqual([status, code])
  })
})

describe('GET /api/withdraw', () => {
  const list = (query: Record<string, string>) => withdrawalsDoor(app())(request({ query }), logging().context)

  it('P8: shows what is kept from being published, page by page', async () => {
    await ledger.withdrawLocators(route.key, ['a', 'b', 'c'])
    const first = bodyOf(await list({ route: route.key, top: '2' }))
    expect(first).toEqual({
      route: route.key,
      withdrawals: ['a', 'b'].map(locator => ({ locator, at: '1970-01-01T00:00:01.000Z', result: 'pending' })),
      next: '2',
    })
    expect(bodyOf(await list({ route: route.key, top: '2', cursor: first.next }))).toEqual({
      route: route.key,
      withdrawals: [{ locator: 'c', at: '1970-01-01T00:00:01.000Z', result: 'pending' }],
    })
  })

  const results = async () =>
    Object.fromEntries(
      bodyOf(await list({ route: route.key })).withdrawals.map((one: { locator: string; result: string }) => [
        one.locator,
        one.result,
      ]),
    )

  it('P8: says of each what became of it in the target', async () => {
    await post({ route: route.key, locators: ['film-a', 'theirs', 'nowhere'] })
    expect(await results()).toEqual({ 'film-a': 'withdrawn', theirs: 'notOurs', nowhere: 'absent' })
  })

  it('P8: one that the target did not take is pending until a pass has taken it off', async () => {
    const film = { route: route.key, kind: 'asset', name: 'film' } as const
    ledger.locators.set('east>west/film-a', { asset: 'film', id: 'id' })
    down = true
    await post({ route: route.key, locators: ['film-a', 'nowhere'] })
    expect(await results()).toEqual({ 'film-a': 'pending', nowhere: 'pending' })
    // A pass that went wrong for another reason has taken it off all the same.
    ledger.put(film, { outcome: 'blocked', facts: { locators: [] } })
    ledger.put({ ...film, kind: 'streamingLocator', name: 'nowhere' }, { outcome: 'inSync', inSyncAt: 1000 })
    expect(await results()).toEqual({ 'film-a': 'withdrawn', nowhere: 'absent' })
  })

  it('P3: a crash before anything is written down of it leaves it pending until a pass has been in sync', async () => {
    const film = { route: route.key, kind: 'asset', name: 'film' } as const
    ledger.locators.set('east>west/film-a', { asset: 'film', id: 'id' })
    await ledger.withdrawLocators(route.key, ['film-a'])
    expect(await results()).toEqual({ 'film-a': 'pending' })
    ledger.put(film, { outcome: 'inSync', inSyncAt: 999, facts: { locators: [] } })
    expect(await results()).toEqual({ 'film-a': 'pending' })
    ledger.put(film, { outcome: 'inSync', inSyncAt: 1000, facts: { locators: [] } })
    expect(await results()).toEqual({ 'film-a': 'absent' })
  })

  it('P8: names what is wrong with a query', async () => {
    for (const query of [{}, { route: route.key, top: '0' }, { route: route.key, order: 'x' }])
      expect((await list(query)).status).toBe(400)
    expect((await list({ route: 'a>b' })).status).toBe(404)
    expect((await list({ route: route.key, code: 'the-key' })).status).toBe(200)
  })
})
