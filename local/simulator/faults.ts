/**
 * What the simulator is told to do wrong, for the control plane, the storage proxy and the event deliveries alike. Each
 * of them asks `decide` once per request and does as the answer says; only this file knows counts and probabilities.
 */
import { kindRules, type Plane, type Trait } from './fault-kinds.ts'
import { type Fault, type FaultRule, faultOf } from './fault-rules.ts'

export interface ActiveFault extends FaultRule {
  readonly id: string
  readonly hits: number
}

/** mulberry32: small, seedable, good enough to decide whether a fault strikes. */
const randomFrom = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Entry {
  readonly id: string
  readonly rule: FaultRule
  readonly random: () => number
  hits: number
}

const matches = (rule: FaultRule, account: string, plane: Plane, operation: string, traits: readonly Trait[]) =>
  (rule.account === '*' || rule.account === account) &&
  (rule.plane === undefined || rule.plane === plane) &&
  (rule.operation === undefined || operation.startsWith(rule.operation)) &&
  kindRules[rule.kind].planes.includes(plane) &&
  traits.includes(kindRules[rule.kind].strikes)

export class Faults {
  #entries: Entry[] = []
  #lastId = 0

  add(rule: FaultRule): ActiveFault {
    this.#lastId += 1
    const entry: Entry = { id: String(this.#lastId), rule, random: randomFrom(rule.seed ?? 1), hits: 0 }
    this.#entries.push(entry)
    return { id: entry.id, hits: 0, ...rule }
  }

  list(): ActiveFault[] {
    return this.#entries.map(({ id, rule, hits }) => ({ id, hits, ...rule }))
  }

  /** Removes the rules for which `which` holds and says how many they were. */
  remove(which: (fault: ActiveFault) => boolean): number {
    const kept = this.#entries.filter(({ id, rule, hits }) => !which({ id, hits, ...rule }))
    const removed = this.#entries.length - kept.length
    this.#entries = kept
    return removed
  }

  /**
   * The faults that one request to `operation` of an account meets, in the order in which the rules were made. Counts
   * go down by asking, so it is asked once per request. A rule whose count is used up is gone.
   *
   * @param traits what the request is; rules of kinds that concern others are not asked.
   */
  decide(account: string, plane: Plane, operation: string, traits: readonly Trait[] = ['request']): Fault[] {
    if (this.#entries.length === 0) return []
    const struck = this.#entries.filter(
      ({ rule, random }) =>
        matches(rule, account, plane, operation, traits) &&
        (rule.probability === undefined || random() < rule.probability),
    )
    for (const entry of struck) entry.hits += 1
    this.#entries = this.#entries.filter(({ rule, hits }) => rule.count === undefined || hits < rule.count)
    return struck.map(({ rule }) => faultOf(rule))
  }
}
