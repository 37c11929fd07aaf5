/** What the benchmarks share as commands: numbers of the command line, the machine, and goals beside what was reached. */
import { cpus, release, totalmem } from 'node:os'
import { figure, markdownTable } from './table.ts'

/** @throws Error with a sentence for anything but a whole number from 1 on. */
export const whole = (text: string, name: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} ${text}: give a whole number from 1 on.`)
  return value
}

/** Processor, memory, system and Node, for the head of every report. */
export const machine = (): string => {
  const [cpu, memory] = [cpus(), Math.round(totalmem() / 1024 ** 3)]
  return `${cpu.length} × ${cpu[0]?.model ?? 'unknown CPU'}, ${memory} GB, ${process.platform} ${release()}, Node ${process.versions.node}`
}

export interface MeasuredGoal {
  readonly what: string
  /** Over the rounds; undefined where it was not measured. */
  readonly median: number | undefined
  readonly most: number
}

const verdict = ({ median, most }: MeasuredGoal): string =>
  median === undefined ? 'not measured' : median <= most ? 'reached' : 'missed'

/** Each goal with its median, its limit, and whether it was reached. */
export const goalTable = (goals: readonly MeasuredGoal[]): string =>
  markdownTable([
    ['goal', 'median', 'at most', ''],
    ...goals.map(goal => [
      goal.what,
      figure(goal.median, goal.most < 100 ? 2 : 0),
      figure(goal.most, Number.isInteger(goal.most) ? 0 : 2),
      verdict(goal),
    ]),
  ])

/** Runs a benchmark; a failure is one line with its name, and an exit code of 1. */
export const runCommand = async (name: string, main: () => Promise<void>): Promise<void> => {
  try {
    await main()
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
