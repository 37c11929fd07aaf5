/** Runs scenarios and makes their tables. */
import type { MeasuredGoal } from '../command.ts'
import { figure, markdownTable, median } from '../table.ts'
import type { Measured } from './measure.ts'
import { rawList } from './raw.ts'
import { type Goal, type Round, type Scenario, timeOf } from './scenarios.ts'
import { type Place, type Storage, startBenchStorage } from './storage.ts'
import { engine, type Missing, rawCopy, type Tool } from './tools.ts'

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

const isTool = (tool: Tool | Missing): tool is Tool => 'run' in tool

/** The count and size of what a tool has made, seen by a listing of the benchmark's own. */
const check = async (scenario: Scenario, tool: Tool, target: Place): Promise<void> => {
  const expected = { blobs: scenario.blobs.length, bytes: scenario.blobs.reduce((sum, { bytes }) => sum + bytes, 0) }
  const found = await rawList(target.url)
  if (found.blobs !== expected.blobs || found.bytes !== expected.bytes)
    throw new Error(`${scenario.title}: ${tool.name} made ${JSON.stringify(found)} of ${JSON.stringify(expected)}.`)
}

const runTool = async (scenario: Scenario, storage: Storage, tool: Tool) => {
  const { concurrency, blobs, filled, profile } = scenario
  const task = {
    source: storage.source,
    target: await storage.freshTarget(),
    concurrency,
    profile,
    names: blobs.map(b => b.name),
  }
  if (filled) await engine.run({ ...task, profile: undefined })
  await storage.requests()
  await storage.slow(scenario.latency)
  const cpuBefore = storage.cpu()
  const measured = await tool.run(task)
  const cpuAfter = storage.cpu()
  const storageCpuMilliseconds = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore
  const requests = await storage.requests()
  await storage.slow(0)
  await check(scenario, tool, task.target)
  return { measured, requests, storageCpuMilliseconds }
}

const seconds = (value: number | undefined): string => figure(value === undefined ? undefined : value / 1000, 2)

/** One round on storage of its own, so that what earlier ones left behind weighs on none. */
const runRound = async (scenario: Scenario, round: number, say: (line: string) => void): Promise<Figures[]> => {
  const storage = await startBenchStorage(scenario.blobs)
  try {
    // The storage's own code is compiled while it is used: the first to copy would pay for all.
    await runTool({ ...scenario, latency: 0, profile: undefined }, storage, rawCopy)
    // A place in the order is worth something: the storage holds more with every tool, and its code gets warmer.
    const tools = [scenario.floor, ...scenario.tools.filter(isTool)]
    const turn = round % tools.length
    const measured = new Map<Tool, Awaited<ReturnType<typeof runTool>>>()
    for (const tool of [...tools.slice(turn), ...tools.slice(0, turn)]) {
      const ran = await runTool(scenario, storage, tool)
      measured.set(tool, ran)
      say(`${scenario.key} ${round + 1}: ${tool.name} ${seconds(timeOf(ran.measured))} s`)
    }
    const floor = timeOf(measured.get(scenario.floor)?.measured) ?? Number.NaN
    const figures = [...measured].map(([tool, { measured: taken, ...more }]) => ({
      tool: tool.name,
      round,
      ...more,
      overFloor: (timeOf(taken) ?? Number.NaN) / floor,
      ...taken,
    }))
    return figures
  } finally {
    await storage.close()
  }
}

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

export const runScenario = async (scenario: Scenario, rounds: number, say: (line: string) => void): Promise<Result> => {
  const figures: Figures[] = []
  for (let round = 0; round < rounds; round++) figures.push(...(await runRound(scenario, round, say)))
  const byRound = Array.from(
    { length: rounds },
    (_, round) => new Map(figures.filter(one => one.round === round).map(one => [one.tool, one])),
  )
  const { key, title } = scenario
  return {
    key,
    title,
    figures,
    goals: scenario.goals.map(goal => goalOf(goal, byRound)),
    table: tableOf(scenario, figures),
  }
}
