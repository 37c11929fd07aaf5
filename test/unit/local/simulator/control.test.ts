import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { ground } from './ground.ts'

describe('counters', () => {
  it('show what each account was asked for, with the bucket of the rate limit', async () => {
    await using g = await ground()
    await g.east('POST', '/_sim/outage?account=east')
    await expect(g.east('GET', 'assets')).rejects.toThrow('fetch failed')
    expect((await g.west('GET', 'assets')).status).toBe(200)
    await g.east('DELETE', '/_sim/outage?account=east')
    expect((await g.east('GET', 'assets')).status).toBe(200)
    expect(g.simulator.counters.report().accounts.east?.Assets_List).toEqual({
      bucket: 'reads',
      count: 2,
      statuses: { none: 1, 200: 1 },
    })
  })
})

describe('the simulator', () => {
  it('words a 429 that it is told to give as the recorded one', async () => {
    await using g = await ground()
    await g.east('POST', '/_sim/faults', { kind: '429', count: 1 })
    const { status, body } = await g.east('GET', 'assets')
    expect([status, body.error.code]).toEqual([429, 'SubscriptionRequestsThrottled'])
  })

  it('goes on with a connection that brought a body too large', async () => {
    await using g = await ground()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const statusOf = async (method: string, body?: string) => {
      const headers = body === undefined ? {} : { 'content-length': String(body.length) }
      const sent = request(`${g.simulator.url}/_sim/faults`, { method, agent, headers, timeout: 5000 })
      sent.on('timeout', () => sent.destroy(new Error('no answer')))
      const [answer] = (await once(sent.end(body), 'response')) as [IncomingMessage]
      await once(answer.resume(), 'end')
      return [answer.statusCode, sent.reusedSocket]
    }
    expect(await statusOf('POST', ' '.repeat(9_000_000))).toEqual([413, false])
    expect(await statusOf('GET')).toEqual([200, true])
    agent.destroy()
  })

  it('answers what it cannot make sense of, too', async () => {
    const log: string[] = []
    await using g = await ground({ log: line => log.push(line) })
    const sent = request(`${g.simulator.url}/subscriptions`, { headers: { host: 'no host' } }).end()
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(500)
    expect(log.join()).toContain('Invalid URL')
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
    ['POST', '/_sim/faults', { kind: '500', account: 'north' }, 400],
    ['POST', '/_sim/faults', { kind: '500', account: 'contosoeaststore', plane: 'control' }, 400],
    ['POST', '/_sim/faults', { kind: '500', operation: 'Asset_' }, 400],
    ['POST', '/_sim/faults', { kind: 'lostEvent', plane: 'storage' }, 400],
    ['POST', '/_sim/faults', { kind: 'staleRead' }, 400],
    ['POST', '/_sim/faults', { kind: '503', seconds: 3 }, 400],
    ['POST', '/_sim/outage?region=westus', undefined, 404],
    ['POST', '/_sim/outage?region=eastus2&account=east', undefined, 400],
    ['GET', '/_sim/traffic?acount=east', undefined, 400],
    ['GET', '/_sim/traffic?account=north', undefined, 404],
    ['DELETE', '/_sim/faults/77', undefined, 404],
    ['POST', '/_sim/outage', undefined, 400],
    ['POST', '/_sim/outage?account=north', undefined, 404],
    ['POST', '/_sim/outage?account=east&plane=air', undefined, 400],
    ['PATCH', '/_sim/switches', { uniqueIds: 'world', nonsense: 1 }, 400],
    ['PUT', '/_sim/tokens', { token: 'a b', grants: { east: 'King' } }, 400],
    ['PUT', '/_sim/tokens', { token: 'a', grnts: { east: 'Reader' } }, 400],
    ['PATCH', '/_sim/switches', { toString: true }, 400],
    ['PATCH', '/_sim/switches', { hourlyCalls: { toString: 1 } }, 400],
    ['GET', '/_sim/toString', undefined, 404],
    ['GET', '/_sim/nothing', undefined, 404],
    ['POST', '/_sim/counters', undefined, 405],
    ['POST', '/_sim/faults', '{', 400],
  ])('%s %s %j is refused with the reason', async (method, path, body, status) => {
    await using g = await ground()
    const answer = await g.east(method, path, body)
    expect(answer.status).toBe(status)
    expect(answer.body.problems[0]).toBeTypeOf('string')
  })

  it.each([
    [{ kind: 'flood' }, ['outage', 'truncatedList', 'reorderedEvent']],
    [{ kind: '500', account: 'north' }, ['east, west']],
    [{ kind: '500', plane: 'control', operation: 'Asset_' }, ['Assets_', 'StreamingLocators_']],
    [{ kind: '500', plane: 'events', operation: 'Receive' }, ['Publish, Enqueue, Deliver']],
    [{ kind: 'lostEvent', plane: 'storage' }, ['events']],
    [{ kind: 'slowList', contentLength: 'part' }, ['milliseconds']],
  ])('a refusal of %j lists what is allowed', async (rule, words) => {
    await using g = await ground()
    const { body } = await g.east('POST', '/_sim/faults', rule)
    for (const word of words) expect(body.problems.join('; ')).toContain(word)
  })
})
