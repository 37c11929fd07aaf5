/** Ctrl-C in the middle of a check: what was made in the target is removed first, or named. */
import { npmGone } from '../parent.ts'

/** One press may come as several signals: from the terminal, and from npm. */
const samePress = 1_000

export interface Stop {
  /** Aborted once somebody wants an end; nothing more is made from then on. */
  readonly signal: AbortSignal
  /** Paths in the target that are made, or may be, until they are removed. */
  readonly made: Set<string>
}

/**
 * @param giveUp called where an end is wanted again before all is removed.
 */
export const listenForStop = (giveUp: (made: ReadonlySet<string>) => void): Stop => {
  const controller = new AbortController()
  const made = new Set<string>()
  let pressed = 0
  const stop = (): void => {
    const now = performance.now()
    if (!controller.signal.aborted) {
      pressed = now
      console.error('prove: ending; what was made is removed first. Ctrl-C again ends at once and names it.')
      controller.abort(new Error('ended before it was done'))
    } else if (now - pressed > samePress) giveUp(made)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  void npmGone().then(() => controller.signal.aborted || stop())
  return { signal: controller.signal, made }
}
