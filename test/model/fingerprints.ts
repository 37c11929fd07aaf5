/**
 * The set of states that were seen, as 64 bits of each one's text in place of the text (hash compaction). Two states
 * that share all 64 bits would be taken for one: among n states the chance of any such pair is about n² / 2⁶⁵, one in
 * 200,000 for fourteen million.
 */
import { Numbers } from './numbers.ts'

export class Fingerprints {
  readonly #high = new Numbers()
  readonly #low = new Numbers()
  /** Open addressing: number of the state plus one, zero where nobody is. */
  #slots = new Uint32Array(1 << 16)

  get size(): number {
    return this.#high.length
  }

  /** The number of the state, which is the old size where it is new. */
  add(text: string): number {
    const [high, low] = fingerprint(text)
    const mask = this.#slots.length - 1
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const number = (this.#slots[at] ?? 0) - 1
      if (number === -1) break
      if (this.#low.at(number) === low && this.#high.at(number) === high) return number
    }
    this.#high.push(high)
    this.#low.push(low)
    if (this.size * 2 > this.#slots.length) this.#grow()
    else this.#place(this.size - 1)
    return this.size - 1
  }

  #grow() {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (let number = 0; number < this.size; number++) this.#place(number)
  }

  #place(number: number) {
    const mask = this.#slots.length - 1
    let at = this.#low.at(number) & mask
    while (this.#slots[at] !== 0) at = (at + 1) & mask
    this.#slots[at] = number + 1
  }
}

const rotated = (word: number, by: number) => (word << by) | (word >>> (32 - by))

/** Ends of MurmurHash3: every bit of the word moves every other. */
const mixed = (word: number) => {
  let bits = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** Two hashes of 32 bits with different multipliers and rotations. */
const fingerprint = (text: string): readonly [high: number, low: number] => {
  let high = 0x9e3779b9
  let low = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    high = rotated(Math.imul(high ^ code, 0x9e3779b1), 13)
    low = rotated(Math.imul(low ^ code, 0x5bd1e995), 15)
  }
  return [mixed(high), mixed(low ^ high)]
}
