/** A day of steady work in A under steady faults, the evening in which old titles go, and the night after it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { untilQuiet } from '../faults/converge.ts'
import { generateHistory } from '../faults/generate.ts'
import type { Protection, PublisherStep, Step } from '../faults/history.ts'
import type { Operator } from '../faults/operator.ts'
import type { Publisher } from '../faults/publisher.ts'
import type { Scene } from '../faults/scene.ts'

/** Titles that there are at a time, and names among which they go round; beside them a title a round that is there for a day. */
const [living, names] = [8, 12]
const rounds = 4
/** Milliseconds; a machine at rest needs one or two seconds. */
const longestRest = 90_000
const hour = 60 * 60_000
const protections: readonly Protection[] = ['clear', 'aes', 'token']
type FaultStep = Extract<Step, { do: 'fault' }>

const asset = (round: number) => `title-${((round % names) + names) % names}`
const locator = (round: number) => `${asset(round)}-l`
/** Names that are used once. */
const guest = (round: number) => `guest-${round}`
const guestLocator = (round: number) => `${guest(round)}-l`

/** What happens in a round: titles come, others change, and an event names a locator that nobody knows. */
const workOf = (round: number): readonly WorkStep[] => [
  round % 4 === 0
    ? { do: 'encode', asset: asset(round) }
    : { do: 'upload', asset: asset(round), told: round % 3 !== 0 },
  {
    do: 'publish',
    locator: locator(round),
    asset: asset(round),
    protection: protections[round % protections.length] ?? 'clear',
    filtered: round % 5 === 0,
    told: true,
  },
  { do: 'upload', asset: guest(round), told: true },
  {
    do: 'publish',
    locator: guestLocator(round),
    asset: guest(round),
    protection: 'clear',
    filtered: false,
    told: true,
  },
  { do: 'forge', forgery: 'livingLocatorDeleted', locator: `nobody-knows-${round}` },
  { do: 'edit', asset: asset(round - 2), told: true },
  { do: 'republish', locator: locator(round - 3), told: round % 2 === 0 },
  ...(round % 6 === 0
    ? [{ do: 'keyPolicy', exists: true } as const, { do: 'accountFilter', exists: true } as const]
    : []),
  ...(round % 8 === 0 ? [{ do: 'resync', all: true, dryRun: round % 16 === 0 } as const] : []),
]

const farewell = (round: number): readonly PublisherStep[] => [
  { do: 'unpublish', locator: locator(round - living), told: round % 2 === 1 },
  { do: 'delete', asset: asset(round - living) },
  { do: 'unpublish', locator: guestLocator(round), told: round % 2 === 0 },
  { do: 'delete', asset: guest(round) },
]

type WorkStep = PublisherStep | Extract<Step, { do: 'resync' | 'forge' }>
const isPublisherStep = (step: WorkStep): step is PublisherStep => step.do !== 'resync' && step.do !== 'forge'

/** One kind of trouble a round, all kinds in turn. */
const troubleOf = (seed: number, round: number): FaultStep | undefined =>
  generateHistory((seed + round) % 2 ** 31).steps.find((step): step is FaultStep => step.do === 'fault')

export interface Life {
  readonly scene: Scene
  readonly publisher: Publisher
  readonly operator: Operator
  readonly seed: number
  readonly stopped: () => boolean
}

/** @param day from 0. @returns how many requests and events were struck. */
export const workADay = async ({ scene, publisher, operator, seed, stopped }: Life, day: number): Promise<number> => {
  const { simulator } = scene.stack
  let struck = 0
  for (let round = day * rounds; round < (day + 1) * rounds && !stopped(); round += 1) {
    const trouble = troubleOf(seed, round)
    if (trouble !== undefined) simulator.fault(trouble.rule as Parameters<typeof simulator.fault>[0])
    scene.relay.add({ kind: round % 2 === 0 ? 'busy' : 'lostReply', count: 1 })
    for (const step of workOf(round))
      if (isPublisherStep(step)) await publisher.take(step)
      else await operator.take(step)
    await sleep(300)
    struck += simulator.faults().reduce((sum, { hits }) => sum + hits, 0)
    simulator.clearFaults()
  }
  scene.relay.clear()
  return struck
}

const restAll = async ({ scene }: Life): Promise<void> => {
  await scene.stack.eventsDelivered()
  await untilQuiet(scene, performance.now() + longestRest)
}

/**
 * Of titles that are at rest, so that a night begins with nothing under way. The guests of the day go with the oldest of the
 * others.
 */
export const sayFarewell = async (life: Life, day: number): Promise<void> => {
  await restAll(life)
  for (let round = day * rounds; round < (day + 1) * rounds; round += 1)
    for (const step of farewell(round)) await life.publisher.take(step)
}

/**
 * Rest, and then so long that what was deleted in A is deleted in B, and what is old is forgotten: what has gone from B in
 * one night is old in the next.
 */
export const sleepANight = async (life: Life, sweep: () => Promise<void>): Promise<void> => {
  const { stack } = life.scene
  await restAll(life)
  stack.simulator.advance(hour)
  await stack.api.advance(hour)
  await sweep()
  await restAll(life)
  await stack.api.fire('tidy')
  // What is tidied is an activity of its own; nothing else goes on.
  await sleep(500)
}
