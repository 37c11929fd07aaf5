import { beforeEach, describe, expect, it } from 'vitest'
import { healthAnswer } from '../../../src/lib/http/health.ts'
import { unitsDoor } from '../../../src/lib/http/units-door.ts'
import type { RowQuery } from '../../../src/lib/ledger/ledger.ts'
import { MemoryLedger } from '../sweep/support/memory-ledger.ts'
import { route } from '../sweep/support/source.ts'
import { bodyOf, logging, request } from './support.ts'

let ledger: MemoryLedger
let asked: RowQuery | undefined

const get = async (query: Record<string, string>) => {
  const list = (given: RowQuery) => {
    asked = given
    return ledger.list()
  }
  const app = {
    state: 'ready' as const,
    ledger: { read: ledger.read.bind(ledger), list, routeState: ledger.routeState.bind(ledger) },
    routes: new Map([[route.key, route]]),
    clock: () => Date.UTC(2026, 2, 1, 12),
  }
  return unitsDoor(app)(request({ query }), logging().context)
}

beforeEach(() => {
  ledger = new MemoryLedger()
  asked = undefined
  ledger.put(
    { route: 'east>west', kind: 'asset', name: 'film-1' },
    {
      outcome: 'blocked',
      code: 'StorageNotMapped',
      detail: 'store1',
      requestedAt: Date.UTC(2026, 2, 1),
      desired: 2,
      facts: { owner: 'made', blobs: 7, listing: 'digest' },
    },
  )
})

describe('GET /api/units', () => {
  it('P8: shows one unit in full, with cause, remedy and times people can read', async () => {
    const response = await get({ route: 'east>west', kind: 'asset', name: 'film-1' })
    expect(response.status).toBe(200)
    expect(bodyOf(response)).toMatchObject({
      name: 'film-1',
      outcome: 'blocked',
      code: 'StorageNotMapped',
      cause: expect.any(String),
      remedy: expect.any(String),
      detail: 'store1',
      requestedAt: '2026-03-01T00:00:00.000Z',
      pending: true,
      facts: { owner: 'made', blobs: 7 },
    })
    expect(String(response.body)).not.toMatch(/private-run-key|digest/)
  })

  it('P8: shows how far the copy of a running unit is, how fast, and when it will end', async () => {
    const since = Date.UTC(2026, 2, 1, 11, 59)
    const copying = { since, blobs: 3, ofBlobs: 10, bytes: 6_000, ofBytes: 18_000 }
    const unit = { route: 'east>west', kind: 'asset', name: 'film-2' } as const
    ledger.put(unit, { state: 'running', facts: { copying } })
    const shown = async () => bodyOf(await get(unit)).copying
    expect(await shown()).toEqual({
      blobs: 3,
      ofBlobs: 10,
      bytes: 6_000,
      ofBytes: 18_000,
      bytesPerSecond: 100,
      eta: '2026-03-01T12:02:00.000Z',
    })
    const [listed] = bodyOf(await get({ route: 'east>west' })).units.filter(
      ({ name }: { name: string }) => name === 'film-2',
    )
    expect(listed.copying).toEqual(await shown())

    ledger.put(unit, { state: 'running', facts: { copying: { ...copying, bytes: 0, blobs: 0 } } })
    expect(await shown()).toEqual({ blobs: 0, ofBlobs: 10, bytes: 0, ofBytes: 18_000 })
    // All is there and only verified: a rate would fall with every look.
    ledger.put(unit, { state: 'running', facts: { copying: { ...copying, bytes: 18_000, blobs: 10 } } })
    expect(await shown()).toEqual({ blobs: 10, ofBlobs: 10, bytes: 18_000, ofBytes: 18_000 })
    ledger.put(unit, { state: 'running', facts: { copying: { ...copying, ofBlobs: 0 } } })
    expect(await shown()).toBeUndefined()
    ledger.put(unit, { state: 'idle', outcome: 'inSync', facts: { copying } })
    expect(await shown()).toBeUndefined()
  })

  it('answers pages, filtered as asked', async () => {
    for (let n = 0; n < 100; n += 1) ledger.put({ route: 'east>west', kind: 'asset', name: `more-${n}` })
    const response = await get({
      route: 'east>west',
      kind: 'asset',
      outcome: 'blocked',
      code: 'StorageNotMapped',
      cursor: '0',
    })
    expect(asked).toEqual({
      route: 'east>west',
      kind: 'asset',
      outcome: 'blocked',
      code: 'StorageNotMapped',
      cursor: '0',
      top: 100,
    })
    expect(bodyOf(response)).toMatchObject({ units: { 0: { name: 'film-1' } }, next: '100' })
  })

  it('P8: tells which account a route is on hold for', async () => {
    await ledger.changeRoute(route.key, () => ({ hold: { side: 'source', since: Date.UTC(2026, 2, 1) } }))
    expect(bodyOf(await get({ route: 'east>west' })).routes).toEqual([
      {
        route: 'east>west',
        mode: route.mode,
        hold: {
          code: 'OnHold',
          cause: expect.any(String),
          remedy: expect.any(String),
          account: 'east',
          since: '2026-03-01T00:00:00.000Z',
        },
      },
    ])
  })

  it.each([
    ['a name without a kind', { route: 'east>west', name: 'a' }, 400, 'QueryInvalid'],
    ['an unknown kind', { kind: 'job' }, 400, 'QueryInvalid'],
    ['an unknown outcome', { outcome: 'fine' }, 400, 'QueryInvalid'],
    ['an unknown code', { code: 'StorageNotMaped' }, 400, 'QueryInvalid'],
    ['an unknown parameter', { rote: 'east>west' }, 400, 'QueryInvalid'],
    ['top out of range', { top: '201' }, 400, 'QueryInvalid'],
    ['an unknown route', { route: 'a>b' }, 404, 'RouteUnknown'],
    ['an unknown unit', { route: 'east>west', kind: 'asset', name: 'b' }, 404, 'UnitUnknown'],
  ] as const)('answers %s with a problem', async (_, query, status, code) => {
    const response = await get(query)
    expect([response.status, bodyOf(response).code]).toEqual([status, code])
  })

  it('P6: passes over a function key in `code`, where Azure takes it too', async () => {
    const key = 'Qm9vT2ZLZXlzLXdpdGgtbG90cy1vZi1lbnRyb3B5LTEyMw=='
    const response = await get({ code: key })
    expect([response.status, asked]).toEqual([200, { top: 100 }])
    expect(String((await get({ code: key, kind: 'job' })).body)).not.toContain(key)
  })
})

describe('GET /api/health', () => {
  it('tells a stranger whether the app is whole, and no more', () => {
    expect(bodyOf(healthAnswer('ready'))).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
    expect([healthAnswer('broken').status, bodyOf(healthAnswer('broken'))]).toEqual([503, { status: 'broken' }])
  })
})
