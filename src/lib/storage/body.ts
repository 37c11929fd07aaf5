const firstBytes = 64 * 1024

/**
 * The bytes of an answer, gathered in memory that one answer after another uses: with pages of some megabytes, what is
 * allocated anew for each is most of what a listing needs.
 */
export class Body {
  #bytes = Buffer.alloc(0)
  #size = 0

  clear(): void {
    this.#size = 0
  }

  append(chunk: Uint8Array): void {
    const needed = this.#size + chunk.length
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length, firstBytes))
      larger.set(this.#bytes.subarray(0, this.#size))
      this.#bytes = larger
    }
    this.#bytes.set(chunk, this.#size)
    this.#size = needed
  }

  /** All of it; good until the next `clear`. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size)
  }
}
