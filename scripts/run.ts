/** What the scripts share: running a command, and the count line that the next script up reads. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const countLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** The counts of the last line of an output; undefined where it is no count line. */
export const readCounts = (output: string): Counts | undefined => {
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(line) ?? []
  return passed === undefined
    ? undefined
    : { passed: Number(passed), failed: Number(failed), skipped: Number(skipped ?? 0) }
}

/**
 * Runs a command and shows its output as it comes. Resolves with its exit code (1 where a signal ended it) and the end
 * of what it wrote to stdout.
 */
export const run = (
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly tail: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
    })
    let tail = ''
    child.stdout.on('data', chunk => {
      process.stdout.write(chunk)
      tail = (tail + chunk).slice(-2000)
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code: code ?? 1, tail }))
  })
