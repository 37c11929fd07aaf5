import http, { type IncomingHttpHeaders } from 'node:http'
import https from 'node:https'

/** One HTTP request as it goes out. `url` and `headers` may hold secrets. */
export interface Exchange {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Longest time from start to the last byte of the answer, in milliseconds. */
  readonly milliseconds: number
}

/** Takes the body of an answer as it arrives. What it throws ends the exchange. */
export interface Sink<T> {
  write(chunk: Uint8Array): void
  end(): T
}

export interface Answer<T> {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** What the sink made of the body of a 2xx; undefined otherwise. */
  readonly value: T | undefined
  /** The start of the body of anything but a 2xx. */
  readonly problem: string
}

/** No whole answer arrived. `code` is Node's, e.g. `ECONNRESET`, or `ETIMEDOUT` for a time-out of our own. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly code: string

  constructor(code: string) {
    super(`No answer (${code}).`)
    this.code = code
  }
}

const connectMilliseconds = 10_000
const problemBytes = 8_192

// Sockets are shared by all containers; how many are in use is decided by who sends, not here.
const plain = new http.Agent({ keepAlive: true, maxFreeSockets: 256 })
const secure = new https.Agent({ keepAlive: true, maxFreeSockets: 256 })

class Start implements Sink<string> {
  readonly #chunks: Uint8Array[] = []
  #size = 0

  write(chunk: Uint8Array): void {
    if (this.#size < problemBytes) this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  end(): string {
    return Buffer.concat(this.#chunks).toString('utf8').slice(0, problemBytes)
  }
}

/**
 * Sends one request, without retries.
 * @param sink makes the receiver of a 2xx body; the body of anything else is kept, cut short, in `problem`.
 * @throws NoAnswer, or whatever the sink throws, or the reason of the signal.
 */
export const exchange = <T>(request: Exchange, sink: () => Sink<T>, signal?: AbortSignal): Promise<Answer<T>> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer<T>>()
  const encrypted = request.url.startsWith('https:')
  const outgoing = (encrypted ? https : http).request(request.url, {
    method: request.method,
    headers: request.headers,
    agent: encrypted ? secure : plain,
  })
  let settled: boolean = false
  const fail = (reason: unknown): void => {
    settled = true
    reject(reason)
    outgoing.destroy()
  }
  const fromNode = (error: NodeJS.ErrnoException): void => fail(new NoAnswer(error.code ?? 'ECONNRESET'))
  const late = (): void => fail(new NoAnswer('ETIMEDOUT'))
  const aborted = (): void => fail(signal?.reason)

  const total = setTimeout(late, request.milliseconds)
  let connecting: NodeJS.Timeout | undefined
  outgoing.once('socket', socket => {
    if (!socket.connecting) return
    connecting = setTimeout(late, connectMilliseconds)
    socket.once(encrypted ? 'secureConnect' : 'connect', () => clearTimeout(connecting))
  })
  outgoing.once('close', () => {
    clearTimeout(total)
    clearTimeout(connecting)
    signal?.removeEventListener('abort', aborted)
    // A connection that closes without an error and without a whole answer is no answer.
    if (!settled) reject(new NoAnswer('ECONNRESET'))
  })
  signal?.addEventListener('abort', aborted)
  outgoing.on('error', fromNode)
  outgoing.once('response', incoming => {
    const status = incoming.statusCode ?? 0
    const good = status >= 200 && status < 300
    const start = good ? undefined : new Start()
    const into: Sink<T> | undefined = good ? sink() : undefined
    incoming.on('error', fromNode)
    incoming.on('data', (chunk: Uint8Array) => {
      try {
        ;(into ?? start)?.write(chunk)
      } catch (error) {
        fail(error)
      }
    })
    incoming.once('end', () => {
      try {
        resolve({ status, headers: incoming.headers, value: into?.end(), problem: start?.end() ?? '' })
        settled = true
      } catch (error) {
        fail(error)
      }
    })
  })
  outgoing.end(request.body)
  return promise
}
