import { createServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createArmReader } from '../../../../src/lib/media/arm/reader.ts'
import { accountAt, failureOf, token } from './stub.ts'
import { cert, key } from './tls-identity.ts'

const listening = async (server: Server) => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const readerAt = (endpoint: string, scopes: (string | string[])[], connect = 10_000) =>
  createArmReader(accountAt(endpoint), {
    credential: {
      getToken: async scope => {
        scopes.push(scope)
        return { token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }
      },
    },
    clock: Date.now,
    liveOutputsFor: 0,
    retries: { count: 0, delay: 1 },
    timeouts: { connect, total: 20_000 },
  })

describe('over TLS, as in Azure', () => {
  const before = getCACertificates('default')
  const seen: (string | undefined)[] = []
  const server = createServer({ cert, key }, (request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(404).end(JSON.stringify({ error: { code: 'NotFound' } }))
  })
  let endpoint = ''

  beforeAll(async () => {
    setDefaultCACertificates([...before, cert])
    endpoint = await listening(server)
  })

  afterAll(() => {
    setDefaultCACertificates(before)
    server.close()
    server.closeAllConnections()
  })

  test.each(['', '/'])('the token is asked for once, for the scope of the endpoint%s', async slash => {
    seen.length = 0
    const scopes: (string | string[])[] = []
    const reader = readerAt(`${endpoint}${slash}`, scopes)
    expect(await reader.asset('a')).toBeUndefined()
    expect(await reader.asset('b')).toBeUndefined()
    expect(scopes.flat()).toEqual([`${endpoint}/.default`])
    expect(seen).toEqual([`Bearer ${token}`, `Bearer ${token}`])
  })

  test('P6: a certificate that nobody vouches for gets no token', async () => {
    setDefaultCACertificates(before)
    seen.length = 0
    expect((await failureOf(readerAt(endpoint, []).asset('a'))).kind).toBe('unavailable')
    expect(seen).toEqual([])
    setDefaultCACertificates([...before, cert])
  })

  test('P3: a host that accepts the connection and then says nothing is given up after the time to connect', async () => {
    const silent = createTcpServer(socket => socket.resume().on('error', () => {}))
    const failure = await failureOf(readerAt(await listening(silent), [], 50).asset('a'))
    expect(failure).toMatchObject({ kind: 'unavailable', message: 'east: assets.get got no answer (ETIMEDOUT)' })
    silent.close()
  })
})
