/** `npm run bench:copy`: our copies, the raw floor and other tools on the same storage, in turn. */
import { writeFileSync } from 'node:fs'
import { goalTable, machine, runCommand } from '../command.ts'
import { runMemory } from './memory.ts'
import { readOptions, usage } from './options.ts'
import type { Result } from './report.ts'
import { runScenario } from './run.ts'
import { scenarios } from './scenarios.ts'

const say = (line: string): void => console.error(line)

const print = ({ title, table, goals }: Result): void => console.log(`\n## ${title}\n\n${table}\n\n${goalTable(goals)}`)

const main = async (): Promise<void> => {
  if (process.argv.includes('--help')) return console.log(usage)
  const options = readOptions(process.argv.slice(2))
  const all = scenarios(options)
  const keys = [...all.map(({ key }) => key), 'memory']
  const unknown = options.only.find(key => !keys.includes(key))
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${keys.join(', ')}.`)
  const wanted = (key: string) => options.only.length === 0 || options.only.includes(key)
  console.log(`${machine()}; Azurite in memory, without garbage collection; medians of ${options.rounds} rounds`)
  const results: Result[] = []
  const add = (result: Result): void => {
    results.push(result)
    print(result)
  }
  for (const scenario of all) if (wanted(scenario.key)) add(await runScenario(scenario, options.rounds, say))
  if (wanted('memory')) add(await runMemory(options.listed, options.rounds))
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ machine: machine(), options, results }, null, 2)}\n`)
    say(`every figure is in ${options.json}`)
  }
}

await runCommand('bench:copy', main)
