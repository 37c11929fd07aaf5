/** Plays one history from an empty scene to its end, with all watchers around it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRule } from '../../local/simulator/fault-rules.ts'
import type { JudgedLine } from '../../local/stack/simulator-control.ts'
import { converge, untilQuiet } from './converge.ts'
import { brokenByFiles } from './file-rules.ts'
import type { History, Step } from './history.ts'
import { graceOfHistories } from './lab.ts'
import { Operator } from './operator.ts'
import { Publisher } from './publisher.ts'
import type { Scene } from './scene.ts'
import { leaksAnywhere } from './secret-places.ts'
import { Strangers } from './strangers.ts'
import { setSwitches } from './switches.ts'
import { assetsOfContainers, brokenByTraffic } from './traffic-rules.ts'
import { Trouble } from './trouble.ts'
import { watch } from './watch.ts'
import { look } from './witness.ts'

export interface Result {
  /** Sentences that begin with the promise that was broken; none when all were kept. */
  readonly failures: readonly string[]
  /** Calls until B was A, where a promise was broken; the simulator has those since. */
  readonly calls?: readonly JudgedLine[]
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

/** A file settles, and what failed is tried again, within so many milliseconds; a rest lasts until then. */
const soon = 1500

/** Milliseconds that an answer may be old. */
const oldestAnswer = ({ steps }: History): number =>
  1000 * Math.max(0, ...steps.map(step => (step.do === 'fault' ? (step.rule.seconds ?? 0) : 0)))

/**
 * An old answer of B that lacks what a stranger has just made there lets the app write over it: a PUT has no condition, and
 * nobody could know. The rule looks back no further than the last name that strangers took; undefined where that is too near.
 */
const notBefore = (rule: FaultRule, tookNameAt: number | undefined): FaultRule | undefined => {
  if (rule.kind !== 'staleRead' || tookNameAt === undefined) return rule
  const seconds = Math.min(rule.seconds ?? 0, Math.floor((performance.now() - tookNameAt) / 1000))
  return seconds < 1 ? undefined : { ...rule, seconds }
}

/** A job tells of its end a moment after it, and events need a moment to come to the app. */
const rest = async (scene: Scene, most: number): Promise<true> => {
  const deadline = performance.now() + most
  await sleep(100)
  await Promise.race([scene.stack.eventsDelivered(), sleep(most)])
  await untilQuiet(scene, deadline, soon)
  return true
}

interface Hands {
  readonly publisher: Publisher
  readonly operator: Operator
  readonly strangers: Strangers
  readonly trouble: Trouble
  readonly deletes: History['deletes']
}

const takeStep = async (
  step: Step,
  scene: Scene,
  { publisher, operator, strangers, trouble, deletes }: Hands,
): Promise<boolean> => {
  switch (step.do) {
    case 'fault': {
      const rule = notBefore(step.rule, strangers.tookNameAt)
      if (rule !== undefined) scene.stack.simulator.fault(rule as Parameters<typeof scene.stack.simulator.fault>[0])
      return rule !== undefined
    }
    case 'outage':
      trouble.outage(step)
      return true
    case 'ledgerFault':
      scene.relay.add(step.fault)
      return true
    case 'kill':
      trouble.kill(step.after, step.down)
      return true
    case 'drain':
      await trouble.drain(step)
      return true
    case 'double':
      trouble.double(step.rule)
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
    case 'leave':
      // What is put on a twin that is just being deleted goes with it.
      return deletes === 'assets' && publisher.lost.has(step.asset) ? false : strangers.take(step)
    case 'takeName':
      return strangers.take(step)
    default:
      return publisher.take(step)
  }
}

/** Throws for what is wrong with the laboratory itself; what is wrong with the app is in the result. */
export const play = async (scene: Scene, history: History): Promise<Result> => {
  const began = performance.now()
  const { deletes } = history
  await setSwitches(scene, history.switches)
  const [publisher, operator, strangers] = [new Publisher(scene), new Operator(scene), new Strangers(scene)]
  await strangers.begin()
  const conflictsBefore = scene.relay.conflicts
  const struckBefore = { ...scene.relay.struck }
  const watching = watch(scene, publisher, strangers)
  const trouble = new Trouble(scene, publisher, watching)
  const failures: string[] = []
  let passedOver = 0
  let calls: readonly JudgedLine[] = []
  const checkTraffic = (confirmed: boolean): readonly string[] => {
    const { simulator } = scene.stack
    const traffic = simulator.traffic()
    calls = traffic
    // Those of now, too: an answer may have been lost.
    const assets = new Map([
      ...assetsOfContainers(traffic),
      ...[...look(scene, 'west').assets.values()].map(
        ({ name, properties }) => [String(properties.container), name] as const,
      ),
    ])
    return [
      ...brokenByTraffic(traffic, {
        withdrawn: operator.everWithdrawn,
        confirmed,
        twice: history.steps.some(step => step.do === 'double'),
        grace: deletes === 'assets' ? graceOfHistories : Number.POSITIVE_INFINITY,
      }),
      ...brokenByFiles(
        simulator.storageWrites(),
        container => assets.get(container),
        publisher.editions,
        oldestAnswer(history),
      ),
    ]
  }
  let convergedAfter = 0
  try {
    for (const step of history.steps)
      if (!(await takeStep(step, scene, { publisher, operator, strangers, trouble, deletes }))) passedOver += 1
    await trouble.end()
    let confirmed = false
    const convergence = await converge(
      scene,
      { publisher, operator, strangers, deletes },
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
    ...(failures.length === 0 ? {} : { calls }),
    steps: history.steps.length,
    passedOver,
    kills: trouble.kills,
    struck: { ...Object.fromEntries(watching.struck), drain: trouble.drains, doubledActivity: trouble.doubled },
    ledgerStruck,
    conflicts: scene.relay.conflicts - conflictsBefore,
    looks: watching.looks,
    convergedAfter,
    milliseconds: performance.now() - began,
  }
}
