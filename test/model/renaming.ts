/**
 * New names for what is only compared: random texts and versions in the order in which they are met, passes and
 * generations by rank.
 */
import type { PassState, State } from './state.ts'
import { activityText, dispatcherText, instanceText, shapeOfActivity, shapeOfInstance } from './state-text.ts'

export const renamed = (state: State): State => {
  const instances = sorted(state.instances, shapeOfInstance)
  const activities = sorted(state.activities, shapeOfActivity)
  const { row } = state
  const passOf = passNames(row?.pass ?? '', [...instances, ...activities])
  const generation = ranks([
    ...(row === undefined ? [] : [row.observed, row.desired, row.generation]),
    ...instances.flatMap(one => [one.generation, one.seen]),
    ...activities.flatMap(one => [one.generation, one.seen]),
  ])
  const named = <P extends PassState>(one: P): P => ({
    ...one,
    ...passOf(one),
    generation: generation(one.generation),
    seen: generation(one.seen),
  })
  const version = inOrderOfMeeting<number>()
  const [source, target] = [version(state.source), version(state.target)]
  const rowPass = passOf({ key: '', n: 0, pass: row?.pass ?? '', previous: '' }).pass
  return {
    ...state,
    row: row && {
      ...row,
      pass: rowPass,
      desired: generation(row.desired),
      observed: generation(row.observed),
      generation: generation(row.generation),
    },
    source,
    target,
    begunBy: passOf.key(state.begunBy),
    instances: sorted(instances.map(named), instanceText),
    activities: sorted(
      activities.map(one => ({ ...named(one), read: one.read === -1 ? -1 : version(one.read) })),
      activityText,
    ),
    starts: sorted(
      state.starts.map(start => ({ ...start, key: passOf.key(start.key) })),
      ({ key }) => key,
    ),
    dispatchers: sorted(state.dispatchers, dispatcherText),
  }
}

/** 0, 1, 2 … */
const inOrderOfMeeting = <T>() => {
  const met = new Map<T, number>()
  return (one: T): number => {
    const known = met.get(one) ?? met.size
    met.set(one, known)
    return known
  }
}

/** Zero stands for none; what is compared keeps its order. */
const ranks = (numbers: readonly number[]) => {
  const order = [...new Set(numbers)].toSorted((a, b) => a - b)
  const zero = order.indexOf(0)
  return (number: number): number => order.indexOf(number) - zero
}

type Pass = Pick<PassState, 'key' | 'n' | 'pass' | 'previous'>

/** Names of keys and passes; a pass that is not named after a key, as one mutant does, keeps its name and number. */
const passNames = (rowPass: string, passes: readonly Pass[]) => {
  const met = inOrderOfMeeting<string>()
  const key = (text: string) => (text === '' ? '' : `k${met(text)}`)
  const taken = new Map<string, Set<number>>()
  const take = (pass: string) => {
    const [, of, n] = numbered.exec(pass) ?? []
    if (of === undefined) return
    taken.set(of, (taken.get(of) ?? new Set()).add(Number(n)))
  }
  take(rowPass)
  for (const { pass, previous } of passes) {
    take(pass)
    take(previous)
  }
  const rank = (of: string, n: number) => [...(taken.get(of) ?? [])].filter(other => other < n).length
  const pass = (text: string) => {
    const [, of, n] = numbered.exec(text) ?? []
    return of === undefined ? text : `${key(of)}.${rank(of, Number(n))}`
  }
  return Object.assign(
    (one: Pass): Pass => ({
      key: key(one.key),
      n: numbered.test(one.pass) ? rank(one.key, one.n) : one.n,
      pass: pass(one.pass),
      previous: pass(one.previous),
    }),
    { key },
  )
}

const numbered = /^(k\d+)\.(\d+)$/

const sorted = <T>(items: readonly T[], textOf: (item: T) => string): readonly T[] =>
  items.length < 2 ? items : items.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
