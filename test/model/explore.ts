/** Breadth-first search through every state of a model, by the text of the state. */
import { Fingerprints } from './fingerprints.ts'
import { Numbers } from './numbers.ts'

export interface Step<S> {
  readonly label: string
  readonly to: S
  /** Whether a good end may count on this step: faults and new work from outside happen, but nobody waits for them. */
  readonly willing: boolean
  /** Name of a property that this step breaks. */
  readonly broken?: string
}

export interface Model<S> {
  readonly initial: S
  key(state: S): string
  steps(state: S): readonly Step<S>[]
  /** Where all is done: `good`, or the name of the property that this end breaks. Undefined while work is left. */
  end(state: S): string | undefined
}

export interface Exploration {
  readonly states: number
  readonly transitions: number
  /** The property, and the shortest way to where it is broken. */
  readonly violation?: { readonly property: string; readonly trace: readonly string[] }
}

export const good = 'good'

/** @param most states; more of them is an error, since then not everything was seen. */
export const explore = <S>(model: Model<S>, most: number): Exploration => {
  const seen = new Fingerprints()
  const parents = new Numbers()
  const ways = new Ways()
  let transitions = 0
  let frontier: [number, S][] = []

  const found = (property: string, at: number, last: readonly string[] = []): Exploration => ({
    states: seen.size,
    transitions,
    violation: { property, trace: [...traceTo(model, seen, parents, at), ...last] },
  })
  const visit = (state: S, parent: number): number => {
    const before = seen.size
    const number = seen.add(model.key(state))
    if (number < before) return number
    parents.push(parent)
    frontier.push([number, state])
    return number
  }

  visit(model.initial, 0)
  while (frontier.length > 0) {
    const layer = frontier
    frontier = []
    for (const [from, state] of layer) {
      const end = model.end(state)
      if (end !== undefined && end !== good) return found(end, from)
      ways.from(end === good)
      for (const step of model.steps(state)) {
        transitions++
        if (step.broken !== undefined) return found(step.broken, from, [step.label])
        const to = visit(step.to, from)
        if (step.willing && to !== from) ways.lead(to)
      }
      if (seen.size > most) throw new Error(`more than ${most} states: the bounds are too wide`)
    }
  }
  const stuck = ways.firstThatReachesNoEnd()
  if (stuck !== undefined) return found('a good end can be reached from every state', stuck)
  return { states: seen.size, transitions }
}

/** Labels of the shortest way to a state: only parents are kept, so that the steps are taken once more. */
const traceTo = <S>(model: Model<S>, seen: Fingerprints, parents: Numbers, number: number): string[] => {
  const path: number[] = []
  for (let at = number; at > 0; at = parents.at(at)) path.unshift(at)
  let state = model.initial
  return path.map(next => {
    const step = model.steps(state).find(({ to }) => seen.add(model.key(to)) === next)
    if (step === undefined) throw new Error('a model must offer the same steps twice')
    state = step.to
    return step.label
  })
}

/** The willing steps between the states, which come in the order of their numbers. */
class Ways {
  readonly #starts = new Numbers()
  readonly #targets = new Numbers()
  readonly #ends = new Numbers()

  /** The steps told from now on start at the next state. */
  from(isEnd: boolean): void {
    if (isEnd) this.#ends.push(this.#starts.length)
    this.#starts.push(this.#targets.length)
  }

  lead(to: number): void {
    this.#targets.push(to)
  }

  /** Backwards until nothing changes: most steps lead to a state found later, so that a few rounds are enough. */
  firstThatReachesNoEnd(): number | undefined {
    const states = this.#starts.length
    const reaches = new Uint8Array(states)
    for (let index = 0; index < this.#ends.length; index++) reaches[this.#ends.at(index)] = 1
    for (let changed = true; changed; ) {
      changed = false
      for (let from = states - 1; from >= 0; from--) {
        if (reaches[from] === 1 || !this.#leadsInto(reaches, from)) continue
        reaches[from] = 1
        changed = true
      }
    }
    const stuck = reaches.indexOf(0)
    return stuck === -1 ? undefined : stuck
  }

  #leadsInto(reaches: Uint8Array, from: number): boolean {
    const next = from + 1 < this.#starts.length ? this.#starts.at(from + 1) : this.#targets.length
    for (let index = this.#starts.at(from); index < next; index++)
      if (reaches[this.#targets.at(index)] === 1) return true
    return false
  }
}
