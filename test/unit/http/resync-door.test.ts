import { beforeEach, describe, expect, it } from 'vitest'
import { resyncDoor } from '../../../src/lib/http/resync-door.ts'
import type { Start } from '../../../src/lib/model.ts'
import { loadNamedUnits, loadOperation } from '../../../src/lib/sweep/operation.ts'
import { timing } from '../../../src/lib/timing.ts'
import { MemoryLedger } from '../sweep/support/memory-ledger.ts'
import { NamedSource, route } from '../sweep/support/source.ts'
import { bodyOf, headers, logging, request } from './support.ts'

const id = '5f6f5a5e-9b0e-4a3f-9d57-7f3f6c3ac001'
let ledger: MemoryLedger
let source: NamedSource
let started: string[]
let hubIsDown: boolean

const starter = {
  run: async (start: Start | undefined) => {
    if (start !== undefined) started.push(start.instanceId)
    return true
  },
  pages: async (operation: string) => {
    if (hubIsDown) throw new Error('AccountKey=c2VjcmV0 in a message nobody controls')
    started.push(operation)
  },
}

const post = async (body: unknown, more: { headers?: Record<string, string> } = {}) => {
  const routes = new Map([
    [route.key, route],
    ['west>east', { ...route, key: 'west>east', from: 'west', to: 'east', include: { namePrefix: 'film' } }],
  ])
  const sweep = {
    routes,
    reader: () => source.reader(),
    ledger: ledger.port(),
    clock: () => 1_000_000,
    timing: timing(1),
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { context, lines } = logging()
  const door = resyncDoor({ state: 'ready', sweep }, () => id)
  const response = await door(request({ method: 'POST', body: text, ...more }), starter, context)
  return { response, body: bodyOf(response), lines }
}

const nothingStarted = () => {
  expect([started, ledger.requests, [...ledger.documents], [...ledger.reports]]).toEqual([[], [], [], []])
}

beforeEach(() => {
  ledger = new MemoryLedger()
  source = new NamedSource()
  source.assets = ['Film-1', 'film-2']
  source.contentKeyPolicies = ['ckp']
  started = []
  hubIsDown = false
})

describe('POST /api/resync', () => {
  it('asks for named assets at once, as the source spells them, each once', async () => {
    const { response, body } = await post({ route: 'east>west', assets: ['film-1', 'FILM-1', 'film-2'], adopt: true })
    expect([response.status, headers(response).location]).toEqual([202, `/api/operations/${id}`])
    expect(body).toMatchObject({ id, status: 'running', total: 2, counts: { requested: 2 } })
    expect(ledger.requests).toEqual(
      ['Film-1', 'film-2'].map(name => ({
        unit: { route: 'east>west', kind: 'asset', name },
        request: { reason: 'resync', priority: 'event', permissions: { adopt: true }, by: `operation ${id}` },
      })),
    )
    expect(started).toHaveLength(2)
    expect(await loadNamedUnits(ledger.port(), id)).toEqual([
      { kind: 'asset', name: 'Film-1', generation: 1 },
      { kind: 'asset', name: 'film-2', generation: 1 },
    ])
  })

  it('P10: confirms deletes for a day and follows a replaced source, but not in a dry run', async () => {
    const replaced = { found: 'new-id', at: 1 }
    await ledger.changeRoute('east>west', () => ({ replaced, deletes: { wave: 1 } }))
    await post({ route: 'east>west', all: true, dryRun: true, confirmDeletes: true })
    expect(await ledger.routeState('east>west')).toEqual({ replaced, deletes: { wave: 1 } })
    await post({ route: 'east>west', all: true, confirmDeletes: true })
    expect(await ledger.routeState('east>west')).toEqual({
      confirmedSource: 'new-id',
      sourceAccount: 'new-id',
      deletes: { confirmedUntil: 1_000_000 + 24 * 60 * 60_000 },
    })
  })

  it('takes units of other kinds', async () => {
    await post({ route: 'east>west', units: [{ kind: 'contentKeyPolicy', name: 'ckp' }] })
    expect(ledger.requests.map(({ unit }) => unit.kind)).toEqual(['contentKeyPolicy'])
  })

  it.each([
    { route: 'east>west', all: true },
    { route: 'east>west', assets: ['film-1'], dryRun: true },
  ])('leaves %o to pages', async body => {
    const { response } = await post(body)
    expect([response.status, started, ledger.requests]).toEqual([202, [id], []])
  })

  it('takes an asset that is gone from the source while it has a twin', async () => {
    ledger.put({ route: 'east>west', kind: 'asset', name: 'gone' }, { facts: { owner: 'made' } })
    expect((await post({ route: 'east>west', assets: ['gone'] })).response.status).toBe(202)
  })

  it.each([
    ['an unknown route', { route: 'a>b', all: true }, 404, 'RouteUnknown'],
    ['an unknown asset', { route: 'east>west', assets: ['film-1', 'nope'] }, 404, 'AssetUnknown'],
    ['an unknown policy', { route: 'east>west', units: [{ kind: 'contentKeyPolicy', name: 'x' }] }, 404, 'UnitUnknown'],
    ['an asset that the route does not take', { route: 'west>east', assets: ['song'] }, 400, 'AssetNotIncluded'],
    ['both assets and all', { route: 'east>west', assets: ['film-1'], all: true }, 400, 'BodyInvalid'],
    ['none of assets, units and all', { route: 'east>west' }, 400, 'BodyInvalid'],
    ['all: false', { route: 'east>west', all: false }, 400, 'BodyInvalid'],
    ['no assets', { route: 'east>west', assets: [] }, 400, 'BodyInvalid'],
    [
      '1001 assets',
      { route: 'east>west', assets: Array.from({ length: 1001 }, (_, n) => `a${n}`) },
      400,
      'BodyInvalid',
    ],
    ['an unknown field', { route: 'east>west', all: true, dryrun: true }, 400, 'BodyInvalid'],
    ['an unknown kind', { route: 'east>west', units: [{ kind: 'job', name: 'a' }] }, 400, 'BodyInvalid'],
    ['a path for a name', { route: 'east>west', assets: ['../x'] }, 400, 'BodyInvalid'],
    ['broken JSON', '{"route":', 400, 'BodyInvalid'],
    ['nothing', '', 400, 'BodyInvalid'],
    ['a list', [], 400, 'BodyInvalid'],
    ['10 MB', JSON.stringify({ route: 'x'.repeat(10 * 1024 * 1024) }), 413, 'BodyTooLarge'],
  ])('answers %s with a problem document and starts nothing', async (_, body, status, code) => {
    const answer = await post(body)
    expect(headers(answer.response)['content-type']).toBe('application/problem+json')
    expect(answer.response.status).toBe(status)
    expect(answer.body).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      code,
      remedy: expect.any(String),
    })
    nothingStarted()
  })

  it('believes the announced length of a body before it reads it', async () => {
    const { response } = await post('{}', { headers: { 'content-length': '2000000' } })
    expect(response.status).toBe(413)
  })

  it('names every mistake and the asset that is not known', async () => {
    expect((await post({ route: 1, asets: ['a'], all: 'yes' })).body.issues).toEqual(
      expect.arrayContaining([
        { path: 'route', found: '1', allowed: expect.any(String) },
        { path: 'all', found: '"yes"', allowed: 'true' },
        { path: 'asets', found: expect.any(String), allowed: expect.stringContaining('assets') },
      ]),
    )
    expect((await post({ route: 'east>west', assets: ['film-1', 'nope'] })).body.names).toEqual(['nope'])
  })

  it('answers 503 when the source does not answer, and starts nothing', async () => {
    source.trouble = 'unavailable'
    const { response, body } = await post({ route: 'east>west', assets: ['film-1'] })
    expect([response.status, body.code, headers(response)['retry-after']]).toEqual([503, 'SourceUnavailable', '7'])
    nothingStarted()
  })

  it('P6: ends an operation that cannot start, without the text of the error anywhere', async () => {
    hubIsDown = true
    const { response, lines } = await post({ route: 'east>west', all: true })
    expect(response.status).toBe(500)
    expect(await loadOperation(ledger.port(), id)).toMatchObject({ status: 'failed' })
    expect(JSON.stringify([response, lines, [...ledger.documents]])).not.toContain('AccountKey')
  })

  it('refuses while the settings have mistakes, which only the log tells', async () => {
    const { context, lines } = logging()
    const issue = { path: 'TWINSTREAM_PACE', found: '"2"', allowed: 'less' }
    const door = resyncDoor({ state: 'broken', issues: [issue] }, () => id)
    const response = await door(request({ method: 'POST', body: '{}' }), starter, context)
    expect([response.status, bodyOf(response).code]).toEqual([503, 'NotReady'])
    expect(String(response.body)).not.toContain('TWINSTREAM_PACE')
    expect(lines.join('\n')).toContain('TWINSTREAM_PACE')
  })
})
