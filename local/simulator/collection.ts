/** Things by name, whatever its case; the case they were made with is kept. */
export class Collection<T extends { readonly name: string }> {
  readonly #items = new Map<string, T>()
  #sorted: T[] | undefined

  get(name: string): T | undefined {
    return this.#items.get(name.toLowerCase())
  }

  set(item: T): void {
    this.#items.set(item.name.toLowerCase(), item)
    this.#sorted = undefined
  }

  delete(name: string): boolean {
    this.#sorted = undefined
    return this.#items.delete(name.toLowerCase())
  }

  get size(): number {
    return this.#items.size
  }

  values(): Iterable<T> {
    return this.#items.values()
  }

  /** In ascending order of the lower-cased names; kept until the next change. */
  sorted(): readonly T[] {
    this.#sorted ??= [...this.#items.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item)
    return this.#sorted
  }
}
