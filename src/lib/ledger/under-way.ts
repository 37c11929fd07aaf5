/** Who asks for something that is being read already gets that answer: a burst of events costs few reads. */
export class UnderWay<T> {
  readonly #reads = new Map<string, Promise<T>>()

  read(key: string, read: () => Promise<T>): Promise<T> {
    const before = this.#reads.get(key)
    if (before !== undefined) return before
    const mine = read().finally(() => this.#reads.delete(key))
    this.#reads.set(key, mine)
    return mine
  }
}
