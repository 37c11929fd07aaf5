import { beforeEach, describe, expect, it } from 'vitest'
import { readinessDoor } from '../../../src/lib/http/readiness-door.ts'
import type { Backlog } from '../../../src/lib/ledger/ledger.ts'
import type { RouteState } from '../../../src/lib/ledger/states.ts'
import type { DeliveryReader } from '../../../src/lib/media/delivery.ts'
import type { MediaReader } from '../../../src/lib/media/ports.ts'
import type { Account, Side } from '../../../src/lib/model.ts'
import { ServiceError, type ServiceErrorKind } from '../../../src/lib/service-error.ts'
import { readinessAnswer } from '../../../src/lib/status/readiness/answer.ts'
import { remembering } from '../../../src/lib/status/readiness/remembered.ts'
import { type ReadinessDeps, readinessView } from '../../../src/lib/status/readiness/view.ts'
import { route } from '../sweep/support/source.ts'
import { bodyOf, headers, logging, request } from './support.ts'

const now = Date.UTC(2030, 0, 1, 12)
const hour = 3_600_000

let backlog: Backlog
let state: RouteState
let silent: readonly Side[]
let comparedAt: number | undefined
let more: string | undefined
let broken = false
/** Milliseconds before a call fails. */
let slow = 0

let trouble: ServiceErrorKind
const silence = async () => {
  if (slow > 0) await new Promise(done => setTimeout(done, slow))
  throw new ServiceError(trouble, 'west: no')
}
const account = { key: 'east', accountName: 'contosoeast', location: 'eastus2' } as Account
const deps: ReadinessDeps = {
  ledger: {
    backlog: async () => backlog,
    routeState: async () => state,
    operation: async (id: string) =>
      comparedAt === undefined || !id.startsWith('swept-full')
        ? undefined
        : {
            last: { startedAt: comparedAt, finishedAt: comparedAt, status: 'succeeded' },
            success: { startedAt: comparedAt, finishedAt: comparedAt, mode: 'replicate', round: 1 },
          },
    list: async () => {
      if (broken) throw new Error('table down')
      return { rows: [], ...(more === undefined ? {} : { next: more }) }
    },
    read: async () => undefined,
  },
  routes: new Map([[route.key, route]]),
  clock: () => now,
  runbook: 'https://wiki.example/runbook',
  account: () => account,
  reader: () => new Proxy({} as MediaReader, { get: () => silence }),
  delivery: () => new Proxy({} as DeliveryReader, { get: () => silence }),
  remembered: remembering(() => now, hour),
  reach: async (_: string, side: Side) => (silent.includes(side) ? ('none' as const) : ('all' as const)),
}
const app = () => ({ state: 'ready' as const, readiness: () => readinessView(deps, '1.2.3') })

const ask = async (query: Record<string, string> = {}, accept = 'application/json') =>
  readinessDoor(app())(request({ query, headers: { accept } }), logging().context)

const reasons = async () => {
  const { routes } = readinessAnswer.parse(bodyOf(await ask()))
  return { codes: routes.flatMap(one => one.reasons.map(({ code, weight }) => `${weight} ${code}`)) }
}

beforeEach(() => {
  more = undefined
  broken = false
  slow = 0
  backlog = { running: 0, due: 0, waiting: 0, blocked: 0, atLeast: false, standStills: [] }
  state = {}
  silent = []
  trouble = 'unavailable'
  comparedAt = now - hour
})

describe('GET /api/readiness', () => {
  it('is answered while the source is silent, which alone stops no failover', async () => {
    silent = ['source']
    const { codes } = await reasons()
    expect(codes).toContain('note SourceUnavailable')
  })

  it('P8: every reason has cause, remedy and a section of the runbook; a silent target comes first', async () => {
    silent = ['target']
    const standStills = [{ outcome: 'blocked', code: 'StorageNotMapped', count: 1 }] as const
    backlog = { running: 1, due: 1, waiting: 1, blocked: 1, atLeast: false, standStills, oldest: now - hour }
    state = { returned: { at: now, since: now } }
    comparedAt = undefined
    const answer = readinessAnswer.parse(bodyOf(await ask()))
    const [first, ...rest] = answer.routes[0]?.reasons ?? []
    expect(answer.verdict).toBe('notReady')
    expect(first).toMatchObject({ code: 'TargetUnavailable', weight: 'stops', cause: expect.any(String) })
    expect(first?.runbook).toBe('https://wiki.example/runbook#targetunavailable')
    expect(rest.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['FailbackPending', 'UnitsBlocked', 'LagHigh', 'ComparisonLate']),
    )
    expect(rest.find(({ code }) => code === 'UnitsBlocked')?.detail).toBe('1 unit')
    expect(answer.routes[0]).toMatchObject({ units: { unverified: 3, blocked: 1 }, lagSeconds: 3600, comparison: {} })
  })

  it('P8: what the target does not tell is named, and never taken for fine', async () => {
    const answer = readinessAnswer.parse(bodyOf(await ask()))
    const incomplete = answer.routes[0]?.reasons.find(({ code }) => code === 'AnswerIncomplete')
    expect(incomplete?.names).toEqual(expect.arrayContaining(['west: streamingEndpoints/read', 'west: read']))
    expect(answer.routes[0]?.target.endpoints).toBeUndefined()
    expect(answer.verdict).toBe('notReady')
  })

  it('P8: a target that is slow or a catalogue that was seen in part is no proof that nothing plays', async () => {
    more = 'page 2'
    const { codes } = await reasons()
    expect(codes).toContain('limits AnswerIncomplete')
    expect(codes).not.toContain('stops NothingToPlay')
    more = undefined
    expect((await reasons()).codes).toContain('stops NothingToPlay')
  })

  it('P4: a ledger that falters while others are still asked ends no process', async () => {
    const unheard: unknown[] = []
    const hear = (error: unknown) => unheard.push(error)
    process.on('unhandledRejection', hear)
    broken = true
    slow = 50
    const { codes } = await reasons()
    await new Promise(done => setImmediate(done))
    process.off('unhandledRejection', hear)
    expect(unheard).toEqual([])
    expect(codes).toContain('limits AnswerIncomplete')
    expect(codes).not.toContain('stops NothingToPlay')
  })

  it('P8: a right that is missing is named by the call that was refused', async () => {
    trouble = 'unauthorized'
    const answer = readinessAnswer.parse(bodyOf(await ask()))
    const missing = answer.routes[0]?.reasons.find(({ code }) => code === 'NotAuthorized')
    expect(missing?.names).toEqual(expect.arrayContaining(['west: streamingEndpoints/read', 'west: assets/read']))
  })

  it('a comparison of two days ago is late, one of yesterday is not', async () => {
    expect((await reasons()).codes).not.toContain('limits ComparisonLate')
    comparedAt = now - 49 * hour
    expect((await reasons()).codes).toContain('limits ComparisonLate')
  })

  it('is a page for a browser, and where it is asked for, dated and without anything that runs or loads', async () => {
    state = { replaced: { found: 'other', at: now } }
    for (const page of [await ask({}, 'text/html,*/*;q=0.8'), await ask({ format: 'html' })]) {
      expect(headers(page)['content-type']).toBe('text/html; charset=utf-8')
      expect(headers(page)['content-security-policy']).toContain("default-src 'none'")
      expect(page.body).toContain('2030-01-01T12:00:00.000Z')
      expect(page.body).toContain('SourceReplaced')
      expect(page.body).toContain('<code>confirmDeletes</code>')
      expect(page.body).not.toContain('`')
      expect(page.body).not.toMatch(/<script|<link|<img|url\(|@import/i)
    }
    expect(headers(await ask({ format: 'json' }, 'text/html'))['content-type']).toBe('application/json')
    expect(bodyOf(await ask({ format: 'pdf' }))).toMatchObject({
      code: 'QueryInvalid',
      issues: [{ path: 'format', found: '"pdf"', allowed: 'json or html' }],
    })
  })

  it('P8: with mistakes in the settings it lists them all', async () => {
    const issues = [{ path: 'TWINSTREAM_PACE', found: '"fast"', allowed: 'a number above 0, 1 at most' }]
    const response = await readinessDoor({ state: 'broken', issues })(request({}), logging().context)
    expect(response.status).toBe(503)
    expect(bodyOf(response)).toMatchObject({ code: 'NotReady', issues })
  })
})
