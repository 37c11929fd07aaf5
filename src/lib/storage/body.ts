/**
 * The bytes of an answer, put together in memory that one answer after another uses: with pages of some megabytes,
 * memory that is allocated anew for each is most of what a listing costs.
 */
export class Body {
  #chunks: Uint8Array[] = []
  #size = 0
  #memory = Buffer.alloc(0)

  clear(): void {
    this.#chunks = []
    this.#size = 0
  }

  /** Keeps a chunk as it is, which must not change until all of them have been taken. */
  append(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  /** All chunks that came since the last `clear`, once; good until that is called again. */
  take(): Buffer {
    if (this.#memory.length < this.#size) this.#memory = Buffer.allocUnsafeSlow(this.#size)
    let at = 0
    for (const chunk of this.#chunks) {
      this.#memory.set(chunk, at)
      at += chunk.length
    }
    this.#chunks = []
    return this.#memory.subarray(0, at)
  }
}
