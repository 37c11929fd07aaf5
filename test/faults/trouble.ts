/** What goes wrong beside the steps of a history: kills, outages, rate limits that run dry, activities that run twice. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DoublingRule } from '../../local/host/durable/doubling.ts'
import { hourlyCalls } from '../../local/simulator/limits.ts'
import type { Step } from './history.ts'
import type { Publisher } from './publisher.ts'
import type { Scene } from './scene.ts'
import { leaksInFiles } from './secret-places.ts'
import { setSwitches } from './switches.ts'
import type { Watch } from './watch.ts'

/** Limits that leave so many calls to whoever has made the most, and a few more to others. */
const fewCalls = ({ stack }: Scene, left: number): Readonly<Record<string, number>> => {
  const made = Object.values(stack.simulator.counters().accounts).map(operations => {
    const byBucket: Record<string, number> = {}
    for (const { bucket = '', count } of Object.values(operations)) byBucket[bucket] = (byBucket[bucket] ?? 0) + count
    return byBucket
  })
  const most = (bucket: string) => Math.max(0, ...made.map(byBucket => byBucket[bucket] ?? 0))
  return Object.fromEntries(Object.keys(hourlyCalls).map(bucket => [bucket, most(bucket) + left]))
}

const noDoubling: DoublingRule = { probability: 0, seed: 0, latest: 0 }
/** Milliseconds in which the last second execution has to come to its end. */
const longestExecution = 60_000

export class Trouble {
  readonly #scene: Scene
  readonly #publisher: Publisher
  readonly #watch: Watch
  readonly #under: Promise<void>[] = []
  readonly leaks: string[] = []
  kills = 0
  drains = 0
  #doubling = noDoubling
  /** The app has one life at a time. */
  #life: Promise<void> = Promise.resolve()

  constructor(scene: Scene, publisher: Publisher, watching: Watch) {
    this.#scene = scene
    this.#publisher = publisher
    this.#watch = watching
  }

  kill(after: number, down: number): void {
    const { host } = this.#scene.stack
    this.#life = this.#life.then(async () => {
      await sleep(after)
      await host.kill('SIGKILL')
      this.kills += 1
      this.leaks.push(...leaksInFiles(this.#scene, this.#publisher))
      await sleep(down)
      await host.start()
      await this.#scene.stack.api.double(this.#doubling)
    })
    this.#under.push(this.#life)
  }

  double(rule: DoublingRule): void {
    this.#doubling = rule
    this.#life = this.#life.then(() => this.#scene.stack.api.double(this.#doubling))
    this.#under.push(this.#life)
  }

  /** Activities that ran twice so far, over all lives. */
  get doubled(): number {
    return this.#scene.log.filter(line => /Activity '\w+' runs twice/.test(line)).length
  }

  /** Resolves when no kill is to come and the app is up. */
  async alive(): Promise<void> {
    await this.#life
  }

  outage({ region, plane, milliseconds }: Extract<Step, { do: 'outage' }>): void {
    const { simulator } = this.#scene.stack
    const { id } = simulator.fault({ account: region, kind: 'outage', ...(plane === undefined ? {} : { plane }) })
    this.#under.push(sleep(milliseconds).then(() => this.#remove(id)))
  }

  #remove(id: string): void {
    this.#watch.beforeMend()
    this.#scene.stack.simulator.removeFault(id)
  }

  async drain({ left, milliseconds }: Extract<Step, { do: 'drain' }>): Promise<void> {
    await setSwitches(this.#scene, { hourlyCalls: fewCalls(this.#scene, left) })
    this.drains += 1
    this.#under.push(sleep(milliseconds).then(() => setSwitches(this.#scene, { hourlyCalls })))
  }

  mend(): void {
    this.#watch.beforeMend()
    this.#scene.stack.simulator.clearFaults()
    this.#scene.relay.clear()
    if (this.#doubling !== noDoubling) this.double(noDoubling)
  }

  /** Waits for the last kill and outage, takes everything away, and waits for activities that run a second time. */
  async end(): Promise<void> {
    await Promise.all(this.#under)
    this.mend()
    await this.alive()
    const deadline = performance.now() + longestExecution
    while ((await this.#scene.stack.api.doubled()) > 0) {
      if (performance.now() > deadline) throw new Error('An activity that ran twice has not ended.')
      await sleep(50)
    }
  }
}
