import { beforeEach, describe, expect, it } from 'vitest'
import { failbackDoor } from '../../../src/lib/http/failback-door.ts'
import type { Start } from '../../../src/lib/model.ts'
import { MemoryLedger } from '../sweep/support/memory-ledger.ts'
import { route } from '../sweep/support/source.ts'
import { bodyOf, headers, logging, request } from './support.ts'

let ledger: MemoryLedger
let started: (Start | undefined)[]
let opposite: boolean

const starter = {
  run: async (start: Start | undefined) => {
    started.push(start)
  },
}
const back = { ...route, key: 'west>east', from: 'west', to: 'east' }
const post = (body: unknown) => {
  const routes = new Map([[route.key, route], ...(opposite ? ([[back.key, back]] as const) : [])])
  // One page only.
  const port = Object.assign(ledger.port(), { list: async () => ({ rows: [...ledger.rows.values()] }) })
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return failbackDoor({ state: 'ready', routes, ledger: port })(
    request({ method: 'POST', body: text }),
    starter,
    logging().context,
  )
}
const film = { kind: 'asset', name: 'film' } as const

beforeEach(() => {
  ledger = new MemoryLedger()
  started = []
  opposite = true
  ledger.put({ route: route.key, ...film }, { code: 'TargetChanged', outcome: 'blocked', facts: { owner: 'made' } })
})

describe('POST /api/failback', () => {
  it.each([
    ['target', { moveHome: true }],
    ['source', { restore: true }],
  ] as const)('asks for the named units, or all that wait, to keep the %s', async (keep, permissions) => {
    for (const which of [{ units: [film] }, { all: true }]) {
      const response = await post({ route: route.key, keep, ...which })
      expect([response.status, bodyOf(response)]).toEqual([202, { route: route.key, keep, count: 1, units: [film] }])
      const asked = { reason: 'failback', priority: 'event', permissions }
      expect(ledger.requests.splice(0)).toEqual([{ unit: { route: route.key, ...film }, request: asked }])
    }
    expect(started).toHaveLength(2)
  })

  it('P10: keeping the target needs the opposite route, restoring the source does not', async () => {
    opposite = false
    const response = await post({ route: route.key, keep: 'target', all: true })
    expect([response.status, bodyOf(response).code, bodyOf(response).names]).toEqual([
      409,
      'RouteMissing',
      ['west>east'],
    ])
    expect(ledger.requests).toEqual([])
    expect((await post({ route: route.key, keep: 'source', all: true })).status).toBe(202)
  })

  it.each([
    ['an unknown route', { route: 'a>b', keep: 'source', all: true }, 404, 'RouteUnknown'],
    [
      'an unknown unit',
      { route: 'east>west', keep: 'source', units: [film, { kind: 'asset', name: 'x' }] },
      404,
      'UnitUnknown',
    ],
    ['neither units nor all', { route: 'east>west', keep: 'source' }, 400, 'BodyInvalid'],
    ['both', { route: 'east>west', keep: 'source', all: true, units: [film] }, 400, 'BodyInvalid'],
    ['something else to keep', { route: 'east>west', keep: 'both', all: true }, 400, 'BodyInvalid'],
    ['nothing', '', 400, 'BodyInvalid'],
  ])('answers %s with a problem document and asks for nothing', async (_what, body, status, code) => {
    const response = await post(body)
    expect([response.status, bodyOf(response).code, headers(response)['content-type']]).toEqual([
      status,
      code,
      'application/problem+json',
    ])
    expect(ledger.requests).toEqual([])
  })
})
