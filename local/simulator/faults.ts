/**
 * What the simulator is told to do wrong, for the control plane, the storage proxy and the event deliveries alike. Each
 * of them asks `decide` once per request and does as the answer says; only this file knows counts and probabilities.
 */
import type { Clock } from './clock.ts'
import { kindRules, type Plane, type Trait } from './fault-kinds.ts'
import { type Fault, type FaultRule, faultOf, parseFaultRule } from './fault-rules.ts'
import { nextRandom } from './random.ts'

export interface ActiveFault extends FaultRule {
  readonly id: string
  readonly hits: number
}

interface Entry {
  readonly id: string
  readonly rule: FaultRule
  /** Where its generator stands. */
  random: number
  hits: number
}

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value)

const restoredEntry = (saved: unknown): Entry => {
  const { id, rule, random, hits } = (saved ?? {}) as Partial<Record<keyof Entry, unknown>>
  if (typeof id !== 'string' || !isWhole(random) || !isWhole(hits)) throw new SyntaxError('a fault is incomplete')
  return { id, rule: parseFaultRule(rule), random, hits }
}

const matches = (
  rule: FaultRule,
  names: readonly string[],
  plane: Plane,
  operation: string,
  traits: readonly Trait[],
) =>
  (rule.account === '*' || names.includes(rule.account)) &&
  (rule.plane === undefined || rule.plane === plane) &&
  (rule.operation === undefined || operation.startsWith(rule.operation)) &&
  kindRules[rule.kind].planes.includes(plane) &&
  traits.includes(kindRules[rule.kind].strikes)

/** Milliseconds that all latencies among the faults ask for together. */
export const latencyOf = (faults: readonly Fault[]): number =>
  faults.reduce((sum, { kind, milliseconds = 0 }) => sum + (kind === 'latency' ? milliseconds : 0), 0)

/** Waits on the clock for as long as the latencies say. */
export const waitOut = async (faults: readonly Fault[], clock: Clock): Promise<void> => {
  const latency = latencyOf(faults)
  if (latency > 0) await new Promise<void>(resolve => clock.after(latency, resolve))
}

export class Faults {
  #entries: Entry[] = []
  #lastId = 0

  add(rule: FaultRule): ActiveFault {
    this.#lastId += 1
    const entry: Entry = { id: String(this.#lastId), rule, random: (rule.seed ?? 1) >>> 0, hits: 0 }
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

  /** All of it as JSON, so that a run goes on as it would have. */
  save(): readonly Entry[] {
    return this.#entries.map(entry => ({ ...entry }))
  }

  /** Checks what `save` gave and answers what restores it; throws for anything else. */
  restoring(saved: unknown): () => void {
    if (!Array.isArray(saved)) throw new SyntaxError('faults are no array')
    const entries = saved.map(restoredEntry)
    return () => {
      this.#entries = entries
      this.#lastId = Math.max(this.#lastId, ...entries.map(({ id }) => Number(id)))
    }
  }

  /**
   * Whether all of a plane is in outage until further notice; asking uses nothing up. Outages of single operations, and
   * those with a count or a probability, strike single requests.
   */
  isOut(account: string | readonly string[], plane: Plane): boolean {
    const names = [account].flat()
    return this.#entries.some(
      ({ rule }) =>
        rule.kind === 'outage' &&
        [rule.operation, rule.count, rule.probability].every(limit => limit === undefined) &&
        matches(rule, names, plane, '', ['request']),
    )
  }

  /**
   * The faults that one request to `operation` of an account meets, in the order in which the rules were made. Counts
   * go down by asking, so it is asked once per request. A rule whose count is used up is gone.
   *
   * @param account its key, and further names that a rule may go by.
   * @param traits what the request is; rules of kinds that concern others are not asked.
   */
  decide(
    account: string | readonly string[],
    plane: Plane,
    operation: string,
    traits: readonly Trait[] = ['request'],
  ): Fault[] {
    if (this.#entries.length === 0) return []
    const names = [account].flat()
    const struck = this.#entries.filter(
      entry =>
        matches(entry.rule, names, plane, operation, traits) &&
        (entry.rule.probability === undefined || nextRandom(entry) < entry.rule.probability),
    )
    for (const entry of struck) entry.hits += 1
    this.#entries = this.#entries.filter(({ rule, hits }) => rule.count === undefined || hits < rule.count)
    return struck.map(({ rule }) => faultOf(rule))
  }
}
