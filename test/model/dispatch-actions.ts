/** The dispatchers: admission, and the three steps of the orphan check with the world in between. */
import { suspicious } from '../../src/lib/ledger/transitions.ts'
import type { Protocol } from './protocol.ts'
import { now, rowOf, slot, times } from './rows.ts'
import { type Dispatcher, idle, type RowState, type State } from './state.ts'
import { freshKey } from './state-text.ts'
import { befalls, faulty, goesOn, type Steps } from './steps.ts'
import { mayFault, swapped } from './world.ts'

export const dispatch = (steps: Steps, state: State, protocol: Protocol) => {
  if (state.row === undefined) return
  admission(steps, state, state.row, protocol)
  const seen = new Set<string>()
  for (const [index, one] of state.dispatchers.entries()) {
    const text = JSON.stringify(one)
    if (seen.has(text)) continue
    seen.add(text)
    const becomes = (by: Dispatcher): State => ({ ...state, dispatchers: state.dispatchers.with(index, by) })
    if (one.at === 'idle' && suspicious(rowOf(state.row), now, times))
      goesOn(steps, 'suspect', { state: becomes({ at: 'read', run: state.row.run, fresh: true, alive: false }) })
    if (one.at === 'read') {
      const alive = state.instances.some(({ run }) => run === one.run)
      goesOn(steps, `instance ${alive ? 'runs' : 'is gone'}`, { state: becomes({ ...one, at: 'asked', alive }) })
    }
    if (one.at === 'asked') follow(steps, becomes(idle), one, state.row, protocol)
  }
}

/** Somebody still works on the run, or is about to: following it all the same is a fault of time. */
const alive = (state: State, run: number) =>
  state.starts.some(one => one.run === run) || state.instances.some(one => one.run === run && !one.hung)

const admission = (steps: Steps, state: State, row: RowState, protocol: Protocol) => {
  const free = !state.slotTaken && !row.running
  const means = { now, timing: times, key: freshKey(state), ...(free ? { slot } : {}) }
  const change = protocol.admit(rowOf(row), means)
  if (change === undefined) return
  const admitted = swapped(state, protocol, change.row, change.start)
  if (!row.running || !alive(state, row.run)) goesOn(steps, 'admit', admitted)
  else if (mayFault(state, 'slow')) faulty(steps, 'slow', 'admit', admitted)
  // Its start is lost: the second try finds nothing to admit.
  if (mayFault(state, 'lostReply'))
    faulty(steps, 'lostReply', 'admit', { ...admitted, state: { ...admitted.state, starts: state.starts } })
}

const follow = (steps: Steps, state: State, one: Dispatcher, row: RowState, protocol: Protocol) => {
  const means = { now, timing: times, key: freshKey(state) }
  const change =
    one.fresh || !protocol.keepsEtag
      ? protocol.orphaned(rowOf(row), one.alive ? 'running' : 'finished', means)
      : undefined
  if (change === undefined) return goesOn(steps, 'suspect is left', { state })
  const { state: followed, broken } = swapped(state, protocol, change.row, change.start)
  const owner = state.instances.some(i => i.run === row.run && i.pass === row.pass && !i.hung)
  const early = owner && row.lease > 0 ? 'no living run is followed before its time' : undefined
  const reached = { state: followed, broken: broken ?? early }
  if (!alive(state, row.run)) goesOn(steps, `run ${row.run} is followed`, reached)
  else if (early !== undefined) befalls(steps, `run ${row.run} is followed`, reached)
  else if (mayFault(state, 'slow')) faulty(steps, 'slow', `run ${row.run} is followed`, reached)
  if (mayFault(state, 'lostReply'))
    faulty(steps, 'lostReply', `run ${row.run} is followed`, {
      ...reached,
      state: { ...reached.state, starts: state.starts },
    })
}
