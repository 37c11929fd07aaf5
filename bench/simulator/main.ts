/** `npm run bench:simulator`: what many assets cost the simulator, beside the least that could be done. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { goalTable, type MeasuredGoal, machine, runCommand, whole } from '../command.ts'
import { figure, markdownTable, median } from '../table.ts'
import { type Outcome, run } from './run.ts'

const usage = `npm run bench:simulator -- [options]
  --assets N   assets, each with a locator (100000)
  --rounds N   rounds, of which the median counts (3)
  --quick      2,000 assets in one round, to see that it works
  --json FILE  writes every figure (bench/simulator.json)
`

const megabytes = (bytes: number) => bytes / 1e6

const print = (outcome: Outcome): void => {
  const { rounds } = outcome
  const over = (ratio: (round: Outcome['rounds'][number]) => number) => median(rounds.map(ratio))
  const goals: MeasuredGoal[] = [
    {
      what: 'page of assets ÷ serialising and sending it',
      median: over(({ page, pageFloor }) => page / pageFloor),
      most: 3,
    },
    {
      what: 'restoring a snapshot ÷ JSON.parse of it',
      median: over(({ restore, parse }) => restore / parse),
      most: 5,
    },
    {
      what: 'peak memory, MB',
      median: megabytes(Math.max(outcome.peakBytes, outcome.restoredPeakBytes)),
      most: 1000,
    },
  ]
  console.log(`\n${goalTable(goals)}\n`)
  const figures: [string, string][] = [
    [
      `page of assets of ${figure(megabytes(outcome.pageBytes), 2)} MB, ms`,
      figure(
        over(({ page }) => page),
        2,
      ),
    ],
    [
      'serialising and sending it, ms',
      figure(
        over(({ pageFloor }) => pageFloor),
        2,
      ),
    ],
    [`snapshot of ${figure(megabytes(outcome.snapshotBytes))} MB restored, ms`, figure(over(({ restore }) => restore))],
    ['JSON.parse of it, ms', figure(over(({ parse }) => parse))],
    ['page of ten locators, ms', figure(outcome.locatorPage, 2)],
    ['assets and locators made a second', figure(outcome.madeASecond)],
    ['peak memory making, listing and writing, MB', figure(megabytes(outcome.peakBytes))],
    ['peak memory restoring, MB', figure(megabytes(outcome.restoredPeakBytes))],
  ]
  console.log(markdownTable([['figure', 'median'], ...figures]))
}

const main = async (): Promise<void> => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({ options: { assets: text, rounds: text, quick: flag, json: text, help: flag } })
  if (values.help) return console.log(usage)
  const assets = whole(values.assets ?? (values.quick ? '2000' : '100000'), 'assets')
  const rounds = whole(values.rounds ?? (values.quick ? '1' : '3'), 'rounds')
  console.log(`${machine()}; ${assets} assets, each with a locator; medians of ${rounds} rounds`)
  const outcome = await run({ assets, rounds }, line => console.error(line))
  print(outcome)
  const json = values.json ?? (values.quick ? undefined : 'bench/simulator.json')
  const { names: _, ...figures } = outcome
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ machine: machine(), assets, ...figures }, null, 2)}\n`)
}

await runCommand('bench:simulator', main)
