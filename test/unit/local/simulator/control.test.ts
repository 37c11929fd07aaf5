import { describe, expect, it } from 'vitest'
import { memoryBlobStore } from '../../../../local/simulator/memory-blob-store.ts'
import { startSimulator } from '../../../../local/simulator/simulator.ts'
import { clientOf, topology } from '../../../contract/support/client.ts'
import { ground } from './ground.ts'

describe('faults seen by a client', () => {
  it('an outage closes connections of that account only, until it ends', async () => {
    await using g = await ground()
    await g.east('POST', '/_sim/outage?account=east')
    await expect(g.east('GET', 'assets')).rejects.toThrow('fetch failed')
    expect((await g.west('GET', 'assets')).status).toBe(200)
    await g.east('DELETE', '/_sim/outage?account=east')
    expect((await g.east('GET', 'assets')).status).toBe(200)
    expect(g.simulator.counters.report().accounts.east?.Assets_List).toEqual({
      count: 2,
      statuses: { none: 1, 200: 1 },
    })
  })

  it('P3: a lost reply comes after the write', async () => {
    await using g = await ground()
    await g.east('POST', '/_sim/faults', {
      account: 'east',
      operation: 'Assets_CreateOrUpdate',
      kind: 'lostReply',
      count: 1,
    })
    await expect(g.east('PUT', 'assets/film', {})).rejects.toThrow('fetch failed')
    expect((await g.east('GET', 'assets/film')).status).toBe(200)
  })

  it('a reset comes before the write', async () => {
    await using g = await ground()
    await g.east('POST', '/_sim/faults', { kind: 'reset', count: 1 })
    await expect(g.east('PUT', 'assets/film', {})).rejects.toThrow('fetch failed')
    expect((await g.east('GET', 'assets/film')).status).toBe(404)
  })

  it.each([
    [{ kind: '429', retryAfter: 9 }, 429, '9'],
    [{ kind: '429' }, 429, null],
    [{ kind: '500' }, 500, null],
    [{ kind: '503', retryAfter: 1 }, 503, '1'],
  ])('%j is answered before anything is done', async (rule, status, retryAfter) => {
    await using g = await ground()
    await g.east('POST', '/_sim/faults', { ...rule, count: 1 })
    const answer = await g.east('PUT', 'assets/film', {})
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter])
    expect((await g.east('GET', 'assets/film')).status).toBe(404)
  })

  it('latency holds a request back', async () => {
    const simulator = await startSimulator({ topology, blobStore: memoryBlobStore() })
    const east = clientOf(simulator)
    await east('POST', '/_sim/faults', { kind: 'latency', milliseconds: 60 })
    const before = performance.now()
    await east('GET', 'assets')
    expect(performance.now() - before).toBeGreaterThanOrEqual(55)
    await simulator.close()
  })
})

describe('the control plane of the simulator', () => {
  it('describes itself', async () => {
    await using g = await ground()
    const { body } = await g.east('GET', '/_sim/')
    expect(Object.keys(body.endpoints)).toContain('/_sim/faults')
  })

  it('shows traffic by account without tokens', async () => {
    await using g = await ground()
    await g.east('PUT', 'assets/film', {}, { authorization: 'Bearer canary-token' })
    await g.west('GET', 'assets')
    const answer = await fetch(`${g.simulator.url}/_sim/traffic?account=east`)
    const lines = (await answer.text()).trim().split('\n')
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('canary-token')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ method: 'PUT', status: 201, operation: 'Assets_CreateOrUpdate' })
  })

  it.each([
    ['POST', '/_sim/faults', { kind: 'flood' }, 400],
    ['DELETE', '/_sim/faults/77', undefined, 404],
    ['POST', '/_sim/outage', undefined, 400],
    ['POST', '/_sim/outage?account=north', undefined, 404],
    ['POST', '/_sim/outage?account=east&plane=air', undefined, 400],
    ['PATCH', '/_sim/switches', { uniqueIds: 'world', nonsense: 1 }, 400],
    ['PUT', '/_sim/tokens', { token: 'a b', grants: { east: 'King' } }, 400],
    ['GET', '/_sim/nothing', undefined, 404],
    ['POST', '/_sim/counters', undefined, 405],
    ['POST', '/_sim/faults', '{', 400],
  ])('%s %s %j is refused with the reason', async (method, path, body, status) => {
    await using g = await ground()
    const answer = await g.east(method, path, body)
    expect(answer.status).toBe(status)
    expect(answer.body.problems[0]).toBeTypeOf('string')
  })
})
