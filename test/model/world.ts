/** What swaps, starts and answers do to the state of the model. */
import type { UnitRow } from '../../src/lib/ledger/ledger.ts'
import type { Start } from '../../src/lib/model.ts'
import type { Protocol } from './protocol.ts'
import { brokenBy, rowOf, stateOf } from './rows.ts'
import {
  type Activity,
  type Fault,
  type Instance,
  idle,
  nothing,
  type PassState,
  type StartState,
  type State,
  type Task,
} from './state.ts'

/** A state, and the property that getting there has broken. */
export interface Reached {
  readonly state: State
  readonly broken?: string | undefined
}

/** Writes a row in place of the one that is there: dispatchers that hold the old one have lost. */
export const swapped = (state: State, protocol: Protocol, row: UnitRow | undefined, start?: Start): Reached => {
  if (row === undefined) return { state }
  const before = state.row === undefined ? undefined : rowOf(state.row)
  const twoOwners = state.slotTaken && row.state === 'running' ? 'a slot has one owner' : undefined
  return {
    state: {
      ...state,
      row: stateOf(row),
      begunBy: row.run === state.row?.run ? state.begunBy : '',
      dispatchers: state.dispatchers.map(one => (protocol.keepsEtag ? idle : { ...one, fresh: false })),
      starts: start === undefined ? state.starts : [...state.starts, { run: start.input.run, key: start.input.key }],
    },
    broken: twoOwners ?? brokenBy(before, row),
  }
}

export const withFault = (state: State): State => ({ ...state, faultsLeft: state.faultsLeft - 1 })

export const mayFault = (state: State, fault: Fault): boolean => state.faultsLeft > 0 && state.faults.includes(fault)

const scheduled = (instance: Instance): Activity => {
  const { hung: _, ...pass } = instance
  return { ...pass, at: 0, read: nothing, late: false }
}

const firstTask = ({ kind }: State): Task => (kind === 'asset' ? 'survey' : 'policy')

/** The instance goes on to a task, which is scheduled with it. */
const goesTo = (
  state: State,
  instance: Instance,
  task: Task,
  more: Partial<PassState & { failed: boolean }>,
): State => {
  const next: Instance = { ...instance, ...more, task }
  return {
    ...state,
    instances: state.instances.map(one => (one === instance ? next : one)),
    activities: [...state.activities, scheduled(next)],
  }
}

export const withoutInstance = (state: State, instance: Instance): State => ({
  ...state,
  instances: state.instances.filter(one => one !== instance),
})

/**
 * A start of a run whose instance is running is refused; a finished one is replaced. Of a run that is over, only what
 * its first activity does is followed, since that will be refused: a policy's tells.
 */
export const landed = (state: State, { run, key }: StartState, protocol: Protocol): State => {
  const over = state.row?.running !== true || state.row.run !== run
  if (over && firstTask(state) !== 'policy') return state
  if (!over && state.instances.some(one => one.run === run)) return state
  const pass = { run, key, n: 0, pass: protocol.passId(key, 0), previous: '', generation: 0, seen: 0 }
  const instance: Instance = { ...pass, task: firstTask(state), failed: false, hung: false }
  const activities = [...state.activities, scheduled(instance)]
  return over ? { ...state, activities } : { ...state, activities, instances: [...state.instances, instance] }
}

/** What an execution of an activity hands to the orchestrator. */
export type Answer =
  | { readonly to: 'work'; readonly generation: number; readonly seen: number }
  | { readonly to: 'close'; readonly failed: boolean }
  | { readonly to: 'again' }
  | { readonly to: 'end' }

/** The first execution of a task that ends tells the instance; others, and those of ended instances, tell nobody. */
export const told = (state: State, activity: Activity, answer: Answer, protocol: Protocol): State => {
  const instance = state.instances.find(
    one => one.run === activity.run && one.key === activity.key && one.n === activity.n && one.task === activity.task,
  )
  if (instance === undefined || instance.hung) return state
  switch (answer.to) {
    case 'work':
      return goesTo(state, instance, 'write', { generation: answer.generation, seen: answer.seen })
    case 'close':
      return goesTo(state, instance, 'close', { failed: answer.failed })
    case 'again':
      return goesTo(state, instance, firstTask(state), {
        n: instance.n + 1,
        pass: protocol.passId(instance.key, instance.n + 1),
        previous: instance.pass,
        generation: 0,
        seen: 0,
        failed: false,
      })
    case 'end':
      return withoutInstance(state, instance)
  }
}
