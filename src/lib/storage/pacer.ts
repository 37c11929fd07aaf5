import type { Clock } from '../model.ts'

/** Busy answers come in bunches; one bunch slows down once. */
const slowingMilliseconds = 1_000

/**
 * How many requests may be under way at once: grows by one for every round of successes up to the maximum, halves when
 * the service is busy, never below one. Shared by everything that copies to one account, first come, first served.
 */
export class Pacer {
  readonly #most: number
  readonly #clock: Clock
  readonly #waiting: (() => void)[] = []
  #allowed: number
  #running = 0
  #slowedAt = Number.NEGATIVE_INFINITY

  constructor(most: number, clock: Clock) {
    this.#most = Math.max(1, most)
    this.#allowed = this.#most
    this.#clock = clock
  }

  get allowed(): number {
    return Math.floor(this.#allowed)
  }

  /** Waits for a place. Whoever got one gives it back with `release`. */
  async acquire(): Promise<void> {
    if (this.#running < this.allowed && this.#waiting.length === 0) {
      this.#running++
      return
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    await promise
  }

  release(succeeded: boolean): void {
    this.#running--
    if (succeeded) this.#allowed = Math.min(this.#most, this.#allowed + 1 / this.#allowed)
    while (this.#running < this.allowed) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#running++
      next()
    }
  }

  /** For who holds a place: gives it back while it pauses, and waits for one again. */
  async aside(pause: () => Promise<void>): Promise<void> {
    this.release(false)
    try {
      await pause()
    } finally {
      await this.acquire()
    }
  }

  slower(): void {
    if (this.#clock() - this.#slowedAt < slowingMilliseconds) return
    this.#slowedAt = this.#clock()
    this.#allowed = Math.max(1, this.#allowed / 2)
  }
}
