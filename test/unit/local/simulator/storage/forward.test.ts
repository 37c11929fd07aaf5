/** What becomes of a request whose client is no longer there to hear the answer. */
import { once } from 'node:events'
import { Agent, createServer, request as httpRequest, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { forward } from '../../../../../local/simulator/storage/forward.ts'
import { signal } from '../../../../support/interleaving.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
const listen = async (handle: RequestListener): Promise<number> => {
  const server = createServer(handle)
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

it.each([
  { sent: 'a whole request', length: '0', ends: true, carriedOut: true },
  { sent: 'a part of its body', length: '10', ends: false, carriedOut: false },
])('a client that dies after $sent: carried out is $carriedOut', async ({ length, ends, carriedOut }) => {
  const [received, gone] = [signal(), signal()]
  const upstream = await listen((request, response) => {
    request.resume()
    received.open()
    void gone.opened.then(() => response.writeHead(201).end())
  })
  const agent = new Agent()
  const { promise: answered, resolve } = Promise.withResolvers<number | undefined>()
  const port = await listen((request, response) => {
    response.once('close', () => gone.open())
    forward({ host: '127.0.0.1', port: upstream, agent }, request, ['host', 'upstream', 'content-length', length]).then(
      answer => resolve(answer.statusCode),
      () => resolve(undefined),
    )
  })
  const client = httpRequest({ host: '127.0.0.1', port, method: 'PUT', headers: { 'content-length': length } })
  client.once('error', () => {})
  if (ends) client.end()
  else client.write('part')
  await received.opened
  client.destroy()
  expect(await answered).toBe(carriedOut ? 201 : undefined)
})
