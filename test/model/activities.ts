/** The operations of the activities, one at a time, with the world in between. */
import type { Outcome } from '../../src/lib/model.ts'
import type { Protocol } from './protocol.ts'
import { now, rowOf, times, unit } from './rows.ts'
import { type Activity, nothing, type State } from './state.ts'
import { type Answer, type Reached, swapped } from './world.ts'

/** After one operation: the execution goes on, or has an answer. */
export interface Performed extends Reached {
  readonly activity?: Activity
  readonly answer?: Answer
  /** It was a swap, whose reply may be lost. */
  readonly swap: boolean
}

const rowIn = (state: State) => (state.row === undefined ? undefined : rowOf(state.row))

const claimOf = ({ run, pass }: Activity) => ({ unit, run, pass })

export const perform = (state: State, activity: Activity, protocol: Protocol): Performed => {
  switch (activity.task) {
    case 'survey':
      return [begin, look, close][activity.at]?.(state, activity, protocol) ?? unknown(activity)
    case 'write':
      return [check, read, write, check][activity.at]?.(state, activity, protocol) ?? unknown(activity)
    case 'close':
      return close(state, activity, protocol)
    case 'policy': {
      const first = protocol.beginsFirst ? [begin, compare] : [compare, begin]
      return [...first, check, write, check, close][activity.at]?.(state, activity, protocol) ?? unknown(activity)
    }
  }
}

const unknown = (activity: Activity): never => {
  throw new Error(`no operation ${activity.at} of ${activity.task}`)
}

const begin = (state: State, activity: Activity, protocol: Protocol): Performed => {
  const claim = claimOf(activity)
  const { answer, row } = protocol.begin(rowIn(state), claim, activity.previous, now, times)
  if (answer.answer === 'refused') return refused(state, activity, protocol)
  const begun = swapped(state, protocol, row)
  const other = state.begunBy !== '' && state.begunBy !== activity.key
  return {
    state: { ...begun.state, begunBy: activity.key },
    broken: begun.broken ?? (other ? 'a run that has begun is never started again' : undefined),
    activity: { ...activity, at: activity.at + 1, generation: answer.generation },
    swap: true,
  }
}

/**
 * A policy's execution that is refused may be the second of one that has written, and died before it could tell: it
 * tells what a lost check tells.
 */
const refused = (state: State, activity: Activity, protocol: Protocol): Performed => {
  const end = { answer: { to: 'end' }, swap: true } as const
  if (activity.task !== 'policy' || !protocol.refusalTells) return { state, ...end }
  const { row } = protocol.check(rowIn(state), claimOf(activity), activity.generation, undefined, now, times)
  return { ...swapped(state, protocol, row), ...end }
}

/** Reads both sides. What is in sync is closed in the same activity. */
const look = (state: State, activity: Activity): Performed => {
  const seen = Math.min(activity.generation, state.row?.desired ?? 0)
  if (state.source === state.target) return { state, activity: { ...activity, at: 2, seen }, swap: false }
  return { state, answer: { to: 'work', generation: activity.generation, seen }, swap: false }
}

const check = (state: State, activity: Activity, protocol: Protocol): Performed => {
  const before = activity.at === (activity.task === 'write' ? 0 : 2)
  if (before && !protocol.checksBeforeWrite) {
    const owns = state.row?.running === true && state.row.run === activity.run && state.row.pass === activity.pass
    return { state, ...after({ ...activity, late: !owns }), swap: false }
  }
  const claim = claimOf(activity)
  const { answer, row } = protocol.check(rowIn(state), claim, activity.generation, undefined, now, times)
  const checked = swapped(state, protocol, row)
  return answer === 'lost'
    ? { ...checked, answer: { to: 'end' }, swap: true }
    : { ...checked, ...after(activity), swap: true }
}

/** The operation that follows, or, behind the last of a write, the task that does. */
const after = (activity: Activity, skipped = 0): Pick<Performed, 'activity' | 'answer'> => {
  const at = activity.at + 1 + skipped
  return activity.task === 'write' && at > 3
    ? { answer: { to: 'close', failed: activity.failed } }
    : { activity: { ...activity, at } }
}

/** What is copied is read anew. */
const read = (state: State, activity: Activity): Performed => ({
  state,
  activity: { ...activity, at: 2, read: state.source },
  swap: false,
})

/** Reads both sides of a policy, which is kept in memory until it is written. */
const compare = (state: State, activity: Activity, protocol: Protocol): Performed => {
  const seen = state.row?.desired ?? 0
  if (!protocol.beginsFirst) return { state, ...after({ ...activity, read: state.source, seen }), swap: false }
  const read = { ...activity, seen: Math.min(activity.generation, seen) }
  if (state.source === state.target) return { state, ...after(read, 2), swap: false }
  return { state, ...after({ ...read, read: state.source }), swap: false }
}

const write = (state: State, activity: Activity, protocol: Protocol): Performed => ({
  state: { ...state, target: activity.read },
  broken: activity.late ? 'a pass that had lost its row before a step writes nothing in it' : undefined,
  ...after({ ...activity, read: nothing, late: false }, protocol.checksAfterWrite ? 0 : 1),
  swap: false,
})

const close = (state: State, activity: Activity, protocol: Protocol): Performed => {
  const { generation, seen, failed } = activity
  const outcome: Outcome = failed ? { outcome: 'failed', code: 'Unexpected' } : { outcome: 'inSync' }
  const claim = claimOf(activity)
  const before = state.row?.observed ?? 0
  const { answer, row } = protocol.close(rowIn(state), claim, generation, outcome, undefined, now, times)
  const closed = swapped(state, protocol, row)
  const stale = row !== undefined && row.observed > Math.max(before, seen)
  return {
    state: closed.state,
    broken: closed.broken ?? (stale ? 'no pass covers what was asked for after it had read' : undefined),
    answer: { to: answer === 'again' ? 'again' : 'end' },
    swap: true,
  }
}

/** A call to an account fails, perhaps after it was carried out: the outcome is one that is tried again. */
export const trouble = (state: State, activity: Activity, protocol: Protocol): Performed | undefined => {
  const { task, at } = activity
  const failed = {
    ...activity,
    failed: true,
    read: nothing,
    late: false,
    seen: Math.max(activity.seen, activity.generation),
  }
  if (at === 0 || activity.failed || task === 'close' || (task === 'survey' && at > 1) || (task === 'policy' && at > 4))
    return undefined
  const checks = protocol.checksAfterTrouble
  if (task === 'survey') return { state, activity: { ...failed, at: 2 }, swap: false }
  if (task === 'policy') return { state, activity: { ...failed, at: checks ? 4 : 5 }, swap: false }
  if (checks) return { state, activity: { ...failed, at: 3 }, swap: false }
  return { state, answer: { to: 'close', failed: true }, swap: false }
}
