import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds. */
const interval = 1000

/**
 * Resolves when the shell in which npm runs a script has ended; never when this process was not started by npm, since
 * whoever starts it by hand may leave it running. A signal to npm ends that shell, which passes nothing on.
 */
export const npmGone = async (): Promise<void> => {
  const parent = process.ppid
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return new Promise(() => {})
  while (process.ppid === parent) await sleep(interval, undefined, { ref: false })
}
