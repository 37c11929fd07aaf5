import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What an answer gives in time, or something else where it does not, or fails: an account that is silent must not
 * keep anybody waiting who asks because of that. The work itself goes on until its own time-outs end it.
 *
 * @param milliseconds never scaled: it is time on the network.
 */
export const within = async <T, F>(
  milliseconds: number,
  work: Promise<T>,
  otherwise: (error: unknown) => F,
): Promise<T | F> => {
  const stop = new AbortController()
  const late = sleep(milliseconds, undefined, { signal: stop.signal }).then(() => otherwise(undefined))
  try {
    return await Promise.race([work, late])
  } catch (error) {
    return otherwise(error)
  } finally {
    stop.abort()
    late.catch(() => {})
    work.catch(() => {})
  }
}
