/**
 * `npm run test:mutation -- [part of a source file's name…]`: makes small mistakes in the pure files that everything rests
 * on, one at a time, and shows which of them no test of the file notices.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { mutantsOf } from './mutants.ts'
import { targets } from './targets.ts'
import { asItIs, type Tried, type Work } from './work.ts'

const root = join(import.meta.dirname, '../..')
/** Of the mistakes, at least so many must be noticed. */
const least = 0.9
/** A mutant that takes so much longer than the file as it is has been noticed: it never ends. */
const patience = { times: 5, atLeast: 5_000 }

/** Tries mutants until one does not end. @returns the number of the first that was not tried. */
const attempt = (work: Work, told: (one: Tried) => void): Promise<number> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    })
    const begin = performance.now()
    let next = work.from
    let longest = 120_000
    const end = () => void worker.terminate()
    let timer = setTimeout(end, longest)
    worker.on('message', (one: Tried) => {
      clearTimeout(timer)
      if (next === work.from) longest = Math.max(patience.atLeast, patience.times * (performance.now() - begin))
      timer = setTimeout(end, longest)
      next = one.mutant + 1
      told(one)
    })
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') reject(error)
    })
    worker.on('exit', () => {
      clearTimeout(timer)
      resolve(next)
    })
  })

/** @returns what became of each mutant of a file. */
const tryAll = async (source: string, tests: readonly string[], count: number): Promise<readonly Tried[]> => {
  const all: Tried[] = []
  for (let next = asItIs; next < count; ) {
    const from = next
    next = await attempt({ root, source, tests, from }, one => void all.push(one))
    if (next < count) all.push({ mutant: next, noticedBy: 'it never ends' })
    next += 1
  }
  const [original, ...mutants] = all
  if (original?.noticedBy !== undefined) throw new Error(`${source}: ${original.noticedBy}, without a mutant`)
  return mutants
}

const wanted = process.argv.slice(2)
const sums = { mutants: 0, noticed: 0 }
for (const [source, tests] of Object.entries(targets)) {
  if (wanted.length > 0 && !wanted.some(part => source.includes(part))) continue
  const begin = performance.now()
  const mutants = mutantsOf(readFileSync(join(root, source), 'utf8'))
  const tried = await tryAll(source, tests, mutants.length)
  const survivors = tried.filter(({ noticedBy }) => noticedBy === undefined)
  const seconds = ((performance.now() - begin) / 1000).toFixed(0)
  process.stdout.write(`${source}: ${mutants.length} mutants, ${survivors.length} survive (${seconds} s)\n`)
  for (const { mutant } of survivors) {
    const { line, was, is } = mutants[mutant] ?? {}
    process.stdout.write(`  ${source}:${line}  ${was}  →  ${is}\n`)
  }
  sums.mutants += mutants.length
  sums.noticed += mutants.length - survivors.length
}
const share = sums.noticed / sums.mutants
process.stdout.write(`${sums.noticed} of ${sums.mutants} mutants noticed: ${(share * 100).toFixed(1)} %\n`)
if (!(share >= least)) process.exitCode = 1
