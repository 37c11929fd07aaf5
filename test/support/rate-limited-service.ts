/** A service that counts calls in one bucket, in the ways that services do. */
export type Counting =
  /** From the first call on for an hour, as the simulator does. */
  | { readonly kind: 'window'; readonly limit: number }
  /** Of the last hour. */
  | { readonly kind: 'rolling'; readonly limit: number }
  /** Fills up again by so many a second. */
  | { readonly kind: 'tokens'; readonly limit: number; readonly perSecond: number }

const hour = 60 * 60_000

export class RateLimitedService {
  /** Times of the calls that were counted. */
  readonly calls: number[] = []
  refusals = 0
  /** Whether a refusal says when to come back. */
  retryAfter = true
  readonly #counting: Counting
  #used = 0
  #since = Number.NEGATIVE_INFINITY

  constructor(counting: Counting) {
    this.#counting = counting
  }

  left(now: number): number {
    const { kind, limit } = this.#counting
    if (kind === 'rolling') {
      const first = this.calls.findIndex(at => now - at < hour)
      return limit - (first === -1 ? 0 : this.calls.length - first)
    }
    if (kind === 'window' && now - this.#since >= hour) return limit
    if (kind === 'tokens') return Math.floor(Math.min(limit, limit - this.#used + this.#refilled(now)))
    return limit - this.#used
  }

  /** Counts one call. @returns what is left after it, or how many milliseconds to wait after a refusal. */
  take(now: number): { readonly left: number } | { readonly wait: number } {
    const { kind } = this.#counting
    if (this.left(now) < 1) {
      this.refusals += 1
      return { wait: kind === 'window' ? this.#since + hour - now : 1000 }
    }
    if (kind === 'window' && now - this.#since >= hour) [this.#since, this.#used] = [now, 0]
    if (kind === 'tokens') [this.#used, this.#since] = [Math.max(0, this.#used - this.#refilled(now)), now]
    this.#used += 1
    this.calls.push(now)
    return { left: this.left(now) }
  }

  #refilled(now: number): number {
    const { kind } = this.#counting
    return kind === 'tokens' ? ((now - Math.max(0, this.#since)) / 1000) * this.#counting.perSecond : 0
  }
}
