import type { ClientRequest, IncomingMessage } from 'node:http'
import { Answer, NoAnswer, type Sink, Start } from './answer.ts'
import { endpointOf } from './endpoint.ts'

/** One HTTP request as it goes out. `url` and `headers` may hold secrets. */
export interface Exchange {
  readonly method: string
  readonly url: string
  /** Names and values in turn, which costs Node less than an object of them; `host` is added. */
  readonly headers: readonly string[]
  readonly body?: string | undefined
  /** Longest time from start to the last byte of the answer, in milliseconds. */
  readonly milliseconds: number
}

/** Who waits for an answer, and for what. */
interface Waiting<T> {
  readonly sink: () => Sink<T>
  readonly resolve: (answer: Answer<T>) => void
  readonly reject: (reason: unknown) => void
}

/** What has become of one request; the first of answer, failure and giving up counts. */
class Attempt<T> {
  /**
   * Undefined once it is over, as is the request: listeners that were taken off a signal hold the ones that came after
   * them, and with those everything that they hold, until the next full collection of garbage.
   */
  #waiting: Waiting<T> | undefined
  #outgoing: ClientRequest | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #signal: AbortSignal | undefined

  constructor(waiting: Waiting<T>, signal: AbortSignal | undefined) {
    this.#waiting = waiting
    this.#signal = signal
    if (signal?.aborted) this.fail(signal.reason)
    else signal?.addEventListener('abort', this)
  }

  /** Listeners that are objects need no function of their own for every request. */
  handleEvent(): void {
    this.fail(this.#signal?.reason)
  }

  begin({ method, url, headers, body, milliseconds }: Exchange): void {
    if (this.#waiting === undefined) return
    const { originLength, host, options, request } = endpointOf(url)
    this.#timer = setTimeout(() => this.fail(new NoAnswer('ETIMEDOUT')), milliseconds)
    const path = url.slice(originLength)
    const outgoing = request({ ...options, method, path, headers: ['host', host, ...headers] })
    this.#outgoing = outgoing
    outgoing.on('error', error => this.#broken(error))
    // A connection that closes without an error and without a whole answer is no answer.
    outgoing.on('close', () => this.#waiting === undefined || this.fail(new NoAnswer('ECONNRESET')))
    outgoing.on('response', incoming => this.#receive(incoming))
    outgoing.end(body)
  }

  fail(reason: unknown): void {
    const outgoing = this.#outgoing
    this.#end()?.reject(reason)
    outgoing?.destroy()
  }

  /** Answers who has waited until now; nobody the second time. */
  #end(): Waiting<T> | undefined {
    const waiting = this.#waiting
    if (waiting === undefined) return undefined
    this.#waiting = undefined
    this.#outgoing = undefined
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this)
    return waiting
  }

  #broken({ code }: NodeJS.ErrnoException): void {
    this.fail(new NoAnswer(code ?? 'ECONNRESET'))
  }

  #receive(incoming: IncomingMessage): void {
    const status = incoming.statusCode ?? 0
    const good = status >= 200 && status < 300
    const start = good ? undefined : new Start()
    const into: Sink<T> | undefined = good ? this.#waiting?.sink() : undefined
    const orFail = (work: () => void): void => {
      try {
        if (this.#waiting !== undefined) work()
      } catch (error) {
        this.fail(error)
      }
    }
    incoming.on('error', error => this.#broken(error))
    incoming.on('data', (chunk: Uint8Array) => orFail(() => (into ?? start)?.write(chunk)))
    incoming.on('end', () =>
      orFail(() => {
        const answer = new Answer(incoming, into?.end(), start?.end() ?? '')
        this.#end()?.resolve(answer)
      }),
    )
  }
}

/**
 * Sends one request, without retries.
 * @param request what is sent once it is ready, which may take a token.
 * @param sink makes the receiver of a 2xx body; the body of anything else is kept, cut short, in `problem`.
 * @throws NoAnswer, or what the request or the sink throws, or the reason of the signal.
 */
export const exchange = <T>(
  request: Promise<Exchange>,
  sink: () => Sink<T>,
  signal?: AbortSignal,
): Promise<Answer<T>> =>
  new Promise((resolve, reject) => {
    const attempt = new Attempt({ sink, resolve, reject }, signal)
    request.then(ready => attempt.begin(ready)).catch((reason: unknown) => attempt.fail(reason))
  })
