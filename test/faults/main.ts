/** `npm run test:faults`: see `options.ts`. */
import { readFileSync } from 'node:fs'
import { countLine } from '../../scripts/run.ts'
import { keepEvidence } from './evidence.ts'
import { fixedSeeds } from './fixed-seeds.ts'
import { generateHistory } from './generate.ts'
import { type History, showHistory } from './history.ts'
import { type Lab, startLab } from './lab.ts'
import { type Options, readOptions, usage } from './options.ts'
import { play, type Result } from './play.ts'
import { shrink } from './shrink.ts'
import { playSideBySide } from './side-by-side.ts'
import { noTotals, plus, showTotals, type Totals } from './totals.ts'

/** So many histories in a row that could not be played end a run: the machine lacks something. */
const mostNotPlayed = 3

/** How often a candidate is played before it counts as one that does not fail, and how many there may be. */
const [tries, mostCandidates] = [3, 40]

function* historiesOf({ fixed, history, runs, seed }: Options): Generator<History> {
  if (fixed) return yield* fixedSeeds.map(generateHistory)
  const given = history === undefined ? undefined : (JSON.parse(readFileSync(history, 'utf8')) as History)
  for (let index = 0; index < runs; index += 1) yield given ?? generateHistory(seed + index)
}

/** What a history comes to that the laboratory itself could not play: failed, since nothing was shown. */
const notPlayed = (error: unknown): Result => ({
  failures: [`laboratory: ${error instanceof Error ? error.stack : String(error)}`],
  steps: 0,
  passedOver: 0,
  kills: 0,
  struck: {},
  ledgerStruck: {},
  conflicts: 0,
  looks: 0,
  convergedAfter: 0,
  milliseconds: 0,
})

/** @param evidence folder for what a failure leaves to be seen. */
const playAnew = async (lab: Lab, history: History, evidence?: string): Promise<Result> => {
  try {
    const scene = await lab.begin(history)
    const result = await play(scene, history)
    if (result.failures.length === 0) return result
    if (evidence !== undefined) await keepEvidence(evidence, scene, history, result)
    lab.spoil()
    return result
  } catch (error) {
    lab.spoil()
    return notPlayed(error)
  }
}

/** The kinds of promises that were broken: a shorter history must break one of the same. */
const broken = (failures: readonly string[]) => failures.map(text => text.split(':')[0])

const smallest = (lab: Lab, history: History, failures: readonly string[]): Promise<History> =>
  shrink(
    history,
    async shorter => {
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const again = broken((await playAnew(lab, shorter)).failures)
        if (again.some(promise => broken(failures).includes(promise))) return true
      }
      return false
    },
    mostCandidates,
  )

const lineOf = (history: History, { failures, steps, kills, struck, milliseconds, convergedAfter }: Result): string => {
  const faults = Object.values(struck).reduce((sum, count) => sum + count, 0)
  const seconds = (value: number) => `${(value / 1000).toFixed(1)} s`
  const verdict = failures.length === 0 ? 'ok    ' : 'FAILED'
  const name = history.seed === undefined ? 'history' : `seed ${history.seed}`
  return (
    `${verdict} ${name}: ${steps} steps, ${faults} faults, ${kills} kills, ` +
    `in sync after ${seconds(convergedAfter)}, ${seconds(milliseconds)}`
  )
}

const playAll = async (options: Options, say: (text: string) => void): Promise<Totals> => {
  const began = performance.now()
  let stopped = false
  process.once('SIGINT', () => {
    stopped = true
    say('Ending after the history at hand.')
  })
  let totals = noTotals(options.fixed ? (fixedSeeds[0] ?? 0) : options.seed)
  let notPlayedInRow = 0
  const lab = await startLab()
  try {
    for (const history of historiesOf(options)) {
      if (stopped || performance.now() - began > options.longest || notPlayedInRow === mostNotPlayed) break
      const result = await playAnew(lab, history, options.evidence)
      notPlayedInRow = result.failures.some(text => text.startsWith('laboratory:')) ? notPlayedInRow + 1 : 0
      totals = plus(totals, result, history.seed)
      say(lineOf(history, result))
      if (result.failures.length === 0) continue
      for (const failure of result.failures) say(`  ${failure}`)
      say(showHistory(options.shrink ? await smallest(lab, history, result.failures) : history))
      say('Again: put it into a file, then npm run test:faults -- --runs 10 --history FILE')
      if (history.seed !== undefined) say(`   or: npm run test:faults -- --runs 1 --seed ${history.seed}`)
    }
    if (notPlayedInRow === mostNotPlayed) say(`${mostNotPlayed} histories in a row could not be played: ended.`)
  } finally {
    await lab.close()
  }
  return { ...totals, seconds: (performance.now() - began) / 1000 }
}

const run = async (options: Options): Promise<number> => {
  const say = (text: string) => void (options.json ? process.stderr : process.stdout).write(`${text}\n`)
  const totals = await (options.processes > 1 ? playSideBySide(options) : playAll(options, say))
  say(showTotals(totals))
  if (options.json) process.stdout.write(`${JSON.stringify(totals, null, 2)}\n`)
  const failed = totals.failed.length
  say(countLine({ passed: totals.histories - failed, failed, skipped: 0 }))
  return failed === 0 ? 0 : 1
}

const main = async (): Promise<number> => {
  let options: Options | undefined
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`test:faults: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
  if (options !== undefined) return run(options)
  process.stdout.write(usage)
  return 0
}

process.exitCode = await main()
