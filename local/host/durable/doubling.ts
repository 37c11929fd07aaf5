/**
 * Activities that run twice, as any may where a host has lost a lease or a message: at once, or with one of both long after
 * the other. Only for tests: nothing but a request to the host's administration switches it on, and a restart forgets it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { nextRandom } from '../../simulator/random.ts'
import type { Log } from '../log.ts'

export interface DoublingRule {
  /** That an activity runs twice, 0 to 1. */
  readonly probability: number
  /** A whole number of 32 bits. Decides which ones do, and when. */
  readonly seed: number
  /** Half of the second executions begin at once, the others within so many milliseconds. */
  readonly latest: number
}

const isWithin = (value: unknown, most: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= most

/** @returns undefined for what is no rule. */
export const readDoublingRule = ({ probability, seed, latest }: Record<string, unknown>): DoublingRule | undefined =>
  isWithin(probability, 1) && isWithin(seed, 2 ** 32 - 1) && Number.isInteger(seed) && isWithin(latest, 60_000)
    ? { probability, seed, latest }
    : undefined

export class Doubling {
  readonly #log: Log
  #rule: DoublingRule = { probability: 0, seed: 0, latest: 0 }
  #state = { random: 0 }
  #open = 0

  constructor(log: Log) {
    this.#log = log
  }

  set(rule: DoublingRule): void {
    this.#rule = rule
    this.#state = { random: rule.seed }
  }

  /** Activities of which an execution is still to end, or to begin. */
  get open(): number {
    return this.#open
  }

  /** The first result is the activity's, as the first event of it is its orchestrator's; nobody hears of the other. */
  run<T>(name: string, execute: () => Promise<T>): Promise<T> {
    const first = execute()
    const delay = this.#delay()
    if (delay === undefined) return first
    this.#open += 1
    this.#log('information', 'Host.Durable', `Activity '${name}' runs twice, once after ${delay} ms.`)
    const second = delay === 0 ? execute() : sleep(delay, undefined, { ref: false }).then(execute)
    void Promise.allSettled([first, second]).then(() => {
      this.#open -= 1
    })
    return Promise.race([first, second])
  }

  /** Milliseconds between both; undefined where there is no second. */
  #delay(): number | undefined {
    if (nextRandom(this.#state) >= this.#rule.probability) return undefined
    return Math.round(Math.max(0, nextRandom(this.#state) * 2 - 1) * this.#rule.latest)
  }
}
