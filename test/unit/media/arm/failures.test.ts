import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../../src/lib/secret.ts'
import { absent, failureOf, type Reply, startStub, token, writerAt } from './stub.ts'

const error = (code: string, message = 'Sorry.') => ({ error: { code, message } })
const now = Date.parse('2026-01-01T00:00:00Z')

const failing = async (reply: Reply | Reply[], more = {}) => {
  const replies = Array.isArray(reply) ? reply : [reply]
  await using stub = await startStub((_, count) => replies[Math.min(count, replies.length) - 1] ?? 'reset')
  const { media, calls } = writerAt(stub.endpoint, { clock: () => now, ...more })
  return { failure: await failureOf(media.asset('movie')), calls, attempts: stub.seen.length }
}

describe('what a service answers becomes a kind of error', () => {
  test.each<[string, Reply, object]>([
    ['429 without Retry-After', { status: 429 }, { kind: 'throttled', status: 429, retryAfter: undefined }],
    ['429 with seconds', { status: 429, headers: { 'Retry-After': '7' } }, { kind: 'throttled', retryAfter: 7000 }],
    [
      '429 with milliseconds',
      { status: 429, headers: { 'retry-after-ms': '250' } },
      { kind: 'throttled', retryAfter: 250 },
    ],
    [
      '429 with a date',
      { status: 429, headers: { 'Retry-After': 'Thu, 01 Jan 2026 00:00:30 GMT' } },
      { kind: 'throttled', retryAfter: 30_000 },
    ],
    [
      '429 that tells the time in its message',
      { status: 429, body: error('SubscriptionRequestsThrottled', "Please try again after '6' seconds.") },
      { kind: 'throttled', retryAfter: 6000, serviceCode: 'SubscriptionRequestsThrottled' },
    ],
    ['503 with Retry-After', { status: 503, headers: { 'Retry-After': '3' } }, { kind: 'throttled', retryAfter: 3000 }],
    ['503 without', { status: 503 }, { kind: 'unavailable', status: 503, retryAfter: undefined }],
    ['500', { status: 500 }, { kind: 'unavailable' }],
    ['408', { status: 408 }, { kind: 'unavailable' }],
    [
      '401',
      { status: 401, body: error('ExpiredAuthenticationToken') },
      { kind: 'unauthorized', serviceCode: 'ExpiredAuthenticationToken' },
    ],
    ['403', { status: 403, body: error('AuthorizationFailed') }, { kind: 'unauthorized' }],
    ['409', { status: 409, body: error('Conflict') }, { kind: 'conflict', serviceCode: 'Conflict' }],
    ['412', { status: 412 }, { kind: 'changed' }],
    [
      '400',
      { status: 400, body: error('BadRequest', 'Invalid container name.') },
      { kind: 'refused', status: 400, serviceCode: 'BadRequest' },
    ],
    [
      '400 in the form of MK.IO',
      { status: 400, body: { error: { code: 'x', detail: 'Told here.' } } },
      { kind: 'refused', message: expect.stringContaining('Told here.') },
    ],
  ])('%s', async (_, reply, expected) => {
    const { failure } = await failing(reply)
    expect(failure).toMatchObject(expected)
    expect(failure.message).toContain('east: assets.get')
  })

  test('the message of the service is kept where it tells something', async () => {
    const told = 'The storage container is used by another asset already.'
    const { failure } = await failing({ status: 400, body: error('BadRequest', told) })
    expect(failure.message).toBe(`east: assets.get was answered with 400 BadRequest: ${told}`)
  })

  test('an error page in the name of JSON is told by its status, without its text', async () => {
    const { failure } = await failing({ status: 403, text: '<html>SECRETTEXT</html>' })
    expect(failure).toMatchObject({ kind: 'unauthorized', status: 403 })
    expect(failure.message).not.toContain('SECRETTEXT')
  })
})

describe('P3: retries are few and short', () => {
  test.each<Reply>([{ status: 500 }, { status: 502 }, { status: 503 }, 'reset'])(
    'two after %o, each counted',
    async reply => {
      const { attempts, calls } = await failing(reply)
      expect(attempts).toBe(3)
      expect(calls.map(call => call.status)).toEqual(
        Array(3).fill(reply === 'reset' ? 0 : (reply as { status: number }).status),
      )
    },
  )

  test('a hiccup is not noticed', async () => {
    await using stub = await startStub((_, count) => (count < 3 ? 'reset' : absent))
    expect(await writerAt(stub.endpoint).media.asset('movie')).toBeUndefined()
  })

  test.each<Reply>([
    { status: 429 },
    { status: 429, headers: { 'Retry-After': '60' } },
    { status: 503, headers: { 'Retry-After': '60' } },
    { status: 400 },
    { status: 409 },
    { status: 501 },
  ])('none after %o', async reply => {
    expect((await failing(reply)).attempts).toBe(1)
  })
})

describe('P3: no answer is unavailable', () => {
  test('connection refused', async () => {
    const stub = await startStub(() => 'silence')
    await stub[Symbol.asyncDispose]()
    const failure = await failureOf(writerAt(stub.endpoint).media.asset('movie'))
    expect(failure).toMatchObject({
      kind: 'unavailable',
      status: undefined,
      message: 'east: assets.get got no answer (ECONNREFUSED)',
    })
  })

  test('reset', async () => {
    expect((await failing('reset')).failure).toMatchObject({
      kind: 'unavailable',
      message: 'east: assets.get got no answer (ECONNRESET)',
    })
  })

  test('an answer that does not come in time', async () => {
    const { failure } = await failing('silence', { timeouts: { connect: 5000, total: 50 } })
    expect(failure).toMatchObject({ kind: 'unavailable', message: 'east: assets.get got no answer in time' })
  })

  test('a PUT that does not come back in time', async () => {
    await using stub = await startStub(() => 'silence')
    const { media } = writerAt(stub.endpoint, { timeouts: { connect: 5000, total: 50 } })
    expect((await failureOf(media.putAccountFilter('f', { tracks: [] }))).kind).toBe('unavailable')
  })

  test('an answer that breaks off', async () => {
    const { failure } = await failing(
      { status: 200, text: '{"name":', headers: { 'content-length': '1000' } },
      { timeouts: { connect: 5000, total: 200 } },
    )
    expect(failure.kind).toBe('unavailable')
  })

  test('no token', async () => {
    await using stub = await startStub(() => ({ status: 200, body: {} }))
    const credential = {
      getToken: async () => {
        throw Object.assign(new Error('secret details'), { name: 'CredentialUnavailableError' })
      },
    }
    const failure = await failureOf(writerAt(stub.endpoint, { credential }).media.asset('movie'))
    expect(failure.kind).toBe('unauthorized')
    expect(failure.message).not.toContain('secret details')
    expect(stub.seen).toEqual([])
  })
})

describe('P9: every call tells what is left of the budget', () => {
  test('from whichever bucket the service names', async () => {
    await using stub = await startStub(() => ({
      ...absent,
      headers: { 'x-ms-ratelimit-remaining-subscription-resource-requests': '11999' },
    }))
    const { media, calls } = writerAt(stub.endpoint)
    await media.asset('movie')
    expect(calls[0]?.remaining).toEqual({ bucket: 'subscription-resource-requests', left: 11999 })
    expect(calls[0]?.milliseconds).toBeGreaterThanOrEqual(0)
  })
})

describe('P6: secrets are in no error', () => {
  // Short and without padding: nothing but having sent it tells that it is one.
  const value = 'Kq7xZ'
  const password = 'pw'

  test('neither what was sent and is echoed, nor the token, nor what the service throws in', async () => {
    const sas = 'https://s.blob.core.windows.net/c?sv=2019-02-02&sr=c&sig=abc%2Fdef&se=2026'
    const echo = (seen: { body: string; authorization: string | undefined }): Reply => ({
      status: 400,
      body: error('BadRequest', `Bad ${seen.body} ${seen.authorization} ${sas}`),
    })
    await using stub = await startStub(echo)
    const { media } = writerAt(stub.endpoint)
    const locator = { assetName: 'a', streamingLocatorId: 'i', streamingPolicyName: 'p', endTime: 'e', filters: [] }
    const configuration = {
      '@odata.type': '#Microsoft.Media.ContentKeyPolicyFairPlayConfiguration',
      ask: 'YXNr',
      fairPlayPfx: 'cGZ4',
      fairPlayPfxPassword: password,
      rentalAndLeaseKeyType: 'Undefined',
      rentalDuration: 0,
    }
    const restriction = { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' }
    const failures = [
      await failureOf(media.putLocator('l', { ...locator, contentKeys: [{ id: 'k', value: new Secret(value) }] })),
      await failureOf(media.putContentKeyPolicy('p', new Secret({ options: [{ configuration, restriction }] }))),
    ]
    for (const failure of failures) {
      const shown = inspect(failure, { depth: 10, showHidden: true })
      for (const secret of [value, 'YXNr', 'cGZ4', `"${password}"`, token, 'abc%2Fdef', 'sv=2019']) {
        expect(shown).not.toContain(secret)
      }
    }
  })

  test('a failed connection keeps no request, and so no header, as its cause', async () => {
    const { failure } = await failing('reset')
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(token)
  })
})

describe('endpoints', () => {
  test('P6: plain http elsewhere than on loopback is refused', () => {
    expect(() => writerAt('http://media.contoso.com')).toThrow(/neither https nor on loopback/)
    expect(() => writerAt('http://127.0.0.1.contoso.com')).toThrow(/neither https nor on loopback/)
  })

  test('a slash at the end does no harm', async () => {
    await using stub = await startStub(() => absent)
    const { media } = writerAt(`${stub.endpoint}/`)
    await media.asset('a')
    await failureOf(media.putAccountFilter('f', { tracks: [] }))
    expect(stub.seen.map(({ url }) => url.startsWith('/subscriptions/'))).toEqual([true, true])
  })
})
