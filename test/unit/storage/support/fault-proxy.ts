import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** `lostReply`: the service does it, the answer never arrives. `cutShort`: the answer ends early, as if it were whole. */
export type Fault = 'none' | 'reset' | 'error' | 'busy' | 'lostReply' | 'broken' | 'cutShort' | 'notFound'
export const faults = ['reset', 'error', 'busy', 'lostReply', 'broken', 'cutShort'] as const

const refusals: { readonly [F in Fault]?: readonly [status: number, code: string] } = {
  error: [500, 'InternalError'],
  busy: [503, 'ServerBusy'],
  notFound: [404, 'BlobNotFound'],
}

export interface FaultProxy {
  readonly url: string
  /** Requests since the last `reset`, the service's own reads of copy sources included: `METHOD path?query`. */
  readonly seen: readonly string[]
  reset(choose: (index: number, request: IncomingMessage) => Fault | Promise<Fault>): void
  close(): Promise<void>
}

/** Passes everything on to a service, the Host header included, and spoils what it is told to. */
export const startFaultProxy = async (upstream: string): Promise<FaultProxy> => {
  let seen: string[] = []
  let choose: (index: number, request: IncomingMessage) => Fault | Promise<Fault> = () => 'none'
  const agent = new http.Agent({ keepAlive: true })
  const server = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    void Promise.resolve(choose(seen.length - 1, request)).then(fault => pass(fault, request, response))
  })

  const pass = (fault: Fault, request: IncomingMessage, response: ServerResponse): void => {
    if (fault === 'reset') return void request.socket.resetAndDestroy()
    const refused = refusals[fault]
    if (refused !== undefined) {
      request.resume()
      const [status, code] = refused
      response.writeHead(status, { 'x-ms-error-code': code }).end(`<Error><Code>${code}</Code></Error>`)
      return
    }
    const onward = http.request(
      `${upstream}${request.url}`,
      { method: request.method ?? 'GET', headers: request.headers, agent },
      answer => spoil(fault, answer, response),
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  }

  const spoil = (fault: Fault, answer: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('end', () => {
      const body = Buffer.concat(chunks)
      if (fault === 'lostReply') return void response.destroy()
      const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers
      const status = answer.statusCode ?? 500
      if (fault === 'cutShort' && body.length > 0) {
        response.writeHead(status, headers).end(body.subarray(0, body.length * 0.9))
      } else if (fault === 'broken' && body.length > 0) {
        response.writeHead(status, { ...headers, 'content-length': body.length })
        response.write(body.subarray(0, body.length / 2), () => response.destroy())
      } else {
        // A HEAD has a length and no body.
        response.writeHead(status, answer.headers).end(body)
      }
    })
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get seen() {
      return seen
    },
    reset(next) {
      seen = []
      choose = next
    },
    close() {
      agent.destroy()
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
