/** Rules as `POST /_sim/faults` takes them, checked. Pure. */
import { type FaultKind, type FaultParameters, faultKinds, kindRules, type Plane, planes } from './fault-kinds.ts'

/** A fault as one request meets it. */
export interface Fault extends FaultParameters {
  readonly kind: FaultKind
}

/** What is left out matches everything. */
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

/** A rule that makes no sense; `problems` holds a sentence for each mistake. */
export class InvalidFaultRule extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The fault is not valid: ${problems.join('; ')}`)
    this.name = 'InvalidFaultRule'
    this.problems = problems
  }
}

interface Field {
  readonly allowed: string
  readonly ok: (value: unknown) => boolean
}

const number = (allowed: string, ok: (value: number) => boolean): Field => ({
  allowed,
  ok: value => typeof value === 'number' && ok(value),
})
const oneOf = (values: readonly string[]): Field => ({
  allowed: `one of ${values.join(', ')}`,
  ok: value => values.some(known => known === value),
})
const text: Field = { allowed: 'text', ok: value => typeof value === 'string' }

const parameters: Readonly<Record<keyof FaultParameters, Field>> = {
  milliseconds: number('a number of milliseconds, 0 or more', value => value >= 0),
  retryAfter: number('a whole number of seconds, 0 or more', value => Number.isInteger(value) && value >= 0),
  seconds: number('a number of seconds, more than 0', value => value > 0),
  contentLength: oneOf(['part', 'whole']),
}

const fields: Readonly<Record<string, Field>> = {
  account: text,
  plane: oneOf(planes),
  operation: text,
  kind: oneOf(faultKinds),
  count: number('a whole number, 1 or more', value => Number.isInteger(value) && value >= 1),
  probability: number('a number from 0 to 1', value => value >= 0 && value <= 1),
  seed: number('a whole number', value => Number.isInteger(value)),
  ...parameters,
}

const problemsOfKind = (kind: FaultKind, input: Readonly<Record<string, unknown>>): string[] => {
  const rule = kindRules[kind]
  const wanted = [rule.needs, rule.takes]
  const problems = Object.keys(parameters)
    .filter(name => input[name] !== undefined && !wanted.some(known => known === name))
    .map(name => `${name} means nothing to ${kind}; it takes ${wanted.filter(Boolean).join(', ') || 'no such member'}`)
  if (rule.needs !== undefined && input[rule.needs] === undefined)
    problems.push(`${kind} needs ${rule.needs}: ${parameters[rule.needs].allowed}`)
  if (input.plane !== undefined && !rule.planes.some(plane => plane === input.plane))
    problems.push(`plane must be one of ${rule.planes.join(', ')} for ${kind}, found ${String(input.plane)}`)
  return problems
}

const problemsOf = (input: Readonly<Record<string, unknown>>): string[] => {
  const problems = Object.keys(input)
    .filter(name => !Object.hasOwn(fields, name))
    .map(name => `${name} is not known; allowed are ${Object.keys(fields).join(', ')}`)
  for (const [name, { allowed, ok }] of Object.entries(fields))
    if (!(ok(input[name]) || (input[name] === undefined && name !== 'kind')))
      problems.push(`${name} must be ${allowed}`)
  const kind = faultKinds.find(known => known === input.kind)
  return kind === undefined ? problems : [...problems, ...problemsOfKind(kind, input)]
}

/** Reads a rule out of untrusted JSON. Throws InvalidFaultRule naming every mistake and what is allowed. */
export const parseFaultRule = (input: unknown): FaultRule => {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new InvalidFaultRule(['a JSON object is expected'])
  const problems = problemsOf(input as Record<string, unknown>)
  if (problems.length > 0) throw new InvalidFaultRule(problems)
  return { account: '*', ...(input as Partial<FaultRule> & Fault) }
}

/** What a request is told of the rule that strikes it. */
export const faultOf = (rule: FaultRule): Fault => {
  const { kind, milliseconds, retryAfter, seconds, contentLength } = rule
  return {
    kind,
    ...(milliseconds === undefined ? {} : { milliseconds }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(contentLength === undefined ? {} : { contentLength }),
  }
}
