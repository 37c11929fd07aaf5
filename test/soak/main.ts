/** `npm run test:soak`: see `options.ts`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../../local/stack/app.ts'
import type { Topology } from '../../local/stack/regions.ts'
import { startStorage } from '../../local/stack/stack.ts'
import { countLine } from '../../scripts/run.ts'
import { converge, sweepAll } from '../faults/converge.ts'
import { Operator } from '../faults/operator.ts'
import { Publisher } from '../faults/publisher.ts'
import { startScene } from '../faults/scene.ts'
import { Strangers } from '../faults/strangers.ts'
import { sayFarewell, sleepANight, workADay } from './day.ts'
import { fewest, type Sample, showTrends, type Trend, trends } from './measures.ts'
import { type Options, readOptions, usage } from './options.ts'
import { takeSample } from './sample.ts'

/** Twins go too when their assets have gone; of a wave of deletes the histories know more. */
const deletesAll = (made: Topology): Topology => ({
  ...made,
  routes: made.routes.map(route => ({ ...route, deletes: 'assets', deleteLimit: 10_000 })),
})

interface Lived {
  readonly days: number
  readonly struck: number
  readonly samples: readonly Sample[]
  readonly failures: readonly string[]
}

/** Storage is in files: in memory Azurite gives nothing back. */
const live = async (options: Options, stopped: () => boolean, say: (text: string) => void): Promise<Lived> => {
  await using cleanup = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'twinstream-soak-'))
  cleanup.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }))
  await buildApp(join(dir, 'app'))
  const azurite = await startStorage({ dir: join(dir, 'storage') })
  cleanup.defer(() => azurite.close())
  const scene = await startScene(azurite, join(dir, 'app'), { topology: deletesAll })
  cleanup.defer(() => scene.close())
  const strangers = new Strangers(scene)
  await strangers.begin()
  const life = { scene, publisher: new Publisher(scene), operator: new Operator(scene), seed: options.seed, stopped }

  const began = performance.now()
  const samples: Sample[] = []
  let [days, struck] = [0, 0]
  for (; !stopped() && (days < fewest || performance.now() - began < options.milliseconds); days += 1) {
    struck += await workADay(life, days)
    await sayFarewell(life, days)
    await sleepANight(life, async () => void (await sweepAll(scene)))
    const sample = await takeSample(scene)
    samples.push(sample)
    scene.log.length = 0
    scene.stack.simulator.resetCounters()
    const shown = Object.entries(sample).map(([name, value]) => `${name} ${Math.round(value)}`)
    say(`${((performance.now() - began) / 60_000).toFixed(1)} min, day ${days + 1}: ${shown.join(', ')}`)
  }
  if (stopped()) return { days, struck, samples, failures: [] }
  const { failures } = await converge(
    scene,
    { publisher: life.publisher, operator: life.operator, strangers },
    () => {},
    () => {},
  )
  return { days, struck, samples, failures }
}

const run = async (options: Options): Promise<number> => {
  const say = (text: string) => void (options.json ? process.stderr : process.stdout).write(`${text}\n`)
  let stopped = false
  process.once('SIGINT', () => {
    stopped = true
    say('Ending after the step at hand.')
  })
  say(`seed ${options.seed}`)
  const { days, struck, samples, failures } = await live(options, () => stopped, say)
  const found = trends(samples)
  say(`\n${days} days, ${struck} faults struck\n\n${showTrends(found)}\n`)
  for (const failure of failures) say(failure)
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ seed: options.seed, days, struck, trends: found, failures, samples }, null, 2)}\n`,
    )
  if (stopped) return 130
  const of = (wanted: Trend['verdict']) => found.filter(({ verdict }) => verdict === wanted).length
  const failed = of('grows') + failures.length
  // That B is A in the end is one check more.
  say(
    countLine({
      passed: of('flat') + (failures.length === 0 ? 1 : 0),
      failed,
      skipped: of('too few nights to tell'),
    }),
  )
  return failed === 0 ? 0 : 1
}

const main = async (): Promise<number> => {
  let options: Options | undefined
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`test:soak: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
  if (options !== undefined) return run(options)
  process.stdout.write(usage)
  return 0
}

process.exitCode = await main()
