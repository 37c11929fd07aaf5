import type { Clock } from '../clock.ts'

/** What is not done yet, so that one can wait for the end of it or give it up. */
export class OpenWork {
  readonly #clock: Pick<Clock, 'after'>
  readonly #timers = new Set<() => void>()
  readonly #closing = new AbortController()
  #count = 0
  #waiters: (() => void)[] = []

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  /** Aborted once everything is given up. */
  get ended(): AbortSignal {
    return this.#closing.signal
  }

  begin(): void {
    this.#count += 1
  }

  end(): void {
    this.#count -= 1
    if (this.#count === 0) this.#release()
  }

  /** Resolves when all that began has ended. */
  idle(): Promise<void> {
    if (this.#count === 0 || this.ended.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiters.push(resolve)
    return promise
  }

  later(milliseconds: number, action: () => void): void {
    if (this.ended.aborted) return
    const cancel = this.#clock.after(milliseconds, () => {
      this.#timers.delete(cancel)
      action()
    })
    this.#timers.add(cancel)
  }

  /** Gives up everything that waits. */
  close(): void {
    this.#closing.abort()
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#release()
  }

  #release(): void {
    for (const resolve of this.#waiters) resolve()
    this.#waiters = []
  }
}
