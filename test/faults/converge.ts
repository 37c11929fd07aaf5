/** The end of a history: all trouble is over, and B has to become A by itself (P1, P3), and then be left alone (P7). */
import { setTimeout as sleep } from 'node:timers/promises'
import { compareAccounts } from '../../local/compare/compare.ts'
import { activities, storageWritesTo, writesTo } from '../e2e/support.ts'
import { sweepView, timers } from '../e2e/sweep-support.ts'
import { confirmDeletes, decide, waitingForNobody } from './decisions.ts'
import { withoutExcused } from './excuses.ts'
import { isQuiet, type LedgerView, ledgerView } from './ledger-view.ts'
import type { Operator } from './operator.ts'
import type { Publisher } from './publisher.ts'
import type { Scene } from './scene.ts'
import { isForeign, type Strangers } from './strangers.ts'
import { look } from './witness.ts'

/** Milliseconds; some hundred times what it takes on a machine at rest. */
const bound = 90_000
/** A look at files comes round for each asset within so many comparisons of the whole. */
const comparisons = 8

/** What only B has: all that A has deleted goes; assets where the route keeps none. */
const goesInB = (extra: string, deletes: Actors['deletes']) => !/^asset \S+ is only/.test(extra) || deletes === 'assets'

interface Actors {
  readonly publisher: Publisher
  readonly operator: Operator
  readonly strangers: Strangers
  /** What the route deletes with A; absent: locators only. */
  readonly deletes?: 'assets' | undefined
}

/**
 * What is not as in A, and nothing excuses.
 * @param waiting what only B has, and waits for a decision that nobody makes. @param trustMd5 takes the MD5 of storage for the bytes.
 */
const openDifferences = async (
  scene: Scene,
  { publisher: { editions }, operator: { withdrawn }, strangers, deletes }: Actors,
  waiting: readonly string[],
  trustMd5: boolean,
): Promise<readonly string[]> => {
  const { differences, extras } = await compareAccounts(scene.arm.east, scene.arm.west, {
    trustMd5,
    now: scene.stack.simulator.now,
  })
  const found = await withoutExcused(
    scene,
    [...differences, ...extras.filter(extra => goesInB(extra, deletes) && !waiting.includes(extra))],
    withdrawn,
    strangers,
  )
  const invented = [...look(scene, 'west').assets.values()].filter(
    ({ name, properties }) => !isForeign(String(properties.container)) && editions.of(name).length === 0,
  )
  return [...found, ...invented.map(({ name }) => `asset ${name} was never in A`)]
}

const show = ({ units }: LedgerView) =>
  units
    .filter(({ state, outcome, pending }) => state !== 'idle' || outcome !== 'inSync' || pending)
    .map(({ kind, name, state, outcome, code, detail }) =>
      `${kind} ${name} ${state} ${outcome} ${code} ${detail}`.trim(),
    )
    .join('; ')

/** Milliseconds between two looks at the app, which cost it something. */
const poll = 150

/**
 * All sweeps of the route at once, until the comparison of the whole has ended, within the bound.
 * @returns how it stands where it has not.
 */
export const sweepAll = async ({ stack }: Scene): Promise<string | undefined> => {
  const deadline = performance.now() + bound
  const before = (await sweepView(stack, 'full')).operation?.startedAt ?? ''
  let status: string | undefined
  for (const timer of Object.values(timers)) await stack.api.fire(timer)
  while (performance.now() < deadline) {
    const { operation } = await sweepView(stack, 'full')
    if (operation?.status === 'succeeded' && operation.startedAt > before) return undefined
    status = operation?.status
    await sleep(poll)
    if (status !== 'running') await stack.api.fire(timers.full)
  }
  return `a comparison of the whole does not end (${status ?? 'not begun'})`
}

/**
 * @param deadline on the clock of `performance`.
 * @param settle milliseconds within which nothing may be due either.
 * @returns whether it came to rest.
 */
export const untilQuiet = async (scene: Scene, deadline: number, settle?: number): Promise<boolean> => {
  while (performance.now() < deadline) {
    if (isQuiet(await ledgerView(scene), settle === undefined ? 0 : Date.now() + settle)) return true
    await sleep(poll)
  }
  return false
}

export interface Convergence {
  /** Sentences, none when all is well. */
  readonly failures: readonly string[]
  /** Milliseconds until B was A, from the end of all trouble. */
  readonly milliseconds: number
}

/**
 * @param beforeConfirming called before an operator confirms a wave of deletes, if there is one.
 * @param inSync called when B is A or did not become it, before the traffic so far is forgotten.
 */
export const converge = async (
  scene: Scene,
  actors: Actors,
  beforeConfirming: () => void,
  inSync: () => void,
): Promise<Convergence> => {
  const { operator, strangers } = actors
  const isInSource = (asset: string) => look(scene, 'east').assets.get(asset) !== undefined
  const began = performance.now()
  const deadline = began + bound
  let [confirmed, compared] = [false, 0]
  let sweeping: string | undefined
  // An event that comes later would be a reason to look that no sweep had.
  await Promise.race([scene.stack.eventsDelivered(), sleep(bound, undefined, { ref: false })])
  for (;;) {
    const quiet = await untilQuiet(scene, Math.min(deadline, performance.now() + 5000))
    const view = await ledgerView(scene)
    const waiting = waitingForNobody(strangers, view, isInSource)
    let open = await openDifferences(scene, actors, waiting, true)
    if (open.length === 0 && quiet) open = await openDifferences(scene, actors, waiting, false)
    const stopped = view.units.some(({ code }) => code === 'DeleteWave')
    // What A lost without a word is found by a comparison only, and plays nothing: it is no difference, but work to come.
    if (open.length === 0 && quiet && compared > 0 && !stopped) break
    if (performance.now() > deadline) {
      const busy = sweeping ?? (view.isResyncing ? 'a resync does not end' : 'the app does not come to rest')
      const what = open.length === 0 ? busy : open.join('; ')
      inSync()
      return { failures: [`P3: after ${bound} ms ${what}. Units: ${show(view)}`], milliseconds: bound }
    }
    if (!confirmed && stopped) {
      confirmed = true
      beforeConfirming()
      await confirmDeletes(operator)
    } else if (quiet && (await decide(operator, strangers, view, isInSource))) {
      await sleep(poll)
    } else if (quiet && compared < comparisons) {
      compared += 1
      sweeping = await sweepAll(scene)
    } else {
      // A resync whose process died before it was started, and whose caller had no answer, is found at night.
      if (view.isResyncing) await scene.stack.api.fire('tidy')
      await sleep(poll)
    }
  }
  const milliseconds = performance.now() - began
  inSync()
  return { failures: await quietFailures(scene), milliseconds }
}

/** One more comparison of the whole route. */
const quietFailures = async (scene: Scene): Promise<readonly string[]> => {
  const { stack } = scene
  const started = await activities(stack)
  stack.simulator.resetCounters()
  const unended = await sweepAll(scene)
  // What the comparison has asked for begins after it, and writes when it has begun.
  await untilQuiet(scene, performance.now() + bound)
  const writes = [
    ...writesTo(stack, 'west'),
    ...Array.from({ length: storageWritesTo(stack, 'west') }, () => 'storage'),
  ]
  const failures = writes.length === 0 ? [] : [`P7: in sync, and the app wrote to B: ${writes.join(', ')}`]
  const waits = (await ledgerView(scene)).units.some(({ outcome }) => outcome !== 'inSync')
  const runs = Object.entries(await activities(stack))
    .map(([name, count]) => [name, count - (started[name] ?? 0)] as const)
    // A run does not begin with its close; one whose answer the ledger had lost is tried again once the row is at rest.
    .filter(([name, count]) => count !== 0 && name !== 'closeRun')
  if (unended !== undefined) failures.push(`P3: in sync, and ${unended}`)
  // What waits for something is looked at again, whether there is a sweep or not.
  if (!waits && runs.length > 0) failures.push(`P7: in sync, and a sweep started ${JSON.stringify(runs)}`)
  return failures
}
