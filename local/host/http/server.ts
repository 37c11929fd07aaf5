import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { codeOf, HostError, messageOf } from '../errors.ts'
import { type HostRequest, type HostResponse, problem } from './message.ts'

export type Respond = (request: HostRequest) => Promise<HostResponse>

export interface HttpServer {
  readonly port: number
  /** Stops listening; resolves when the last answer is out, or after `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** Milliseconds. */
const idleConnection = 120_000

/**
 * Listens on the loopback interface only.
 * @param port 0 for any free one
 * @param bodyLimit bytes; longer bodies get 413
 * @param onError an answer could not be made; the caller gets an empty 500
 */
export const listen = async (
  port: number,
  bodyLimit: number,
  respond: Respond,
  onError: (error: unknown) => void,
): Promise<HttpServer> => {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, bodyLimit, respond).catch((error: unknown) => {
      onError(error)
      if (!outgoing.headersSent) outgoing.writeHead(500)
      outgoing.end()
    })
  })
  // A long copy or a held event may keep a request waiting; the limit is the function's, not the server's.
  server.requestTimeout = 0
  // Callers keep connections; one that is closed while they send fails a call that they may not repeat.
  server.keepAliveTimeout = idleConnection
  await bind(server, port)
  return { port: (server.address() as AddressInfo).port, close: graceMs => close(server, graceMs) }
}

const bind = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', error => {
      const taken = codeOf(error) === 'EADDRINUSE'
      const text = taken
        ? `Port ${port} is already in use. Stop what uses it or give another --port.`
        : messageOf(error)
      reject(new HostError(taken ? text : `Cannot listen on port ${port}: ${text}`))
    })
    server.listen(port, '127.0.0.1', () => resolve())
  })

const close = (server: Server, graceMs: number): Promise<void> =>
  new Promise(resolve => {
    const force = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
    server.closeIdleConnections()
  })

const serve = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  bodyLimit: number,
  respond: Respond,
): Promise<void> => {
  const url = requestUrl(incoming)
  if (!url) return send(outgoing, problem(400, 'The request target or the Host header is not valid.'))
  const body = await readBody(incoming, bodyLimit)
  if (body === 'aborted') return
  if (body === 'too large') {
    const answer = problem(413, `The body is longer than ${bodyLimit} bytes.`, { connection: 'close' })
    return send(outgoing, answer)
  }
  const { method = 'GET', headers, socket } = incoming
  const answer = await respond({ method, url, headers, body, local: isLocal(socket.remoteAddress, url.hostname) })
  send(outgoing, answer)
}

const isLocal = (address: string | undefined, hostname: string): boolean =>
  (address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1') &&
  (hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]')

const requestUrl = ({ url = '/', headers }: IncomingMessage): URL | undefined => {
  const target = url.startsWith('/') ? `http://${headers.host ?? 'localhost'}${url}` : url
  return URL.canParse(target) ? new URL(target) : undefined
}

const readBody = (incoming: IncomingMessage, limit: number): Promise<Buffer | 'too large' | 'aborted'> =>
  new Promise(resolve => {
    if (Number(incoming.headers['content-length'] ?? 0) > limit) return resolve('too large')
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) chunks.push(chunk)
      else {
        incoming.pause()
        resolve('too large')
      }
    })
    incoming.on('end', () => resolve(Buffer.concat(chunks)))
    incoming.on('error', () => resolve('aborted'))
    incoming.on('close', () => resolve('aborted'))
  })

const send = (outgoing: ServerResponse, { status, headers = {}, cookies = [], body }: HostResponse): void => {
  // The caller may have gone while the function ran.
  if (outgoing.destroyed) return
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
  outgoing.statusCode = status
  outgoing.end(body)
}
