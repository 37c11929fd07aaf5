import type { Outcome } from '../../src/lib/model.ts'
import type { Activity, State } from './ledger-state.ts'
import type { Protocol } from './protocol.ts'
import { expanded, swapped, timing, unit } from './world.ts'

export interface Performed {
  readonly state: State
  /** The activity after its operation; absent when its pass is over. */
  readonly activity?: Activity
  readonly accepted?: boolean
  readonly again?: boolean
  readonly broken?: string
}

const outcomeOf = ({ outcome }: Activity): Outcome =>
  outcome === 'inSync' ? { outcome } : { outcome, code: 'Unexpected' }

/** One operation of an activity on the world. */
export const perform = (state: State, activity: Activity, protocol: Protocol): Performed => {
  const row = state.row === undefined ? undefined : expanded(state.row)
  const claim = { unit, run: activity.run, pass: activity.pass }
  const { act, done, generation, seen } = activity
  const next = { ...activity, done: done + 1 }
  if (act === 'survey' && done === 0) {
    const { answer, row: changed } = protocol.begin(row, claim, activity.previous, 0, timing)
    if (answer.answer === 'refused') return { state }
    const begun = swapped(state, changed === undefined ? {} : { row: changed })
    return { state: begun, activity: { ...next, generation: answer.generation }, accepted: true }
  }
  if (act === 'survey') {
    const work = state.source !== state.target
    return { state, activity: { ...activity, act: work ? 'write' : 'close', done: 0, seen: state.source } }
  }
  if (act === 'write' && done === 1) {
    const written = { ...state, target: seen }
    return { state: written, activity: protocol.checksAfterWrite ? next : { ...next, act: 'close', done: 0 } }
  }
  if (act === 'write') {
    const { answer, row: changed } = protocol.check(row, claim, generation, undefined, 0, timing)
    const checked = swapped(state, changed === undefined ? {} : { row: changed })
    if (answer === 'lost') return { state: checked }
    return { state: checked, activity: done === 0 ? next : { ...next, act: 'close', done: 0 } }
  }
  const verdict = protocol.close(row, claim, generation, outcomeOf(activity), undefined, 0, timing)
  const closed = swapped(state, verdict.row === undefined ? {} : { row: verdict.row })
  const stale = verdict.answer === 'idle' && activity.outcome === 'inSync' && seen < state.counted
  return {
    state: closed,
    again: verdict.answer === 'again',
    ...(stale ? { broken: 'no pass closes what was asked for after it had read' } : {}),
  }
}

export const firstActivity = (key: string, n: number, run: number, previous: string, protocol: Protocol): Activity => ({
  act: 'survey',
  done: 0,
  run,
  pass: protocol.passId(key, n),
  previous,
  generation: 0,
  seen: 0,
  outcome: 'inSync',
})
