import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, HostProcess, lines, temporaryDirectory } from './host-process.ts'

const directory = temporaryDirectory()
const trace = join(directory.path, 'trace')
let host: HostProcess

beforeAll(async () => {
  host = await HostProcess.start(join(directory.path, 'state'), ['--body-limit', '100000'], { FIXTURE_TRACE: trace })
})
afterAll(async () => {
  await host.kill()
  directory[Symbol.dispose]()
})

/** Sends bytes that no HTTP client would and returns the status line. */
const raw = (request: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1', () => socket.write(request))
    let text = ''
    socket.on('data', chunk => {
      text += chunk.toString()
      socket.end()
    })
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
    socket.on('error', reject)
  })

describe('routes', () => {
  test.each([
    ['/api/things/special', 'literal'],
    ['/api/Things/SPECIAL', 'literal'],
    ['/api/things/a%20b%2Fc', 'thing a b/c'],
    ['/api/files/a/b/c.txt', 'a/b/c.txt'],
    ['/api/files', 'undefined'],
  ])('%s is answered by %s', async (path, text) => {
    expect(await (await host.fetch(path)).text()).toBe(text)
  })

  test.each([
    ['GET', '/api/nowhere', 404],
    ['GET', '/echo/x', 404],
    ['GET', '/api/things/a/b', 404],
    ['DELETE', '/api/echo', 405],
    ['GET', '/api/things/%E0%A4%A', 400],
  ])('%s %s is refused with a problem document %i', async (method, path, status) => {
    const answer = await host.fetch(path, { method })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ status })
    expect(answer.headers.get('allow')).toBe(status === 405 ? 'GET, POST, PUT' : null)
  })

  test('a target or Host header that is no address is a 400', async () => {
    expect(await raw('GET /api/echo HTTP/1.1\r\nHost: a b\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
  })

  test('a path of two slashes stays a path of this host', async () => {
    expect(await raw('GET //api/echo HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatch(/^HTTP\/1.1 201/)
  })
})

describe('requests and answers', () => {
  test('method, query, parameters, headers, cookies and bytes reach the function, and its own reach the caller', async () => {
    const answer = await host.fetch('/api/echo/w%C3%B6rd?a=1&b=%20x', {
      method: 'PUT',
      headers: { 'x-test': 'v', cookie: 'one=1; two=2' },
      body: new Uint8Array([0, 255, 13, 10]),
    })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({
      method: 'PUT',
      params: { word: 'wörd' },
      query: { a: '1', b: ' x' },
      header: 'v',
      cookie: 'one=1; two=2',
      bytes: [0, 255, 13, 10],
    })
    expect(answer.headers.get('x-answer')).toBe('yes')
    expect(answer.headers.getSetCookie()).toEqual([
      'taste=sweet%3B%20dark; Path=/; Max-Age=60; HttpOnly; SameSite=Strict',
    ])
  })

  test('a body at the limit passes, one byte more is a 413, with and without a length', async () => {
    const full = await host.fetch('/api/binary', { method: 'POST', body: new Uint8Array(100_000).fill(7) })
    expect((await full.arrayBuffer()).byteLength).toBe(100_000)
    const long = await host.fetch('/api/binary', { method: 'POST', body: new Uint8Array(100_001) })
    expect(long.status).toBe(413)
    expect(await long.json()).toMatchObject({ status: 413, title: 'Content Too Large' })
    const chunk = 'x'.repeat(65_536)
    const piece = `${chunk.length.toString(16)}\r\n${chunk}\r\n`
    const chunked = `POST /api/binary HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${piece}${piece}`
    expect(await raw(chunked)).toMatch(/^HTTP\/1.1 413/)
  })

  test('no result is an empty 200, a throw an empty 500', async () => {
    const nothing = await host.fetch('/api/nothing')
    expect([nothing.status, await nothing.text()]).toEqual([200, ''])
    const throws = await host.fetch('/api/throws')
    expect([throws.status, await throws.text()]).toEqual([500, ''])
  })

  test('a caller that goes away does not stop the function or the host', async () => {
    const gone = new AbortController()
    const request = host.fetch('/api/slow', { signal: gone.signal }).catch(() => 'gone')
    await eventually(() => (lines(trace).includes('slow begins') ? true : undefined), 'the function to begin')
    gone.abort()
    expect(await request).toBe('gone')
    await eventually(() => (lines(trace).includes('slow ends') ? true : undefined), 'the function to end')
    expect((await host.fetch('/api/nothing')).status).toBe(200)
  })
})

describe('Event Grid', () => {
  const hook = '/runtime/webhooks/eventgrid?functionName=EVENTS'
  const send = (body: unknown, type = 'Notification', path = hook) =>
    host.fetch(path, {
      method: 'POST',
      headers: { 'aeg-event-type': type, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  test('the handshake echoes the code with 200', async () => {
    const answer = await send([{ id: '1', data: { validationCode: 'abc' } }], 'SubscriptionValidation')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ validationResponse: 'abc' })
  })

  test('the CloudEvents handshake names the origin', async () => {
    const ask = (origin: string) =>
      host.fetch(hook, { method: 'OPTIONS', headers: { 'webhook-request-origin': origin } })
    expect((await ask('eventgrid.azure.us')).headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.us')
    expect((await ask('evil.example')).headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net')
  })

  test('an array and a single event are delivered, all in parallel', async () => {
    expect((await send([{ id: 'g1', data: {} }, { id: 'g2' }])).status).toBe(202)
    expect((await send({ specversion: '1.0', id: 'c1', data: {} })).status).toBe(202)
    expect(lines(trace)).toEqual(expect.arrayContaining(['event g1', 'event g2', 'event c1']))
  })

  test('one failure of several is a 500 with its message, and the others have run', async () => {
    const answer = await send([{ id: 'f1', data: {} }, { id: 'f2', data: { fail: true } }, { id: 'f3' }])
    expect([answer.status, await answer.text()]).toEqual([500, 'refused f2'])
    expect(lines(trace)).toEqual(expect.arrayContaining(['event f1', 'event f3']))
  })

  test.each([
    ['no JSON', '{', 'Notification', 400],
    ['a number', '5', 'Notification', 400],
    ['nothing', '', 'Notification', 400],
    ['an array of texts', '["a"]', 'Notification', 400],
    ['a validation without code', '[]', 'SubscriptionValidation', 400],
    ['another type', '[]', 'Else', 400],
    ['a farewell', '[]', 'Unsubscribe', 202],
    ['an empty array', '[]', 'Notification', 202],
  ])('%s gets its status', async (_case, body, type, status) => {
    expect((await send(body, type)).status).toBe(status)
  })

  test('a function that is none, or not of Event Grid, is a 404', async () => {
    expect((await send([], 'Notification', '/runtime/webhooks/eventgrid?functionName=none')).status).toBe(404)
    expect((await send([], 'Notification', '/runtime/webhooks/eventgrid?functionName=echo')).status).toBe(404)
    expect((await send([], 'Notification', '/runtime/webhooks/eventgrid')).status).toBe(404)
  })
})

describe('administration', () => {
  test('status, ping and the list of functions', async () => {
    expect(await (await host.fetch('/admin/host/status')).json()).toMatchObject({ state: 'Running' })
    expect((await host.fetch('/admin/host/ping')).status).toBe(200)
    const list = (await (await host.fetch('/admin/functions')).json()) as { name: string }[]
    expect(list.map(fn => fn.name)).toContain('tick')
  })

  test('fires a timer, and every firing is followed by a run', async () => {
    const before = (await host.counters()).tick?.succeeded ?? 0
    expect((await host.post('/admin/functions/TICK', {})).status).toBe(202)
    await eventually(
      async () => ((await host.counters()).tick?.succeeded === before + 1 ? true : undefined),
      'the timer',
    )
    expect(lines(trace)).toContain('tick false')
  })

  test('fires an Event Grid function with an input', async () => {
    expect((await host.post('/admin/functions/events', { input: '{"id":"byhand"}' })).status).toBe(202)
    await eventually(() => (lines(trace).includes('event byhand') ? true : undefined), 'the event')
  })

  test.each([
    ['/admin/functions/none', 404],
    ['/admin/functions/echo', 400],
    ['/admin/functions/chain', 400],
    ['/admin/else', 404],
  ])('%s is refused', async (path, status) => {
    expect((await host.post(path, {})).status).toBe(status)
  })

  test('runOnStartup and cron times run', async () => {
    expect(lines(trace)).toContain('startup')
    await eventually(
      () => (lines(trace).filter(line => line === 'second').length >= 2 ? true : undefined),
      'two seconds',
    )
  })
})

describe('access keys', () => {
  test('with --auth: function, host, master and system keys open what they should, and nothing else', async () => {
    using own = temporaryDirectory()
    await using locked = await HostProcess.start(own.path, ['--auth'])
    const file = join(own.path, 'keys.json')
    const keys = JSON.parse(readFileSync(file, 'utf8')) as {
      masterKey: string
      functionKeys: { default: string }
      functions: Record<string, { default: string }>
      systemKeys: Record<string, string>
    }
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const status = async (path: string, key?: string) =>
      (await locked.fetch(path, key === undefined ? {} : { headers: { 'x-functions-key': key } })).status
    const bare = await locked.fetch('/api/locked')
    expect([bare.status, await bare.text()]).toEqual([401, ''])
    expect(await status('/api/locked', 'wrong')).toBe(401)
    expect(await status('/api/locked', keys.functions.locked?.default)).toBe(200)
    expect(await status('/api/locked', keys.functions.echo?.default)).toBe(401)
    expect(await status('/api/locked', keys.functionKeys.default)).toBe(200)
    expect(await status(`/api/locked?code=${keys.masterKey}`)).toBe(200)
    expect(await status('/api/owner', keys.functionKeys.default)).toBe(401)
    expect(await status('/api/owner', keys.masterKey)).toBe(200)
    expect(await status('/api/nothing')).toBe(200)
    expect(await status('/admin/host/status')).toBe(401)
    expect(await status('/admin/host/status', keys.masterKey)).toBe(200)
    const hook = '/runtime/webhooks/eventgrid?functionName=events'
    expect(await status(hook)).toBe(401)
    expect(await status(hook, keys.functionKeys.default)).toBe(401)
    expect(await status(`${hook}&code=${keys.systemKeys.eventgrid_extension}`)).toBe(405)
    expect(await status('/runtime/webhooks/durabletask/instances', keys.systemKeys.durabletask_extension)).toBe(200)
  })

  test('a key given to one function opens that one, also after a restart', async () => {
    using own = temporaryDirectory()
    const master = () =>
      (JSON.parse(readFileSync(join(own.path, 'keys.json'), 'utf8')) as { masterKey: string }).masterKey
    const give = (one: HostProcess, key: string, body: object) =>
      one.fetch('/admin/functions/locked/keys/reader', {
        method: 'PUT',
        headers: { 'x-functions-key': key, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const status = async (one: HostProcess, path: string, key: string) =>
      (await one.fetch(path, { headers: { 'x-functions-key': key } })).status
    {
      await using one = await HostProcess.start(own.path, ['--auth'])
      expect((await give(one, 'wrong', { value: 'first' })).status).toBe(401)
      expect((await give(one, master(), { value: '' })).status).toBe(400)
      expect((await give(one, master(), { value: 'first' })).status).toBe(201)
      expect(await status(one, '/api/locked', 'first')).toBe(200)
      const again = await give(one, master(), { value: 'second' })
      expect([again.status, await again.json()]).toEqual([200, { name: 'reader', value: 'second' }])
      expect(await status(one, '/api/locked', 'first')).toBe(401)
    }
    await using one = await HostProcess.start(own.path, ['--auth'])
    expect(await status(one, '/api/locked', 'second')).toBe(200)
    expect(await status(one, '/api/owner', 'second')).toBe(401)
  })

  test('without --auth only the durable webhook asks for its key; keys outlive a restart', async () => {
    expect((await host.fetch('/api/locked')).status).toBe(200)
    expect((await host.fetch('/runtime/webhooks/durabletask/instances')).status).toBe(401)
    const answer = await host.post('/api/start/waits', { instanceId: 'links' })
    const links = (await answer.json()) as { statusQueryGetUri: string; terminatePostUri: string }
    expect((await fetch(links.statusQueryGetUri)).status).toBe(202)
    expect((await fetch(links.terminatePostUri.replace('{text}', 'enough'), { method: 'POST' })).status).toBe(202)
    expect((await host.ended('links')).output).toBe('enough')
  })

  test('the keyless client address answers only callers that name this machine', async () => {
    const ask = (name: string) => raw(`GET /durabletask/instances HTTP/1.1\r\nHost: ${name}\r\n\r\n`)
    expect(await ask('localhost')).toMatch(/^HTTP\/1.1 200/)
    expect(await ask('rebound.example')).toMatch(/^HTTP\/1.1 403/)
  })
})

test('settings come from the file, and the environment wins', async () => {
  using own = temporaryDirectory()
  const file = join(own.path, 'settings.json')
  writeFileSync(file, JSON.stringify({ Values: { FIXTURE_SETTING: 'file' } }))
  const read = async (environment: Record<string, string>) => {
    await using one = await HostProcess.start(join(own.path, 'state'), ['--settings', file], environment)
    return (await one.fetch('/api/setting')).text()
  }
  expect(await read({})).toBe('file')
  expect(await read({ FIXTURE_SETTING: 'environment' })).toBe('environment')
})
