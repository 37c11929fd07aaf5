import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, HostProcess, lines, temporaryDirectory } from './host-process.ts'

const directory = temporaryDirectory()
const trace = join(directory.path, 'trace')
let host: HostProcess

beforeAll(async () => {
  host = await HostProcess.start(join(directory.path, 'state'), [], { FIXTURE_TRACE: trace })
})
afterAll(async () => {
  await host.kill()
  directory[Symbol.dispose]()
})

describe('orchestrations', () => {
  test.each([
    ['chain', { steps: 3 }, ['did 0', 'did 1', 'did 2']],
    ['fanOut', { width: 12 }, Array.from({ length: 12 }, (_, i) => `did ${i}`)],
    ['counter', { count: 1, upTo: 5 }, 5],
    ['eventOrTimer', { ms: 30 }, 'timer'],
    ['parent', null, { child: ['did 0'], error: "Orchestrator function 'fails' failed: on purpose \n " }],
  ])('%s', async (name, input, output) => {
    await host.startOrchestration(name, `run-${name}`, input)
    expect(await host.ended(`run-${name}`)).toMatchObject({ runtimeStatus: 'Completed', output })
  })

  test('events that come while the orchestrator runs are taken once each, one episode at a time', async () => {
    const count = 50
    await host.startOrchestration('collect', 'many', { count })
    const numbers = Array.from({ length: count }, (_, i) => i)
    await Promise.all(numbers.map(i => host.post('/durabletask/instances/many/raiseEvent/go', i)))
    const { output } = await host.ended('many')
    expect([...(output as number[])].sort((a, b) => a - b)).toEqual(numbers)
    const { historyEvents } = await host.status('many', '?showHistory=true')
    expect(historyEvents?.filter(event => event.EventType === 'EventRaised')).toHaveLength(count)
  })

  test('a retry that succeeds, and one that gives up', async () => {
    const file = join(directory.path, 'tries')
    await host.startOrchestration('retry', 'retry-ok', { file, attempts: 3, succeedsAt: 3 })
    expect((await host.ended('retry-ok')).output).toBe(3)
    await host.startOrchestration('retry', 'retry-no', { file: `${file}2`, attempts: 2, succeedsAt: 9 })
    expect((await host.ended('retry-no')).output).toMatch(/^gave up: Activity function 'flaky' failed: {2}try 2/)
  })

  test('activities that run twice, at once or later, are heard once', async () => {
    const doubling = async (rule: object) => {
      const answer = await host.fetch('/admin/host/doubling', { method: 'PUT', body: JSON.stringify(rule) })
      return answer.status
    }
    for (const wrong of [{ probability: 2 }, { seed: 0.5 }, { latest: -1 }])
      expect(await doubling({ probability: 1, seed: 1, latest: 0, ...wrong })).toBe(400)
    expect(await doubling({ probability: 1, seed: 1, latest: 60 })).toBe(200)
    const worked = () => lines(trace).filter(line => line.startsWith('work '))
    const before = worked().length
    await host.startOrchestration('chain', 'twice', { steps: 4, ms: 20 })
    expect((await host.ended('twice')).output).toEqual(['did 0', 'did 1', 'did 2', 'did 3'])
    expect(await doubling({ probability: 0, seed: 1, latest: 0 })).toBe(200)
    await eventually(async () => {
      const { open } = (await (await host.fetch('/admin/host/doubling')).json()) as { open: number }
      return open === 0 || undefined
    }, 'both executions of each')
    const ends = worked()
      .slice(before)
      .filter(line => line.endsWith('ends'))
    expect(ends.toSorted((a, b) => a.localeCompare(b))).toEqual([0, 0, 1, 1, 2, 2, 3, 3].map(n => `work ${n} ends`))
    await host.startOrchestration('chain', 'once', { steps: 1 })
    await host.ended('once')
    expect(worked().slice(before)).toHaveLength(18)
  })

  test('a timer whose time has come since the clock was moved fires', async () => {
    await host.startOrchestration('eventOrTimer', 'moved', { ms: 3_600_000 })
    await host.until('moved', 'Running')
    for (const advance of [-1, 'soon', 1e12])
      expect((await host.post('/admin/host/clock', { advance })).status).toBe(400)
    const before = Date.now()
    const { now } = (await (await host.post('/admin/host/clock', { advance: 3600 })).json()) as { now: string }
    expect(Date.parse(now) - before).toBeGreaterThanOrEqual(3_600_000)
    expect(await host.ended('moved')).toMatchObject({ runtimeStatus: 'Completed', output: 'timer' })
  })

  test('an event wins over the timer, whose cancellation lets the instance end', async () => {
    await host.startOrchestration('eventOrTimer', 'race', { ms: 3_600_000 })
    expect((await host.client('raiseEvent', 'race', 'go', { n: 1 })).status).toBe(200)
    expect((await host.ended('race')).output).toEqual({ event: { n: 1 } })
  })

  test.each([
    ['fails', /^Orchestrator function 'fails' failed: on purpose$/],
    ['unknownActivity', /'nowhere' doesn't exist/],
    ['entity', /Entities .* are not carried out/],
  ])('%s fails with a text that says why', async (name, text) => {
    await host.startOrchestration(name, `bad-${name}`)
    expect(await host.ended(`bad-${name}`)).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringMatching(text),
    })
  })
})

describe('the client API', () => {
  const api = (path: string, method = 'GET') => host.fetch(`/durabletask/${path}`, { method })

  test('a running instance is not started again, a finished one is replaced', async () => {
    await host.startOrchestration('waits', 'twice')
    const again = await host.client('startNew', 'waits', { instanceId: 'twice' })
    expect(again.status).toBe(500)
    expect(again.body.error).toMatch(
      /unexpected status code: 500.*An Orchestration instance with the status (Running|Pending) already exists/s,
    )
    await host.client('raiseEvent', 'twice', 'go', 1)
    expect((await host.ended('twice')).output).toBe(1)
    await host.startOrchestration('chain', 'twice', { steps: 1 })
    expect((await host.ended('twice')).output).toEqual(['did 0'])
  })

  test('status while it waits, with custom status; 404 for the unknown', async () => {
    await host.startOrchestration('waits', 'custom', { a: 1 })
    await eventually(async () => ((await host.status('custom')).customStatus ? true : undefined), 'the custom status')
    const answer = await api('instances/custom')
    expect(answer.status).toBe(202)
    expect(answer.headers.get('location')).toMatch(/custom/)
    expect(await answer.json()).toMatchObject({
      runtimeStatus: 'Running',
      input: { a: 1 },
      customStatus: { stage: 'waiting' },
    })
    expect(await host.status('custom', '?showInput=false')).toMatchObject({ input: null })
    expect((await host.client('getStatus', 'custom')).body).toMatchObject({
      instanceId: 'custom',
      runtimeStatus: 'Running',
    })
    expect((await api('instances/nobody')).status).toBe(404)
  })

  test('suspend keeps what comes, resume goes on', async () => {
    await host.startOrchestration('waits', 'pause')
    await host.client('suspend', 'pause', 'lunch')
    await host.until('pause', 'Suspended')
    await host.client('raiseEvent', 'pause', 'go', 'kept')
    expect((await host.status('pause')).runtimeStatus).toBe('Suspended')
    await host.client('resume', 'pause', 'back')
    expect((await host.ended('pause')).output).toBe('kept')
  })

  test('terminate ends with the reason; commands to the finished are 410, to the unknown 404', async () => {
    await host.startOrchestration('waits', 'stop')
    await host.client('terminate', 'stop', 'no more')
    expect(await host.ended('stop')).toMatchObject({ runtimeStatus: 'Terminated', output: 'no more' })
    expect((await api('instances/stop/terminate?reason=x', 'POST')).status).toBe(410)
    expect((await host.post('/durabletask/instances/stop/raiseEvent/go', 1)).status).toBe(410)
    expect((await api('instances/nobody/suspend?reason=x', 'POST')).status).toBe(404)
    expect((await api('instances/stop/rewind?reason=x', 'POST')).status).toBe(501)
  })

  test('history is folded and shows output only when asked', async () => {
    await host.startOrchestration('chain', 'history', { steps: 2 })
    await host.ended('history')
    const short = await host.status('history', '?showHistory=true')
    expect(short.historyEvents?.map(event => event.EventType)).toEqual([
      'ExecutionStarted',
      'TaskCompleted',
      'TaskCompleted',
      'ExecutionCompleted',
    ])
    expect(short.historyEvents?.[1]).toMatchObject({ FunctionName: 'work' })
    expect(short.historyEvents?.[1]).not.toHaveProperty('Result')
    const long = await host.status('history', '?showHistory=true&showHistoryOutput=true')
    expect(long.historyEvents?.[1]).toMatchObject({ Result: 'did 0' })
  })

  test('lists go page by page, by prefix and by status, and the SDK joins them', async () => {
    for (let i = 0; i < 7; i += 1) await host.startOrchestration('waits', `page-${i}`)
    const seen: string[] = []
    let token: string | null = ''
    do {
      const headers = token ? { 'x-ms-continuation-token': token } : {}
      const answer: Response = await host.fetch('/durabletask/instances/?instanceIdPrefix=page-&top=3', { headers })
      seen.push(...((await answer.json()) as { instanceId: string }[]).map(one => one.instanceId))
      token = answer.headers.get('x-ms-continuation-token')
    } while (token)
    expect(seen).toEqual(Array.from({ length: 7 }, (_, i) => `page-${i}`))
    const failed = (await (await api('instances/?runtimeStatus=Failed,Terminated')).json()) as {
      runtimeStatus: string
    }[]
    expect(new Set(failed.map(one => one.runtimeStatus))).toEqual(new Set(['Failed', 'Terminated']))
    expect((await host.client('getStatusAll')).body).toEqual(
      expect.arrayContaining([expect.objectContaining({ instanceId: 'page-6' })]),
    )
    expect((await api('instances/?createdTimeFrom=never')).status).toBe(400)
  })

  test('purges the finished only', async () => {
    await host.startOrchestration('chain', 'purge-me', { steps: 1 })
    await host.ended('purge-me')
    await host.startOrchestration('waits', 'keep-me')
    expect((await host.client('purgeInstanceHistory', 'purge-me')).body).toEqual({ instancesDeleted: 1 })
    expect((await api('instances/purge-me')).status).toBe(404)
    expect((await api('instances/purge-me', 'DELETE')).status).toBe(404)
    expect((await api('instances/keep-me', 'DELETE')).status).toBe(404)
    expect((await api('instances/', 'DELETE')).status).toBe(400)
    const many = await api('instances/?createdTimeFrom=2020-01-01T00:00:00Z', 'DELETE')
    expect(many.status).toBe(200)
    expect((await api('instances/?createdTimeFrom=2020-01-01T00:00:00Z', 'DELETE')).status).toBe(404)
    expect((await host.status('keep-me')).runtimeStatus).toMatch(/Running|Pending/)
  })

  test('restart begins anew with the same input', async () => {
    await host.startOrchestration('chain', 'again', { steps: 2 })
    await host.ended('again')
    const { id } = (await (await api('instances/again/restart', 'POST')).json()) as { id: string }
    expect(id).not.toBe('again')
    expect((await host.ended(id)).output).toEqual(['did 0', 'did 1'])
  })

  test('start can wait for the output', async () => {
    const answer = await host.post('/durabletask/orchestrators/chain?timeout=10&pollingInterval=0.05', { steps: 1 })
    expect([answer.status, await answer.json()]).toEqual([200, ['did 0']])
  })

  test.each([
    ['unknown function', 'orchestrators/none', '{}', 400],
    ['input that is no JSON', 'orchestrators/chain', '{', 400],
    ['an id that is too long', `orchestrators/chain/${'x'.repeat(257)}`, '{}', 400],
    ['an id of an entity', 'orchestrators/chain/@a@b', '{}', 400],
    ['an event that is no JSON', 'instances/keep-me/raiseEvent/go', '{', 400],
    ['an entity', 'entities/a/b?op=add', '1', 501],
    ['another address', 'else', '1', 404],
  ])('%s is refused', async (_case, path, body, status) => {
    const headers = { 'content-type': 'application/json' }
    expect((await host.fetch(`/durabletask/${path}`, { method: 'POST', headers, body })).status).toBe(status)
  })

  test('an event that is not sent as JSON is a 400', async () => {
    const answer = await host.fetch('/durabletask/instances/keep-me/raiseEvent/go', { method: 'POST', body: '1' })
    expect(answer.status).toBe(400)
  })
})

test('activities run at most as many at once as host.json says, first come first served', async () => {
  await host.startOrchestration('fanOut', 'busy', { width: 12, ms: 60 })
  await host.ended('busy')
  const begun: string[] = []
  let running = 0
  let most = 0
  // A timer of the app writes to the same trace every second.
  const work = lines(trace).filter(line => line.startsWith('work '))
  for (const line of work.slice(-24)) {
    const [, name = '', what] = line.split(' ')
    if (what === 'begins') begun.push(name)
    running += what === 'begins' ? 1 : -1
    most = Math.max(most, running)
  }
  expect(most).toBe(4)
  expect(begun).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`))
})
