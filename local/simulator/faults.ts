/**
 * What the simulator is told to do wrong, for the control plane, the storage proxy and the event deliveries alike. Each
 * of them asks `decide` once per request and does as the answer says; only this file knows counts and probabilities.
 */
export const planes = ['control', 'storage', 'events'] as const
export type Plane = (typeof planes)[number]

export const faultKinds = ['outage', 'latency', '429', '500', '503', 'reset', 'lostReply'] as const
/**
 * - `outage`, `reset`: the connection is closed without an answer and nothing is done.
 * - `latency`: the request waits for `milliseconds` first.
 * - `429`, `500`, `503`: answered so, nothing is done; `retryAfter` in seconds, absent means no such header.
 * - `lostReply`: the request is carried out, then the connection is closed without an answer.
 */
export type FaultKind = (typeof faultKinds)[number]

/** A fault as one request meets it. */
export interface Fault {
  readonly kind: FaultKind
  readonly milliseconds?: number
  readonly retryAfter?: number
}

/** A rule as `/_sim/faults` takes it; what is left out matches everything. */
export interface FaultRule extends Fault {
  /** Account key of the topology, `*` for all. */
  readonly account: string
  readonly plane?: Plane
  /** Name or beginning of the name of an operation, such as `StreamingLocators_` or `PutBlob`. */
  readonly operation?: string
  /** Ends after so many hits. */
  readonly count?: number
  /** 0 to 1; decided by a generator seeded with `seed`, so that a run can be repeated. */
  readonly probability?: number
  readonly seed?: number
}

export interface ActiveFault extends FaultRule {
  readonly id: string
  readonly hits: number
}

/** A rule that makes no sense; `problems` holds a sentence for each mistake. */
export class InvalidFaultRule extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The fault is not valid: ${problems.join('; ')}`)
    this.name = 'InvalidFaultRule'
    this.problems = problems
  }
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

const numberRules: Record<string, { readonly allowed: string; readonly ok: (value: number) => boolean }> = {
  milliseconds: { allowed: 'a number of milliseconds, 0 or more', ok: value => value >= 0 },
  retryAfter: { allowed: 'a whole number of seconds, 0 or more', ok: value => Number.isInteger(value) && value >= 0 },
  count: { allowed: 'a whole number, 1 or more', ok: value => Number.isInteger(value) && value >= 1 },
  probability: { allowed: 'a number from 0 to 1', ok: value => value >= 0 && value <= 1 },
  seed: { allowed: 'a whole number', ok: value => Number.isInteger(value) },
}

const problemsOf = (input: Record<string, unknown>): string[] => {
  const known = ['account', 'plane', 'operation', 'kind', ...Object.keys(numberRules)]
  const problems = Object.keys(input)
    .filter(name => !known.includes(name))
    .map(name => `${name} is not known; allowed are ${known.join(', ')}`)
  if (!faultKinds.some(kind => kind === input.kind)) problems.push(`kind must be one of ${faultKinds.join(', ')}`)
  if (input.plane !== undefined && !planes.some(plane => plane === input.plane))
    problems.push(`plane must be one of ${planes.join(', ')}`)
  for (const name of ['account', 'operation'])
    if (input[name] !== undefined && typeof input[name] !== 'string') problems.push(`${name} must be text`)
  for (const [name, rule] of Object.entries(numberRules)) {
    const value = input[name]
    if (value !== undefined && !(typeof value === 'number' && rule.ok(value)))
      problems.push(`${name} must be ${rule.allowed}`)
  }
  if (input.kind === 'latency' && input.milliseconds === undefined) problems.push('latency needs milliseconds')
  return problems
}

/** Reads a rule out of untrusted JSON. Throws InvalidFaultRule naming every mistake. */
export const parseFaultRule = (input: unknown): FaultRule => {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new InvalidFaultRule(['a JSON object is expected'])
  const problems = problemsOf(input as Record<string, unknown>)
  if (problems.length > 0) throw new InvalidFaultRule(problems)
  return { account: '*', ...(input as Partial<FaultRule> & Fault) }
}

interface Entry {
  readonly id: string
  readonly rule: FaultRule
  readonly random: () => number
  hits: number
}

const matches = (rule: FaultRule, account: string, plane: Plane, operation: string) =>
  (rule.account === '*' || rule.account === account) &&
  (rule.plane === undefined || rule.plane === plane) &&
  (rule.operation === undefined || operation.startsWith(rule.operation))

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
   */
  decide(account: string, plane: Plane, operation: string): Fault[] {
    const struck = this.#entries.filter(
      ({ rule, random }) =>
        matches(rule, account, plane, operation) && (rule.probability === undefined || random() < rule.probability),
    )
    for (const entry of struck) entry.hits += 1
    this.#entries = this.#entries.filter(({ rule, hits }) => rule.count === undefined || hits < rule.count)
    return struck.map(({ rule: { kind, milliseconds, retryAfter } }) => ({
      kind,
      ...(milliseconds === undefined ? {} : { milliseconds }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    }))
  }
}
