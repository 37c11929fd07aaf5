/** The tables of what scenarios measured. */
import type { MeasuredGoal } from '../command.ts'
import { figure, markdownTable, median } from '../table.ts'
import type { Measured } from './measure.ts'
import type { Goal, Round, Scenario } from './scenarios.ts'
import type { Missing, Tool } from './tools.ts'

export interface Figures extends Measured {
  readonly tool: string
  readonly round: number
  readonly requests: number
  /** What the storage took for it. */
  readonly storageCpuMilliseconds: number | undefined
  /** Time as a multiple of the floor's in the same round. */
  readonly overFloor: number
}

export interface Result {
  readonly key: string
  readonly title: string
  readonly figures: readonly Figures[]
  readonly goals: readonly MeasuredGoal[]
  readonly table: string
}

export const isTool = (tool: Tool | Missing): tool is Tool => 'run' in tool

export const seconds = (value: number | undefined): string => figure(value === undefined ? undefined : value / 1000, 2)

const megabytes = (value: number | undefined): string => figure(value === undefined ? undefined : value / 1024 / 1024)

const known = (values: readonly (number | undefined)[]): number | undefined => {
  const numbers = values.filter(value => value !== undefined)
  return numbers.length === 0 ? undefined : median(numbers)
}

const head = ['', 'wall s', 'of it work s', 'of it copy s', 'CPU s', 'storage CPU s', 'peak MB', 'requests', '× floor']

const tableOf = (scenario: Scenario, figures: readonly Figures[]): string => {
  const rows = [scenario.floor, ...scenario.tools].map(tool => {
    const of = figures.filter(one => one.tool === tool.name)
    if (!isTool(tool)) return [`${tool.name} (${tool.missing})`, ...head.slice(1).map(() => '–')]
    const middle = (pick: (one: Figures) => number | undefined) => known(of.map(pick))
    return [
      tool.name,
      seconds(middle(one => one.wallMilliseconds)),
      seconds(middle(one => one.workMilliseconds)),
      seconds(middle(one => one.copyMilliseconds)),
      seconds(middle(one => one.cpuMilliseconds)),
      seconds(middle(one => one.storageCpuMilliseconds)),
      megabytes(middle(one => one.peakBytes)),
      figure(middle(one => one.requests)),
      figure(
        middle(one => one.overFloor),
        2,
      ),
    ]
  })
  const notes = scenario.tools.flatMap(tool => (isTool(tool) && tool.note ? [`${tool.name}: ${tool.note}.`] : []))
  return [markdownTable([head, ...rows]), ...notes].join('\n\n')
}

const goalOf = (goal: Goal, rounds: readonly Round[]): MeasuredGoal => ({
  what: goal.what,
  most: goal.most,
  median: known(rounds.map(round => goal.ratio(round))),
})

export const resultOf = (scenario: Scenario, figures: readonly Figures[]): Result => {
  const { key, title, goals } = scenario
  const rounds = Map.groupBy(figures, ({ round }) => round)
    .values()
    .map((ofRound): Round => new Map(ofRound.map(one => [one.tool, one])))
    .toArray()
  return { key, title, figures, goals: goals.map(goal => goalOf(goal, rounds)), table: tableOf(scenario, figures) }
}
