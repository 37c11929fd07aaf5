import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { Secret } from '../../../src/lib/secret.ts'
import { identityContainer } from '../../../src/lib/storage/access.ts'
import { readBlob } from '../../../src/lib/storage/container.ts'
import { copyWhole } from '../../../src/lib/storage/copy-blob.ts'
import { type Effects, receive, send } from '../../../src/lib/storage/http.ts'
import { blobItem, containerAt } from './support/listing-server.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, index: number) => void

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const serve = async (handle: Handler) => {
  let index = 0
  const server = http.createServer((request, response) => {
    request.resume()
    handle(request, response, index++)
  })
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/asset`
}

const refuse = (response: ServerResponse, status: number, code?: string, headers = {}) => {
  response.writeHead(status, { ...(code ? { 'x-ms-error-code': code } : {}), ...headers }).end()
}

const recorder = () => {
  const waits: number[] = []
  const effects: Effects = {
    wait: async milliseconds => {
      waits.push(milliseconds)
    },
    random: () => 1,
  }
  return { waits, effects }
}

const get = (url: string, sending: Parameters<typeof send>[1] = {}, milliseconds = 5_000) =>
  send(
    { method: 'GET', container: containerAt(url), milliseconds, side: 'target' },
    { effects: recorder().effects, ...sending },
  )

describe('retries', () => {
  test.each([
    ['a reset', (_: unknown, response: ServerResponse) => void response.socket?.resetAndDestroy()],
    ['500', (_: unknown, response: ServerResponse) => refuse(response, 500, 'InternalError')],
    ['502 without a code', (_: unknown, response: ServerResponse) => refuse(response, 502)],
    ['503 busy', (_: unknown, response: ServerResponse) => refuse(response, 503, 'ServerBusy')],
    ['429', (_: unknown, response: ServerResponse) => refuse(response, 429)],
  ])('%s is tried again with growing pauses', async (_, trouble) => {
    const url = await serve((request, response, index) => (index < 2 ? trouble(request, response) : response.end()))
    const { waits, effects } = recorder()
    await get(url, { effects })
    expect(waits).toEqual([300, 900])
  })

  test.each([400, 401, 403, 404, 409, 412, 501])('%i is not tried again', async status => {
    let requests = 0
    const url = await serve((_, response) => {
      requests++
      refuse(response, status)
    })
    await expect(get(url)).rejects.toMatchObject({ status, side: 'target', plane: 'storage' })
    expect(requests).toBe(1)
  })

  test('a wait the service asks for is kept; one that is too long is left to the caller', async () => {
    const { waits, effects } = recorder()
    const url = await serve((_, response, index) =>
      index === 0 ? refuse(response, 503, 'ServerBusy', { 'retry-after': '7' }) : response.end(),
    )
    await get(url, { effects })
    expect(waits).toEqual([7_000])
    const long = await serve((_, response) => refuse(response, 429, 'TooManyRequests', { 'retry-after': '60' }))
    await expect(get(long)).rejects.toMatchObject({ kind: 'throttled', retryAfter: 60_000 })
  })

  test('every busy answer and every time-out asks for less at once', async () => {
    let busy = 0
    const onBusy = () => busy++
    await get(await serve((_, response, index) => (index < 2 ? refuse(response, 503, 'ServerBusy') : response.end())), {
      onBusy,
    })
    expect(busy).toBe(2)
    await get(await serve((_, response, index) => void (index > 0 && response.end())), { onBusy }, 100)
    expect(busy).toBe(3)
  })

  test('an answer that stops half-way is no answer', async () => {
    const url = await serve((_, response, index) => {
      response.writeHead(200, { 'content-length': '10' }).write('01234', () => index === 0 && response.destroy())
      if (index > 0) response.end('56789')
    })
    const bytes = await readBlob(containerAt(url), 'a', 100, { effects: recorder().effects })
    expect(Buffer.from(bytes).toString()).toBe('0123456789')
  })

  test('a signal ends a request, and a pause', async () => {
    const stop = new AbortController()
    const url = await serve(() => stop.abort(new Error('enough')))
    await expect(get(url, { signal: stop.signal })).rejects.toThrow('enough')
    const pausing = new AbortController()
    const down = await serve((_, response) => {
      refuse(response, 500)
      setImmediate(() => pausing.abort(new Error('enough too')))
    })
    const call = { method: 'GET', container: containerAt(down) } as const
    await expect(send(call, { signal: pausing.signal })).rejects.toThrow()
  })
})

describe('what a failure is called', () => {
  test.each([
    [404, 'BlobNotFound', 'notFound'],
    [403, 'AuthorizationFailure', 'unauthorized'],
    [401, 'InvalidAuthenticationInfo', 'unauthorized'],
    [409, 'LeaseIdMissing', 'conflict'],
    [412, 'ConditionNotMet', 'changed'],
    [429, undefined, 'throttled'],
    [503, 'ServerBusy', 'throttled'],
    [500, 'OperationTimedOut', 'throttled'],
    [503, undefined, 'unavailable'],
    [500, 'InternalError', 'unavailable'],
    [400, 'InvalidInput', 'refused'],
  ])('%i %s is %s', async (status, serviceCode, kind) => {
    const url = await serve((_, response) => refuse(response, status, serviceCode))
    await expect(get(url)).rejects.toMatchObject({ name: 'ServiceError', kind, status, serviceCode })
  })

  test('nobody there', async () => {
    await expect(get('http://127.0.0.1:9/asset')).rejects.toMatchObject({ kind: 'unavailable', status: undefined })
  })

  test.each([
    [404, 'CannotVerifyCopySource', {}, 'notFound', 'source'],
    [403, 'CannotVerifyCopySource', {}, 'unauthorized', 'source'],
    [500, 'CannotVerifyCopySource', {}, 'unavailable', 'source'],
    [503, 'CannotVerifyCopySource', {}, 'unavailable', 'source'],
    [503, 'CannotVerifyCopySource', { 'x-ms-copy-source-error-code': 'ServerBusy' }, 'throttled', 'source'],
    [400, 'CannotVerifyCopySource', { 'x-ms-copy-source-status-code': '403' }, 'unauthorized', 'source'],
    [412, 'SourceConditionNotMet', {}, 'changed', 'source'],
    [412, 'ConditionNotMet', {}, 'changed', 'source'],
    [409, 'BlobArchived', {}, 'conflict', 'source'],
    [412, 'TargetConditionNotMet', {}, 'changed', 'target'],
    [409, 'BlobAlreadyExists', {}, 'conflict', 'target'],
    [404, 'ContainerNotFound', {}, 'notFound', 'target'],
    [403, 'AuthorizationPermissionMismatch', {}, 'unauthorized', 'target'],
    [500, 'InternalError', {}, 'unavailable', 'target'],
  ])('a copy that ends in %i %s %o is %s of the %s', async (status, code, headers, kind, side) => {
    const url = await serve((_, response) => refuse(response, status, code, headers))
    const job = {
      source: containerAt('http://east/a'),
      target: containerAt(url),
      item: blobItem('a'),
      replaces: undefined,
    }
    await expect(copyWhole(job, { effects: recorder().effects })).rejects.toMatchObject({
      kind,
      side,
      serviceCode: code,
    })
  })
})

test('P6: no SAS, token or signature is in an error, however it is shown', async () => {
  const canary = 'canaryCanary0123456789'
  const echo = `<Error><Code>AuthenticationFailed</Code><Message>Signature sig=${canary}%3D of https://east/a?sv=1&amp;sig=${canary} and Bearer ${canary} and ${canary.repeat(2)} and key ${canary}\nsecond line ${canary}</Message></Error>`
  const url = await serve((_, response) => response.writeHead(403).end(echo))
  const source = containerAt('http://east/a', `sv=1&sig=${canary}`)
  const targets = [containerAt(url, `sv=1&sig=${canary}`), identityContainer(url, async () => new Secret(canary))]
  for (const target of [...targets, ...targets.map(({ access }) => ({ url: 'http://127.0.0.1:9/a', access }))]) {
    const job = { source, target, item: blobItem('a'), replaces: undefined }
    const error: unknown = await copyWhole(job, { effects: recorder().effects }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(`${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)} ${String(error)}`).not.toContain(
      canary,
    )
  }
})

describe('what goes out', () => {
  const seen = async (act: (url: string) => Promise<unknown>) => {
    let request: IncomingMessage | undefined
    await act(
      await serve((incoming, response) => {
        request = incoming
        response.end()
      }),
    )
    return { url: request?.url, headers: request?.headers ?? {} }
  }

  test('a SAS follows the query, and names are encoded once', async () => {
    const { url, headers } = await seen(at =>
      send({ method: 'PUT', container: containerAt(at), blob: "a b/c%20#?+&'é", query: 'comp=tier' }, {}),
    )
    expect(url).toBe('/asset/a%20b/c%2520%23%3F%2B%26%27%C3%A9?comp=tier&sv=2025&sig=canary%2Bsignature')
    expect(headers).toMatchObject({ 'x-ms-version': '2025-05-05', 'content-length': '0' })
    expect(headers).not.toHaveProperty('authorization')
  })

  test('a token is asked for before every request and goes in a header, for a source as well', async () => {
    let tokens = 0
    const identity = (url: string) => identityContainer(`${url}/`, async () => new Secret(`token-${++tokens}`))
    const { url, headers } = await seen(at =>
      copyWhole(
        { source: identity('http://east/from'), target: identity(at), item: blobItem('a#b'), replaces: undefined },
        {},
      ),
    )
    expect(url).toBe('/asset/a%23b')
    expect(headers.authorization).toMatch(/^Bearer token-/)
    expect(headers).toMatchObject({
      'x-ms-copy-source': 'http://east/from/a%23b',
      'x-ms-copy-source-authorization': expect.stringMatching(/^Bearer token-/),
      'x-ms-source-if-match': '"0x8DE0000000000"',
      'if-none-match': '*',
      'x-ms-requires-sync': 'true',
    })
    expect(tokens).toBe(2)
  })

  test('a header that HTTP cannot carry is refused with words', async () => {
    const container = containerAt('http://127.0.0.1:9/asset')
    await expect(send({ method: 'PUT', container, headers: { 'x-ms-meta-a': 'b\nc' } }, {})).rejects.toMatchObject({
      kind: 'refused',
    })
  })

  test('an error of the receiver goes on as it is', async () => {
    const url = await serve((_, response) => response.end('x'))
    const sink = () => ({
      write: () => {
        throw new RangeError('no room')
      },
      end: () => {},
    })
    await expect(receive({ method: 'GET', container: containerAt(url) }, {}, sink)).rejects.toThrow('no room')
  })
})

describe('access', () => {
  const named = (name: string) => Object.assign(new Error('tenant contoso'), { name })
  const failing = (error: Error) => identityContainer('http://127.0.0.1:9/asset', () => Promise.reject(error))

  test.each([
    ['CredentialUnavailableError', 'unauthorized'],
    ['AuthenticationError', 'unauthorized'],
    ['RestError', 'unavailable'],
  ])('P8: a token that cannot be had (%s) is %s, without the words of the credential', async (name, kind) => {
    const call = { method: 'GET', container: failing(named(name)), side: 'target' } as const
    const error = await send(call, { effects: recorder().effects }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'ServiceError', kind, side: 'target', plane: 'storage' })
    expect(String(error)).not.toContain('contoso')
  })

  test('the source of a copy is to blame for its own token', async () => {
    const call = {
      method: 'PUT',
      container: containerAt('http://127.0.0.1:9/twin'),
      source: { container: failing(named('AuthenticationError')), blob: 'a' },
      side: 'target',
    } as const
    await expect(send(call, { effects: recorder().effects })).rejects.toMatchObject({ side: 'source' })
  })

  test('who gives up does not wait for a token', async () => {
    const giveUp = new AbortController()
    const container = identityContainer('http://127.0.0.1:9/asset', () => new Promise(() => {}))
    const sent = send({ method: 'GET', container }, { signal: giveUp.signal })
    giveUp.abort(new Error('given up'))
    await expect(sent).rejects.toThrow('given up')
  })

  test('a request that was given up while its token came is not sent', async () => {
    let requests = 0
    const url = await serve((_, response) => {
      requests += 1
      response.end()
    })
    const giveUp = new AbortController()
    const container = identityContainer(url, async () => {
      giveUp.abort(new Error('given up'))
      return new Secret('t')
    })
    await expect(send({ method: 'GET', container }, { signal: giveUp.signal })).rejects.toThrow('given up')
    expect(requests).toBe(0)
  })
})
