/** Asking again and again, as long as somebody looks. */

/**
 * Calls `look` at once, and again so many milliseconds after each end of it, until the signal. Not while the page is
 * hidden. `look` deals with its own failures; one that it does not know of ends nothing.
 * @returns calls it out of turn.
 */
export const repeat = (signal: AbortSignal, every: number, look: () => Promise<void>): (() => Promise<void>) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let round = 0
  const now = async (): Promise<void> => {
    clearTimeout(timer)
    round += 1
    const mine = round
    try {
      await look()
    } finally {
      // Somebody has asked out of turn meanwhile: the timer is that one's.
      if (!signal.aborted && mine === round) timer = setTimeout(next, every)
    }
  }
  const next = (): void => {
    if (!document.hidden) void now()
  }
  document.addEventListener('visibilitychange', next, { signal })
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  void now()
  return now
}
