/** Runs scenarios. */
import { rawList } from './raw.ts'
import { type Figures, isTool, type Result, resultOf, seconds } from './report.ts'
import { type Scenario, timeOf } from './scenarios.ts'
import { type Place, type Storage, startBenchStorage } from './storage.ts'
import { rawCopy, type Tool } from './tools.ts'

/** The count and size of what a tool has made, seen by a listing of the benchmark's own. */
const check = async (scenario: Scenario, tool: Tool, target: Place): Promise<void> => {
  const expected = { blobs: scenario.blobs.length, bytes: scenario.blobs.reduce((sum, { bytes }) => sum + bytes, 0) }
  const found = await rawList(target.url)
  if (found.blobs !== expected.blobs || found.bytes !== expected.bytes)
    throw new Error(`${scenario.title}: ${tool.name} made ${JSON.stringify(found)} of ${JSON.stringify(expected)}.`)
}

const runTool = async (scenario: Scenario, storage: Storage, target: Place, tool: Tool) => {
  const { concurrency, blobs, profile } = scenario
  const task = { source: storage.source, target, concurrency, profile, names: blobs.map(b => b.name) }
  await storage.requests()
  await storage.slow(scenario.latency)
  const cpuBefore = storage.cpu()
  const measured = await tool.run(task)
  const cpuAfter = storage.cpu()
  const storageCpuMilliseconds = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore
  const requests = await storage.requests()
  await storage.slow(0)
  await check(scenario, tool, target)
  return { measured, requests, storageCpuMilliseconds }
}

/** One round of all tools. @param place where each has to work. */
const runRound = async (
  scenario: Scenario,
  round: number,
  storage: Storage,
  place: () => Promise<Place>,
  say: (line: string) => void,
): Promise<Figures[]> => {
  // A place in the order is worth something: the storage holds more with every tool, and its code gets warmer.
  const tools = [scenario.floor, ...scenario.tools.filter(isTool)]
  const turn = round % tools.length
  const measured = new Map<Tool, Awaited<ReturnType<typeof runTool>>>()
  for (const tool of [...tools.slice(turn), ...tools.slice(0, turn)]) {
    const ran = await runTool(scenario, storage, await place(), tool)
    measured.set(tool, ran)
    say(`${scenario.key} ${round + 1}: ${tool.name} ${seconds(timeOf(ran.measured))} s`)
  }
  const floor = timeOf(measured.get(scenario.floor)?.measured) ?? Number.NaN
  return [...measured].map(([tool, { measured: taken, ...more }]) => ({
    tool: tool.name,
    round,
    ...more,
    overFloor: (timeOf(taken) ?? Number.NaN) / floor,
    ...taken,
  }))
}

/** Rounds on storage of their own, so that what earlier ones left behind weighs on none. */
const runRounds = async (
  scenario: Scenario,
  rounds: readonly number[],
  say: (line: string) => void,
): Promise<Figures[]> => {
  const storage = await startBenchStorage(scenario.blobs)
  try {
    // The storage's own code is compiled while it is used: the first to copy would pay for all.
    const filled = await storage.freshTarget()
    await runTool({ ...scenario, latency: 0, profile: undefined }, storage, filled, rawCopy)
    const place = scenario.filled ? async () => filled : () => storage.freshTarget()
    const figures: Figures[] = []
    for (const round of rounds) figures.push(...(await runRound(scenario, round, storage, place, say)))
    return figures
  } finally {
    await storage.close()
  }
}

/**
 * As many rounds as are asked for. Where nothing is written they are short, and what the storage happens to do besides,
 * such as collecting garbage, weighs as much as they: each then counts five.
 */
export const runScenario = async (scenario: Scenario, rounds: number, say: (line: string) => void): Promise<Result> => {
  const each = scenario.filled ? 5 : 1
  const figures: Figures[] = []
  for (let first = 0; first < rounds * each; first += each)
    figures.push(
      ...(await runRounds(
        scenario,
        Array.from({ length: each }, (_, index) => first + index),
        say,
      )),
    )
  return resultOf(scenario, figures)
}
