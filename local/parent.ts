import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds. */
const interval = 1000

/** Parent of a process, where the system tells it as Linux does. */
const parentOf = (pid: number): string | undefined => {
  try {
    return /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

/**
 * Resolves when the shell in which npm runs a script has ended, or npm itself; never when this process was not started
 * by npm, since whoever starts it by hand may leave it running. A signal to npm ends that shell, which passes nothing
 * on; of one that npm cannot catch even the shell hears nothing.
 */
export const npmGone = async (): Promise<void> => {
  const parent = process.ppid
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return new Promise(() => {})
  const npm = parentOf(parent)
  while (process.ppid === parent && parentOf(parent) === npm) await sleep(interval, undefined, { ref: false })
}
