import { beforeEach, describe, expect, it } from 'vitest'
import { operationDoor, reportDoor, stopOperationDoor } from '../../../src/lib/http/operations-door.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import { newOperation, saveNamedUnits } from '../../../src/lib/sweep/operation.ts'
import { MemoryLedger } from '../sweep/support/memory-ledger.ts'
import { bodyOf, headers, logging, request } from './support.ts'

const id = '5f6f5a5e-9b0e-4a3f-9d57-7f3f6c3ac001'
const startedAt = Date.UTC(2026, 2, 1, 10)
let ledger: MemoryLedger
let now: number

let alive: boolean

const app = () => ({
  state: 'ready' as const,
  ledger: ledger.port(),
  clock: () => now,
  timing: { operationSilence: 600_000 },
})
const starter = { hasPages: async () => alive }
const call = async (door: typeof reportDoor, operation = id, query: Record<string, string> = {}) =>
  door(app())(request({ params: { id: operation }, query }), logging().context)
const ask = async (operation = id) =>
  operationDoor(app())(request({ params: { id: operation } }), starter, logging().context)
const get = async () => bodyOf(await ask())

const begin = async (scope: 'all' | 'named', more: object = {}) => {
  const start = { id, route: 'east>west', scope, dryRun: false, permissions: {} }
  await ledger.saveOperation(id, { ...newOperation(start, startedAt), ...more })
}

const film = (name: string) => ({ route: 'east>west', kind: 'asset' as const, name })

const named = async (rows: Record<string, Partial<UnitRow>>) => {
  await begin('named', { total: Object.keys(rows).length })
  await saveNamedUnits(
    ledger.port(),
    id,
    Object.keys(rows).map(name => ({ kind: 'asset', name, generation: 3 })),
  )
  for (const [name, row] of Object.entries(rows)) ledger.put(film(name), row)
}

beforeEach(() => {
  ledger = new MemoryLedger()
  now = startedAt + 60_000
  alive = true
})

describe('GET /api/operations/{id}', () => {
  it('shows how far it is and when it will end, as far as that is known', async () => {
    await begin('all', {
      total: 30,
      counts: { seen: 10, equal: 8, requested: 2, failed: 0 },
      updatedAt: startedAt + 50_000,
    })
    expect(await get()).toMatchObject({
      id,
      status: 'running',
      counts: { seen: 10, equal: 8, requested: 2, failed: 0 },
      startedAt: '2026-03-01T10:00:00.000Z',
      updatedAt: '2026-03-01T10:00:50.000Z',
      eta: '2026-03-01T10:03:00.000Z',
    })
  })

  it('explains what it waits for', async () => {
    await begin('all', { waiting: { code: 'SourceUnavailable', until: now } })
    expect((await get()).waiting).toMatchObject({ code: 'SourceUnavailable', remedy: expect.any(String) })
  })

  it('P8: shows how far its copies are, each and all together', async () => {
    const copying = (more: object) => ({
      state: 'running' as const,
      facts: { copying: { since: now - 10_000, blobs: 1, ofBlobs: 4, bytes: 500, ofBytes: 2_000, ...more } },
    })
    await named({ a: copying({}), b: copying({ since: now - 20_000, bytes: 1_500 }), c: { state: 'running' } })
    const view = await get()
    expect(view.copying).toEqual({
      blobs: 2,
      ofBlobs: 8,
      bytes: 2_000,
      ofBytes: 4_000,
      bytesPerSecond: 100,
      eta: new Date(now + 20_000).toISOString(),
    })
    expect(view.units.map((unit: { copying?: { bytes: number } }) => unit.copying?.bytes)).toEqual([
      500,
      1_500,
      undefined,
    ])
  })

  it('P8: shows every named unit as its row stands, with code, cause and remedy', async () => {
    await named({
      a: { observed: 3, outcome: 'inSync' },
      b: { observed: 3, outcome: 'blocked', code: 'StorageNotMapped' },
      c: { observed: 3, outcome: 'waiting', code: 'PolicyPending' },
      d: { observed: 2, outcome: 'inSync' },
    })
    const view = await get()
    expect(view).toMatchObject({ status: 'running', counts: { settled: 2, equal: 1, failed: 1 } })
    expect(view.units.map((unit: { name: string; settled: boolean }) => [unit.name, unit.settled])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
      ['d', false],
    ])
    expect(view.units[1]).toMatchObject({
      code: 'StorageNotMapped',
      cause: expect.any(String),
      remedy: expect.any(String),
    })
  })

  it.each([
    ['succeeded', 'inSync'],
    ['failed', 'blocked'],
  ] as const)('has %s once every named unit is settled, one of them %s', async (status, outcome) => {
    await named({ a: { observed: 4, outcome: 'inSync' }, b: { observed: 3, outcome } })
    expect((await get()).status).toBe(status)
  })

  it.each(['inSync', 'blocked'] as const)(
    'P8: a request that has settled as %s keeps its answer, whatever comes later',
    async first => {
      await named({ a: { observed: 3, outcome: first, inSyncAt: now - 5000 }, b: { observed: 3, outcome: 'inSync' } })
      const answered = await get()
      expect(answered.finishedAt).toBe(new Date(now).toISOString())
      for (const outcome of ['waiting', 'blocked', 'inSync'] as const) {
        now += 60_000
        ledger.put(film('a'), { observed: 4, outcome, inSyncAt: now })
        expect(await get()).toEqual(answered)
      }
      expect((await call(stopOperationDoor)).status).toBe(200)
    },
  )

  it('P8: a unit that has settled stays so while others are waited for, and its first outcome counts', async () => {
    await named({ a: { observed: 3, outcome: 'inSync' }, b: { observed: 2 } })
    expect((await get()).counts).toMatchObject({ settled: 1, equal: 1 })
    ledger.put(film('a'), { observed: 4, outcome: 'waiting', code: 'OnHold' })
    expect((await get()).units[0]).toEqual({ kind: 'asset', name: 'a', settled: true, outcome: 'inSync' })
    // Two look at once: the other one has seen it blocked before it was in sync.
    ledger.put(film('b'), { observed: 4, outcome: 'inSync' })
    await ledger.keepReport(`${id}-settled`, 1, [JSON.stringify({ outcome: 'blocked', code: 'TargetNotOurs', at: 1 })])
    const view = await get()
    expect([view.status, view.units[1].code]).toEqual(['failed', 'TargetNotOurs'])
    // P9: what has settled is not read again.
    ledger.rows.clear()
    expect((await get()).units).toEqual(view.units)
  })

  it.each([
    ['has been silent for long and has no orchestration', 700_000, false, 'failed'],
    ['has been silent for long', 700_000, true, 'running'],
    ['has no orchestration yet', 1000, false, 'running'],
  ] as const)('P8: one that %s is %s after %s ms', async (_what, after, isAlive, status) => {
    await begin('all')
    now = startedAt + after
    alive = isAlive
    const view = await get()
    expect(view.status).toBe(status)
    expect(view.code).toBe(status === 'failed' ? 'OperationLost' : undefined)
    expect((await get()).status).toBe(status)
  })

  it.each([
    ['ended', { status: 'succeeded', finishedAt: startedAt }],
    ['gone on', { pages: 7, updatedAt: startedAt + 700_000 }],
    ['been begun anew', { startedAt: startedAt + 700_000, updatedAt: startedAt + 700_000 }],
  ] as const)('P3: one that has %s while its orchestration was asked for has not failed', async (_, more) => {
    await begin('all')
    now = startedAt + 700_000
    const hasPages = async () => {
      await begin('all', more)
      return false
    }
    const response = await operationDoor(app())(request({ params: { id } }), { hasPages }, logging().context)
    const status = 'status' in more ? more.status : 'running'
    expect(bodyOf(response).status).toBe(status)
    expect(await ledger.operation(id)).toMatchObject({ status, ...more })
  })

  it.each(['nope', '../x', `${id}-stop`, 'last.east>west', ''])('does not know %j', async unknown => {
    await begin('all')
    await ledger.saveOperation('last.east>west', { seen: 1 })
    const response = await ask(unknown)
    expect([response.status, bodyOf(response).code]).toEqual([404, 'OperationUnknown'])
  })
})

describe('DELETE /api/operations/{id}', () => {
  it('stops at the next page', async () => {
    await begin('all')
    const response = await call(stopOperationDoor)
    expect([response.status, bodyOf(response)]).toEqual([
      202,
      expect.objectContaining({ status: 'running', stopping: true }),
    ])
  })

  it('answers what became of one that has ended', async () => {
    await begin('all', { status: 'succeeded' })
    expect((await call(stopOperationDoor)).status).toBe(200)
  })

  it('refuses to stop units that are asked for already', async () => {
    await named({ a: {} })
    expect((await call(stopOperationDoor)).status).toBe(409)
  })
})

describe('GET /api/operations/{id}/report', () => {
  it('is NDJSON, page after page', async () => {
    await begin('all')
    await ledger.saveReport(id, 1, ['{"name":"b"}'])
    await ledger.saveReport(id, 0, ['{"name":"a"}'])
    const response = await call(reportDoor)
    expect(headers(response)['content-type']).toBe('application/x-ndjson')
    expect(response.body).toBe('{"name":"a"}\n{"name":"b"}\n')
    expect(headers(response).link).toBeUndefined()
  })

  it('a long one goes on at the address in its link header, and is whole', async () => {
    await begin('all')
    const names = Array.from({ length: 12_000 }, (_, n) => `{"name":"${n}"}`)
    for (let page = 0; page < 120; page += 1)
      await ledger.saveReport(id, page, names.slice(page * 100, (page + 1) * 100))
    const read: string[] = []
    let from = '0'
    for (let answers = 0; from !== ''; answers += 1) {
      const response = await call(reportDoor, id, { from })
      const lines = String(response.body).trimEnd().split('\n')
      expect(lines.length).toBeLessThanOrEqual(5000)
      read.push(...lines)
      from = /report\?from=(\d+)>; rel="next"/.exec(headers(response).link ?? '')?.[1] ?? ''
      expect(answers).toBeLessThan(5)
    }
    expect(read).toEqual(names)
  })
})
