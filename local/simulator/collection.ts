/** Things by name, whatever its case; the case they were made with is kept. */
import { SortedKeys } from './sorted-keys.ts'

/** Items in ascending order of their lower-cased names. */
export interface Sorted<T> {
  /** Those whose lower-cased name is greater than `key`; without one, all. */
  after(key?: string): Iterable<T>
}

/** Changes that a collection remembers, so that reads can be played that do not know of them yet. */
const remembered = 10_000

interface Change<T> {
  readonly at: bigint
  readonly key: string
  /** What was there before; undefined when nothing was. */
  readonly before: T | undefined
}

export class Collection<T extends { readonly name: string }> {
  readonly #items = new Map<string, T>()
  /** Made when they are first asked for: many collections never are. */
  #keys: SortedKeys | undefined
  readonly #now: (() => bigint) | undefined
  #changes: Change<T>[] | undefined

  /**
   * @param now ticks; without it no change is remembered.
   * @param items what it begins with, which was always there.
   */
  constructor(now?: () => bigint, items: Iterable<T> = []) {
    this.#now = now
    for (const item of items) this.#items.set(item.name.toLowerCase(), item)
  }

  get(name: string): T | undefined {
    return this.#items.get(name.toLowerCase())
  }

  set(item: T): void {
    const key = item.name.toLowerCase()
    this.#remember(key)
    if (!this.#items.has(key)) this.#keys?.add(key)
    this.#items.set(key, item)
  }

  delete(name: string): boolean {
    const key = name.toLowerCase()
    if (!this.#items.has(key)) return false
    this.#remember(key)
    this.#keys?.delete(key)
    return this.#items.delete(key)
  }

  get size(): number {
    return this.#items.size
  }

  values(): Iterable<T> {
    return this.#items.values()
  }

  sorted(): Sorted<T> {
    return { after: key => this.#after(key) }
  }

  /**
   * A copy without the changes later than `ticks`, as far back as they are remembered.
   *
   * @param past what becomes of each item, for items that hold collections.
   */
  asOf(ticks: bigint, past: (item: T) => T = item => item): Collection<T> {
    const items = new Map(this.#items)
    for (const { at, key, before } of this.#changes?.toReversed() ?? []) {
      if (at <= ticks) break
      if (before === undefined) items.delete(key)
      else items.set(key, before)
    }
    return new Collection(undefined, items.values().map(past))
  }

  #remember(key: string): void {
    if (this.#now === undefined) return
    this.#changes ??= []
    this.#changes.push({ at: this.#now(), key, before: this.#items.get(key) })
    if (this.#changes.length >= 2 * remembered) this.#changes = this.#changes.slice(-remembered)
  }

  *#after(key?: string): Iterable<T> {
    this.#keys ??= new SortedKeys(this.#items.keys())
    for (const found of this.#keys.after(key)) yield this.#items.get(found) as T
  }
}
