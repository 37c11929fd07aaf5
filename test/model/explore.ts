/** Breadth-first search through every state of a model, by the text of the state. */

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
  const numbers = new Map<string, number>()
  const parents: number[] = []
  const labels: string[] = []
  const ends: number[] = []
  const willing: { readonly from: number[]; readonly to: number[] } = { from: [], to: [] }
  let transitions = 0
  let frontier: [number, S][] = []

  const traceTo = (number: number): string[] => {
    const trace: string[] = []
    for (let at = number; at > 0; at = parents[at] ?? 0) trace.unshift(labels[at] ?? '')
    return trace
  }
  const found = (property: string, trace: readonly string[]): Exploration => ({
    states: numbers.size,
    transitions,
    violation: { property, trace },
  })
  const visit = (state: S, parent: number, label: string): number => {
    const key = model.key(state)
    const known = numbers.get(key)
    if (known !== undefined) return known
    const number = numbers.size
    numbers.set(key, number)
    parents.push(parent)
    labels.push(label)
    frontier.push([number, state])
    return number
  }

  visit(model.initial, 0, '')
  while (frontier.length > 0) {
    const layer = frontier
    frontier = []
    for (const [from, state] of layer) {
      const end = model.end(state)
      if (end !== undefined && end !== good) return found(end, traceTo(from))
      if (end === good) ends.push(from)
      for (const step of model.steps(state)) {
        transitions++
        if (step.broken !== undefined) return found(step.broken, [...traceTo(from), step.label])
        const to = visit(step.to, from, step.label)
        if (step.willing && to !== from) {
          willing.from.push(from)
          willing.to.push(to)
        }
      }
      if (numbers.size > most) throw new Error(`more than ${most} states: the bounds are too wide`)
    }
  }
  const stuck = firstThatCannotReach(ends, willing, numbers.size)
  if (stuck !== undefined) return found('a good end can be reached from every state', traceTo(stuck))
  return { states: numbers.size, transitions }
}

const firstThatCannotReach = (
  ends: readonly number[],
  edges: { readonly from: readonly number[]; readonly to: readonly number[] },
  states: number,
): number | undefined => {
  const before: number[][] = Array.from({ length: states }, () => [])
  for (const [index, to] of edges.to.entries()) before[to]?.push(edges.from[index] ?? 0)
  const reached = new Uint8Array(states)
  const open = [...ends]
  for (const end of ends) reached[end] = 1
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const earlier of before[at] ?? []) {
      if (reached[earlier] === 1) continue
      reached[earlier] = 1
      open.push(earlier)
    }
  }
  const index = reached.indexOf(0)
  return index === -1 ? undefined : index
}
