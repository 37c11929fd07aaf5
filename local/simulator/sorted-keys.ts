/** Keys in ascending order, in blocks: one more among 100,000 moves a few hundred of them, not all. */
const largestBlock = 512

/** Index of the first item that `isAfter` holds for, of items that are in order of it. */
const firstIndex = <T>(items: readonly T[], isAfter: (item: T) => boolean): number => {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isAfter(items[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}

export class SortedKeys {
  /** None is empty. */
  readonly #blocks: string[][] = []

  /** @param keys each once, in any order. */
  constructor(keys: Iterable<string> = []) {
    const sorted = [...keys].sort((a, b) => (a < b ? -1 : 1))
    // Half full, so that the next ones find room.
    for (let at = 0; at < sorted.length; at += largestBlock / 2)
      this.#blocks.push(sorted.slice(at, at + largestBlock / 2))
  }

  /** @param key not there yet. */
  add(key: string): void {
    const at = Math.min(this.#blockOf(key), this.#blocks.length - 1)
    const block = this.#blocks[at]
    if (block === undefined) {
      this.#blocks.push([key])
      return
    }
    block.splice(
      firstIndex(block, other => other > key),
      0,
      key,
    )
    if (block.length > largestBlock) this.#blocks.splice(at + 1, 0, block.splice(block.length >>> 1))
  }

  delete(key: string): void {
    const at = this.#blockOf(key)
    const block = this.#blocks[at]
    const index = block?.indexOf(key) ?? -1
    if (block === undefined || index < 0) return
    block.splice(index, 1)
    if (block.length === 0) this.#blocks.splice(at, 1)
  }

  /** All keys greater than `key`; without one, all. Not to be changed meanwhile. */
  *after(key?: string): Iterable<string> {
    if (key === undefined) {
      for (const block of this.#blocks) yield* block
      return
    }
    for (let at = this.#blockOf(key); at < this.#blocks.length; at += 1) {
      const block = this.#blocks[at] ?? []
      for (let index = firstIndex(block, other => other > key); index < block.length; index += 1)
        yield block[index] as string
    }
  }

  /** Index of the first block that may hold `key`; the number of blocks when it is greater than all. */
  #blockOf(key: string): number {
    return firstIndex(this.#blocks, block => (block.at(-1) as string) >= key)
  }
}
