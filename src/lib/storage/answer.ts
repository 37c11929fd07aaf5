import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** Takes the body of an answer as it arrives. What it throws ends the exchange. */
export interface Sink<T> {
  write(chunk: Uint8Array): void
  end(): T
}

export class Answer<T> {
  readonly status: number
  /** What the sink made of the body of a 2xx; undefined otherwise. */
  readonly value: T | undefined
  /** The start of the body of anything but a 2xx. */
  readonly problem: string
  readonly #incoming: IncomingMessage

  constructor(incoming: IncomingMessage, value: T | undefined, problem: string) {
    this.status = incoming.statusCode ?? 0
    this.value = value
    this.problem = problem
    this.#incoming = incoming
  }

  /** Put together when it is asked for: most answers are good without. */
  get headers(): IncomingHttpHeaders {
    return this.#incoming.headers
  }
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

const problemBytes = 8_192

/** Keeps the start of a body. */
export class Start implements Sink<string> {
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
