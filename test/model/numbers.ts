/** A list of unsigned 32-bit numbers that grows; four bytes each, so that millions of them fit. */
export class Numbers {
  #items = new Uint32Array(1 << 12)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(number: number): void {
    if (this.#length === this.#items.length) {
      const longer = new Uint32Array(this.#items.length * 2)
      longer.set(this.#items)
      this.#items = longer
    }
    this.#items[this.#length++] = number
  }

  /** Zero beyond the end. */
  at(index: number): number {
    return this.#items[index] ?? 0
  }
}
