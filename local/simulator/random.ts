/** State of a generator, changed by each call. */
export interface RandomState {
  /** A whole number of 32 bits, the seed at first. */
  random: number
}

/** mulberry32: small, seedable, good enough to decide whether a fault strikes. 0 or more, less than 1. */
export const nextRandom = (state: RandomState): number => {
  state.random = (state.random + 0x6d2b79f5) >>> 0
  let mixed = Math.imul(state.random ^ (state.random >>> 15), state.random | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
