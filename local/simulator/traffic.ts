/** The latest exchanges with the control plane, in the form of the published recordings, without secrets. */
import type { Json } from './json.ts'
import { redact, redactUrl } from './redaction.ts'

export interface Exchange {
  readonly account: string
  readonly operation: string
  readonly method: string
  readonly url: string
  readonly request: Json | undefined
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly response: Json | undefined
  /** When it came and when it was answered, milliseconds since 1970 by the machine's clock. */
  readonly began: number
  readonly at: number
  /** Of request and answer together. */
  readonly bytes: number
}

/** What recorders of the service keep, and its clients rely on. */
export const keptHeaders =
  /^(content-type|location|azure-asyncoperation|retry-after|x-ms-failure-cause|x-ms-ratelimit-remaining-.*)$/

const lineOf = (exchange: Exchange): string =>
  JSON.stringify({
    test: 'simulator',
    account: exchange.account,
    operation: exchange.operation,
    method: exchange.method,
    url: redactUrl(exchange.url),
    request: redact(exchange.request) ?? null,
    status: exchange.status,
    headers: Object.fromEntries(Object.entries(exchange.headers).filter(([name]) => keptHeaders.test(name))),
    response: redact(exchange.response) ?? null,
  })

export interface TrafficLimits {
  readonly exchanges: number
  readonly bytes: number
}

const defaultLimits: TrafficLimits = { exchanges: 20_000, bytes: 32 * 1024 * 1024 }

/** Bodies are kept as they are and written out, redacted, when somebody asks: requests stay fast. */
export class Traffic {
  readonly #limits: TrafficLimits
  #exchanges: Exchange[] = []
  #bytes = 0
  #dropped = 0

  constructor(limits: TrafficLimits = defaultLimits) {
    this.#limits = limits
  }

  add(exchange: Exchange): void {
    this.#exchanges.push(exchange)
    this.#bytes += exchange.bytes
    if (this.#exchanges.length <= this.#limits.exchanges && this.#bytes <= this.#limits.bytes) return
    // A quarter at a time, so that dropping costs little per request.
    const surplus = this.#exchanges.splice(0, Math.max(1, this.#exchanges.length >> 2))
    this.#dropped += surplus.length
    this.#bytes -= surplus.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** JSON lines, oldest first. */
  lines(keeps: (exchange: Exchange) => boolean = () => true): string {
    return this.#exchanges
      .filter(keeps)
      .map(exchange => `${lineOf(exchange)}\n`)
      .join('')
  }

  /** How many were dropped to stay within bounds. */
  get dropped(): number {
    return this.#dropped
  }

  reset(): void {
    this.#exchanges = []
    this.#bytes = 0
    this.#dropped = 0
  }
}
