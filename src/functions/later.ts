import { once } from '../lib/once.ts'

/**
 * A handler whose code is loaded when it is first called: the event that wakes an instance does not wait for it.
 */
export const later = <A extends readonly unknown[], R>(
  load: () => Promise<(...args: A) => Promise<R>>,
): ((...args: A) => Promise<R>) => {
  const handler = once(load)
  return async (...args) => (await handler())(...args)
}
