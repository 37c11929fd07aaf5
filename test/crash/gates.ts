/**
 * Doors between the app and everything it calls: media accounts, storage, ledger. Before or after one of its calls the
 * process behind them dies: the call is carried out or not, the reply never comes, and nothing that the process still
 * tries gets through. From outside a death at a call that only reads is one after the last that changed something: so
 * only those are numbered.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Plane = 'media' | 'storage' | 'ledger'

/** Which call is the last of its process. */
export interface Strike {
  /** Before it is carried out, or after. */
  readonly at: 'before' | 'after'
  /** Counted from 1 among calls that may change something. */
  readonly nth: number
  /** Only such calls are counted, by `plane METHOD path`. */
  readonly of?: RegExp
}

export interface Gates {
  readonly urls: Readonly<Record<Plane, string>>
  /** `plane METHOD path`, in the order in which they came. */
  readonly calls: readonly string[]
  readonly dead: boolean
  /** Resolves with the last call of the process. */
  readonly died: Promise<string>
  close(): Promise<void>
}

/** @param changed is waited for after every call that may have changed something, before it is answered. */
export const openGates = async (
  upstreams: Readonly<Record<Plane, string>>,
  strike: Strike | undefined,
  changed: (plane: Plane) => Promise<void>,
): Promise<Gates> => {
  const calls: string[] = []
  const death = Promise.withResolvers<string>()
  const state = { dead: false, counted: 0 }
  const agent = new http.Agent({ keepAlive: true })
  const die = (call: string) => {
    state.dead = true
    death.resolve(call)
  }
  const isLast = (call: string): boolean => {
    if (strike?.of?.test(call) === false) return false
    state.counted += 1
    return state.counted === strike?.nth
  }
  const pass = async (plane: Plane, request: IncomingMessage, response: ServerResponse) => {
    // Whoever still calls waits for ever: its process is gone.
    if (state.dead) return
    const call = `${plane} ${request.method} ${new URL(request.url ?? '/', 'http://gate').pathname}`
    calls.push(call)
    const changes = !/^(GET|HEAD)$/.test(request.method ?? '')
    const last = changes && isLast(call)
    if (last && strike?.at === 'before') {
      die(call)
      return
    }
    const answer = await forwarded(new URL(request.url ?? '/', upstreams[plane]), request, agent)
    if (last) die(call)
    if (changes) await changed(plane)
    if (state.dead) return
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }
  const servers: http.Server[] = []
  const open = async (plane: Plane): Promise<string> => {
    const server = http.createServer((request, response) => {
      pass(plane, request, response).catch(() => response.destroy())
    })
    servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  return {
    urls: { media: await open('media'), storage: await open('storage'), ledger: await open('ledger') },
    calls,
    get dead() {
      return state.dead
    },
    died: death.promise,
    async close() {
      state.dead = true
      agent.destroy()
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** As if the gate were not there: the service knows itself by its own name, and as the source of a copy too. */
const forwarded = (url: URL, request: IncomingMessage, agent: http.Agent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers: http.OutgoingHttpHeaders = { ...request.headers, host: url.host }
    const source = headers['x-ms-copy-source']
    if (source !== undefined)
      headers['x-ms-copy-source'] = String(source).replace(`//${request.headers.host}/`, `//${url.host}/`)
    const onward = http.request(url, { method: request.method ?? 'GET', headers, agent }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const { 'transfer-encoding': _, ...headers } = answer.headers
        resolve({ status: answer.statusCode ?? 500, headers, body: Buffer.concat(chunks) })
      })
    })
    onward.on('error', reject)
    request.pipe(onward)
  })
