/** A clock that jumps from one thing that is waited for to the next; nothing takes time but what sleeps on it. */
export class VirtualTime {
  now: number
  #order = 0
  readonly #waiting: { readonly at: number; readonly order: number; readonly go: () => void }[] = []

  constructor(start = Date.parse('2030-01-01T00:00:00Z')) {
    this.now = start
  }

  readonly clock = (): number => this.now

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise(go => {
      const one = { at: this.now + Math.max(0, milliseconds), order: ++this.#order, go }
      const index = this.#waiting.findLastIndex(({ at }) => at <= one.at)
      this.#waiting.splice(index + 1, 0, one)
    })

  /** Lets time pass until nobody waits any more, or until a time. */
  async pass(until = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      // What is ready goes on first, as far as it gets.
      await new Promise(done => setImmediate(done))
      const next = this.#waiting[0]
      if (next === undefined || next.at > until) break
      this.#waiting.shift()
      this.now = next.at
      next.go()
    }
    if (Number.isFinite(until)) this.now = until
  }

  /** Lets time pass for some work until nobody waits any more. */
  async run<T>(work: Promise<T>): Promise<T> {
    const [value] = await Promise.all([work, this.pass()])
    return value
  }
}
