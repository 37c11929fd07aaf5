import { vi } from 'vitest'

/** Looks again and again until nothing is thrown, far longer than a busy machine needs; answers what was seen then. */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 30_000, interval: 5 })
