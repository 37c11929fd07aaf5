/** One run of histories, played by several processes at once. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Options } from './options.ts'
import { added, noTotals, type Totals } from './totals.ts'

/** The part of one process: seeds one after the other, and as many as the others have, or one more. */
export const partsOf = ({ runs, seed, processes }: Pick<Options, 'runs' | 'seed' | 'processes'>) =>
  Array.from({ length: processes }, (_, index) => {
    const before = Math.floor((runs * index) / processes)
    return { seed: seed + before, runs: Math.floor((runs * (index + 1)) / processes) - before }
  }).filter(part => part.runs > 0)

const play = async (part: { readonly seed: number; readonly runs: number }, { shrink, longest, evidence }: Options) => {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'main.ts'),
      ...['--json', '--runs', String(part.runs), '--seed', String(part.seed)],
      ...(shrink ? [] : ['--no-shrink']),
      ...(evidence === undefined ? [] : ['--evidence', evidence]),
      ...(Number.isFinite(longest) ? ['--minutes', String(longest / 60_000)] : []),
    ],
    // A terminal's Ctrl-C would reach it twice otherwise.
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  )
  const forward = () => void child.kill('SIGINT')
  process.on('SIGINT', forward).on('SIGTERM', forward)
  try {
    const [json, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    if (json === '') throw new Error(`The process with seeds from ${part.seed} ended with ${code}, without totals.`)
    return JSON.parse(json) as Totals
  } finally {
    process.off('SIGINT', forward).off('SIGTERM', forward)
  }
}

/** Throws where one of the processes ends without its totals. */
export const playSideBySide = async (options: Options): Promise<Totals> => {
  const began = performance.now()
  const totals = await Promise.all(partsOf(options).map(part => play(part, options)))
  return { ...totals.reduce(added, noTotals(options.seed)), seconds: (performance.now() - began) / 1000 }
}
