/**
 * Everything that can happen next. A swap is one step, since it is tried again until it wins; between the operations
 * of an activity, a dispatcher or a request, anything else may happen.
 */
import { perform, trouble } from './activities.ts'
import { dispatch } from './dispatch-actions.ts'
import type { Protocol } from './protocol.ts'
import { now, rowOf, slot, times, unit } from './rows.ts'
import { type Activity, nothing, type RowState, type State, type Task } from './state.ts'
import { freshKey } from './state-text.ts'
import { befalls, faulty, goesOn, type Steps } from './steps.ts'
import { landed, mayFault, swapped, told, withoutInstance } from './world.ts'

const event = { reason: 'jobFinished', priority: 'event' } as const
const bulk = { reason: 'resync', priority: 'bulk' } as const

export const stepsOf = (state: State, protocol: Protocol): Steps => {
  const steps: Steps = []
  requests(steps, state, protocol)
  starts(steps, state, protocol)
  instances(steps, state)
  for (const activity of new Set(state.activities)) activities(steps, state, activity, protocol)
  dispatch(steps, state, protocol)
  time(steps, state)
  return steps
}

const requests = (steps: Steps, state: State, protocol: Protocol) => {
  if (state.changes > 0) {
    const changed = { ...state, changes: state.changes - 1, requests: state.requests + 1 }
    const known = new Set([state.source, state.target, ...state.activities.map(({ read }) => read)])
    befalls(steps, 'the source changes', { state: { ...changed, source: Math.max(...known) + 1 } })
    for (const source of known)
      if (source !== state.source && source !== nothing)
        befalls(steps, `the source changes back to ${source}`, { state: { ...changed, source } })
  }
  if (state.requests === 0) return
  const row = state.row === undefined ? undefined : rowOf(state.row)
  const free = !state.slotTaken && row?.state !== 'running'
  const means = { now, timing: times, key: freshKey(state), ...(free ? { slot } : {}) }
  const change = protocol.request(row, unit, event, means)
  const { state: asked, broken } = swapped(state, protocol, change.row, change.start)
  goesOn(steps, 'request', { state: { ...asked, requests: asked.requests - 1 }, broken })
  if (row?.state !== 'running') {
    const queued = protocol.request(row, unit, bulk, { now, timing: times, key: '' })
    const { state: due, broken: wrong } = swapped(state, protocol, queued.row)
    goesOn(steps, 'request in bulk', { state: { ...due, requests: due.requests - 1 }, broken: wrong })
  }
  if (mayFault(state, 'redelivery')) faulty(steps, 'redelivery', 'request', { state: asked, broken })
  if (mayFault(state, 'lostReply'))
    faulty(steps, 'lostReply', 'request', { state: { ...asked, starts: state.starts }, broken })
}

const starts = (steps: Steps, state: State, protocol: Protocol) => {
  for (const start of state.starts) {
    const called = { ...state, starts: state.starts.filter(one => one !== start) }
    const label = `start of run ${start.run} ${start.key}`
    goesOn(steps, label, { state: landed(called, start, protocol) })
    if (mayFault(state, 'failedStart')) faulty(steps, 'failedStart', label, { state: called })
  }
}

const instances = (steps: Steps, state: State) => {
  for (const instance of state.instances) {
    if (instance.hung) continue
    const label = `instance of run ${instance.run} ${instance.key}`
    if (mayFault(state, 'failedInstance'))
      faulty(steps, 'failedInstance', label, { state: withoutInstance(state, instance) })
    if (mayFault(state, 'hungInstance')) {
      const hung = state.instances.map(one => (one === instance ? { ...one, hung: true } : one))
      faulty(steps, 'hungInstance', label, { state: { ...state, instances: hung } })
    }
  }
}

const activities = (steps: Steps, state: State, activity: Activity, protocol: Protocol) => {
  const { task, at, run, key, n } = activity
  const label = `${task} ${at} of run ${run} ${key}.${n}`
  const becomes = (from: State, ...by: readonly Activity[]): State => ({
    ...from,
    activities: [...from.activities.filter(one => one !== activity), ...by],
  })
  const { state: after, broken, activity: next, answer, swap } = perform(state, activity, protocol)
  const done = next === undefined ? becomes(after) : becomes(after, next)
  goesOn(steps, label, { state: answer === undefined ? done : told(done, activity, answer, protocol), broken })
  if (swap && mayFault(state, 'lostReply')) faulty(steps, 'lostReply', label, { state: after, broken })
  const fresh: Activity = {
    ...activity,
    at: 0,
    read: nothing,
    late: false,
    failed: task === 'close' && activity.failed,
    ...(begins(task) ? { generation: 0, seen: 0 } : {}),
  }
  if (at > 0 && mayFault(state, 'crash')) faulty(steps, 'crash', label, { state: becomes(state, fresh) })
  // The last operation is done, but the answer is lost with the process.
  if (answer !== undefined && mayFault(state, 'crash'))
    faulty(steps, 'crash', `${label}, after it`, { state: becomes(after, fresh), broken })
  if (mayFault(state, 'double')) faulty(steps, 'double', label, { state: becomes(state, activity, fresh) })
  const failing = mayFault(state, 'trouble') ? trouble(state, activity, protocol) : undefined
  if (failing !== undefined) {
    const ended = failing.activity === undefined ? becomes(state) : becomes(state, failing.activity)
    faulty(steps, 'trouble', label, {
      state: failing.answer === undefined ? ended : told(ended, activity, failing.answer, protocol),
    })
  }
}

const begins = (task: Task) => task === 'survey' || task === 'policy'

const time = (steps: Steps, state: State) => {
  const { row } = state
  if (state.rivals > 0 && !state.slotTaken && row?.running !== true)
    befalls(steps, 'another unit takes the slot', { state: { ...state, slotTaken: true, rivals: state.rivals - 1 } })
  if (state.slotTaken) goesOn(steps, 'the other unit gives it back', { state: { ...state, slotTaken: false } })
  if (row === undefined) return
  // Time is no swap: who holds the row still holds it.
  const passes = (label: string, later: Partial<RowState>) =>
    goesOn(steps, label, { state: { ...state, row: { ...row, ...later } } })
  if (row.running && row.lease > 0)
    passes(`the lease is ${row.lease === 2 ? 'over' : 'long over'}`, { lease: row.lease - 1 })
  if (row.running && row.pass === '' && row.age > 0) passes('the run grows older', { age: row.age - 1 })
  if (row.due > 0) passes('the unit is due', { due: 0 })
}
