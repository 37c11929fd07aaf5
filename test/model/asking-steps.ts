/** Steps of those who ask: events with their requests, start calls, and dispatchers. */
import { firstActivity } from './activities.ts'
import { atRest, type Dispatcher, freshKey, type Instance, type State } from './ledger-state.ts'
import type { Protocol } from './protocol.ts'
import { type Add, event, expanded, faulty, replaced, swapped, timing, unit, unwilling } from './world.ts'

export const requestSteps = (state: State, protocol: Protocol, add: Add) => {
  if (state.changes > 0)
    add(
      'source changes',
      { ...state, source: state.source + 1, changes: state.changes - 1, requests: state.requests + 1 },
      unwilling,
    )
  if (state.requests === 0) return
  for (const slot of state.row?.state === 'running' ? [true] : [true, false]) {
    const means = { now: 0, timing, key: freshKey(state), ...(slot ? { slot: 's.0' } : {}) }
    const row = state.row === undefined ? undefined : expanded(state.row)
    const change = protocol.request(row, unit, event, means)
    const asked = { ...swapped(state, change), counted: state.source }
    const name = `request ${slot ? 'with' : 'without'} a free slot`
    add(name, { ...asked, requests: state.requests - 1 })
    if (state.faults === 0) continue
    add(`${name}, delivered again`, faulty(asked), unwilling)
    if (change.start !== undefined)
      add(
        `${name}, its start lost`,
        faulty({ ...asked, requests: state.requests - 1, starts: state.starts }),
        unwilling,
      )
  }
}

/** Nobody makes the same start call twice: whoever tries again asks the ledger again, and gets another key. */
export const startSteps = (state: State, protocol: Protocol, add: Add) => {
  for (const [index, { run, key }] of state.starts.entries()) {
    const called = { ...state, starts: state.starts.toSpliced(index, 1) }
    const exists = state.instances.some(one => one.run === run)
    const instance: Instance = { ...firstActivity(key, 0, run, '', protocol), key, n: 0, hung: false, begun: false }
    add(`start run ${run} ${key}`, exists ? called : { ...called, instances: [...called.instances, instance] })
  }
}

export const dispatchSteps = (state: State, protocol: Protocol, add: Add) => {
  if (state.row === undefined) return
  const row = expanded(state.row)
  const means = { now: 0, timing, key: freshKey(state), slot: 's.0' }
  const admitted = protocol.admit(row, means)
  if (admitted !== undefined) {
    add('admit', swapped(state, admitted))
    if (state.faults > 0)
      add('admit, its start lost', faulty({ ...swapped(state, admitted), starts: state.starts }), unwilling)
  }
  const becomes = (index: number, by: Dispatcher): State => ({
    ...state,
    dispatchers: replaced(state.dispatchers, index, by),
  })
  for (const [index, one] of state.dispatchers.entries()) {
    if (index > 0 && JSON.stringify(one) === JSON.stringify(state.dispatchers[index - 1])) continue
    if (one.at === 'idle' && row.state === 'running' && row.lease <= 0)
      add('dispatcher reads a suspect', becomes(index, { at: 'read', fresh: true, instance: 'missing' }))
    if (one.at === 'read') {
      const instance = state.instances.some(({ run }) => run === row.run) ? 'running' : 'missing'
      add(`dispatcher hears that it is ${instance}`, becomes(index, { ...one, at: 'asked', instance }))
    }
    if (one.at === 'asked') followSteps(becomes(index, atRest), one, protocol, add)
  }
}

const followSteps = (state: State, { fresh, instance }: Dispatcher, protocol: Protocol, add: Add) => {
  const row = state.row === undefined ? undefined : expanded(state.row)
  const means = { now: 0, timing, key: freshKey(state) }
  const change =
    row !== undefined && (fresh || !protocol.keepsEtag) ? protocol.orphaned(row, instance, means) : undefined
  if (change === undefined || row === undefined) return add('dispatcher leaves it', state)
  const alive = state.instances.some(one => one.run === row.run && !one.hung && one.pass === row.pass)
  const broken = alive && row.lease + timing.lostLease > 0 ? 'no living run is taken over before its time' : undefined
  // Instances that stay slow for ever would be followed for ever: each one that is taken over alive is a fault.
  if (alive && broken === undefined && state.faults === 0) return add('dispatcher leaves it', state)
  const followed = swapped(alive ? faulty(state) : state, change)
  add(`dispatcher follows run ${row.run}`, followed, { willing: !alive, broken })
  if (state.faults > 0)
    add('dispatcher follows it, its start lost', faulty({ ...swapped(state, change), starts: state.starts }), {
      ...unwilling,
      broken,
    })
}
