/** Plays one history from an empty scene to its end, with all watchers around it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { converge, untilQuiet } from './converge.ts'
import { putForeign } from './foreign.ts'
import type { History, Step } from './history.ts'
import { Operator } from './operator.ts'
import { Publisher } from './publisher.ts'
import type { Scene } from './scene.ts'
import { leaksAnywhere, leaksInFiles } from './secret-places.ts'
import { brokenByTraffic } from './traffic-rules.ts'
import { type Watch, watch } from './watch.ts'

export interface Result {
  /** Sentences that begin with the promise that was broken; none when all were kept. */
  readonly failures: readonly string[]
  readonly steps: number
  /** Steps that were not possible at their moment. */
  readonly passedOver: number
  readonly kills: number
  readonly struck: Readonly<Record<string, number>>
  readonly ledgerStruck: Readonly<Record<string, number>>
  readonly conflicts: number
  readonly looks: number
  readonly convergedAfter: number
  readonly milliseconds: number
}

/** What goes on beside the steps. */
class Trouble {
  readonly #scene: Scene
  readonly #publisher: Publisher
  readonly #watch: Watch
  readonly #under: Promise<void>[] = []
  readonly leaks: string[] = []
  kills = 0
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
    })
    this.#under.push(this.#life)
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

  mend(): void {
    this.#watch.beforeMend()
    this.#scene.stack.simulator.clearFaults()
    this.#scene.relay.clear()
  }

  /** Waits for the last kill and outage, and takes everything away. */
  async end(): Promise<void> {
    await Promise.all(this.#under)
    this.mend()
  }
}

/** A job tells of its end a moment after it, and events need a moment to come to the app. */
const rest = async (scene: Scene, most: number): Promise<true> => {
  const deadline = performance.now() + most
  await sleep(100)
  await Promise.race([scene.stack.eventsDelivered(), sleep(most)])
  await untilQuiet(scene, deadline)
  return true
}

const takeStep = async (
  step: Step,
  scene: Scene,
  { publisher, operator, trouble }: { publisher: Publisher; operator: Operator; trouble: Trouble },
): Promise<boolean> => {
  switch (step.do) {
    case 'fault':
      scene.stack.simulator.fault(step.rule as Parameters<typeof scene.stack.simulator.fault>[0])
      return true
    case 'outage':
      trouble.outage(step)
      return true
    case 'ledgerFault':
      scene.relay.add(step.fault)
      return true
    case 'kill':
      trouble.kill(step.after, step.down)
      return true
    case 'mend':
      trouble.mend()
      return true
    case 'wait':
      await sleep(step.milliseconds)
      return true
    case 'rest':
      await trouble.alive()
      return rest(scene, step.most)
    case 'resync':
    case 'withdraw':
    case 'lift':
    case 'sweep':
    case 'forge':
      return operator.take(step)
    default:
      return publisher.take(step)
  }
}

const setSwitches = async (scene: Scene, switches: History['switches']): Promise<void> => {
  const response = await fetch(`${scene.stack.urls.simulator}/_sim/switches`, {
    method: 'PATCH',
    body: JSON.stringify(switches),
  })
  if (!response.ok) throw new Error(`The switches were refused: ${await response.text()}`)
  await response.arrayBuffer()
}

/** Throws for what is wrong with the laboratory itself; what is wrong with the app is in the result. */
export const play = async (scene: Scene, history: History): Promise<Result> => {
  const began = performance.now()
  await setSwitches(scene, history.switches)
  await putForeign(scene)
  const [publisher, operator] = [new Publisher(scene), new Operator(scene)]
  const conflictsBefore = scene.relay.conflicts
  const struckBefore = { ...scene.relay.struck }
  const watching = watch(scene, publisher)
  const trouble = new Trouble(scene, publisher, watching)
  const failures: string[] = []
  let passedOver = 0
  const checkTraffic = (confirmed: boolean) =>
    brokenByTraffic(scene.stack.simulator.traffic(), { withdrawn: operator.everWithdrawn, confirmed })
  let convergedAfter = 0
  try {
    for (const step of history.steps)
      if (!(await takeStep(step, scene, { publisher, operator, trouble }))) passedOver += 1
    await trouble.end()
    let confirmed = false
    const convergence = await converge(
      scene,
      publisher,
      operator,
      () => {
        failures.push(...checkTraffic(false))
        confirmed = true
      },
      () => failures.push(...checkTraffic(confirmed)),
    )
    failures.push(...convergence.failures)
    convergedAfter = convergence.milliseconds
  } finally {
    failures.push(...(await watching.end()))
  }
  failures.push(...trouble.leaks.map(leak => `P6: ${leak}, after a kill`))
  failures.push(...(await leaksAnywhere(scene, publisher, operator.answers)).map(leak => `P6: ${leak}`))
  const ledgerStruck = Object.fromEntries(
    Object.entries(scene.relay.struck).map(([kind, count]) => [kind, count - (struckBefore[kind] ?? 0)]),
  )
  return {
    failures: [...new Set(failures)],
    steps: history.steps.length,
    passedOver,
    kills: trouble.kills,
    struck: Object.fromEntries(watching.struck),
    ledgerStruck,
    conflicts: scene.relay.conflicts - conflictsBefore,
    looks: watching.looks,
    convergedAfter,
    milliseconds: performance.now() - began,
  }
}
