/** Steps of orchestration instances and of activities that nobody waits for any more. */
import { firstActivity, perform } from './activities.ts'
import type { Activity, Instance, State } from './ledger-state.ts'
import type { Protocol } from './protocol.ts'
import { type Add, crowd, faulty, replaced, unwilling } from './world.ts'

const withoutInstance = (state: State, index: number): State => {
  const gone = state.instances[index]
  return {
    ...state,
    instances: state.instances.toSpliced(index, 1),
    ended: gone?.begun && !state.ended.includes(gone.run) ? [...state.ended, gone.run] : state.ended,
  }
}

export const instanceSteps = (state: State, index: number, one: Instance, protocol: Protocol, add: Add) => {
  if (one.hung) return
  const name = `run ${one.run} pass ${one.pass}: ${one.act} ${one.done}`
  const did = perform(state, one, protocol)
  const restarted = did.accepted === true && !one.begun && state.ended.includes(one.run)
  const broken = did.broken ?? (restarted ? 'no run that has ended begins another time' : undefined)
  const begun = one.begun || did.accepted === true
  const kept = (activity: Partial<Instance>): State => ({
    ...did.state,
    instances: replaced(did.state.instances, index, { ...one, begun, ...activity }),
  })
  const pass = protocol.passId(one.key, one.n)
  const after =
    did.activity !== undefined
      ? kept(did.activity)
      : did.again === true
        ? kept({ ...firstActivity(one.key, one.n + 1, one.run, pass, protocol), n: one.n + 1 })
        : withoutInstance(kept({}), index)
  add(name, after, { broken })
  if (state.faults === 0) return
  add(`${name}, crash after it`, faulty(kept({ done: 0 })), { ...unwilling, broken })
  if (one.done > 0)
    add(
      `${name}, crash before it`,
      faulty({ ...state, instances: replaced(state.instances, index, { ...one, done: 0 }) }),
      unwilling,
    )
  // The work item of an activity is its own: whatever becomes of the instance, it runs to its end.
  const { key: _key, n: _n, hung: _hung, begun: _begun, ...copy } = one
  const withLate = { ...state, late: [...state.late, copy] }
  if (withLate.late.length <= crowd) {
    add(`${name}, doubled`, faulty(withLate), unwilling)
    add(`${name}, instance fails`, faulty(withoutInstance(withLate, index)), unwilling)
    const hung = { ...one, hung: true }
    add(
      `${name}, instance hangs`,
      faulty({ ...withLate, instances: replaced(state.instances, index, hung) }),
      unwilling,
    )
  }
  if (one.act === 'close' && one.outcome === 'inSync')
    add(
      `${name}, pass fails`,
      faulty({ ...state, instances: replaced(state.instances, index, { ...one, outcome: 'failed' }) }),
      unwilling,
    )
}

export const lateSteps = (state: State, index: number, one: Activity, protocol: Protocol, add: Add) => {
  const name = `late ${one.act} ${one.done} of run ${one.run} pass ${one.pass}`
  const did = perform(state, one, protocol)
  const goesOn = did.activity?.act === one.act && one.act !== 'survey'
  const late =
    goesOn && did.activity !== undefined ? replaced(state.late, index, did.activity) : state.late.toSpliced(index, 1)
  add(name, { ...did.state, late }, { broken: did.broken })
  if (state.faults > 0 && one.done > 0)
    add(
      `${name}, crash before it`,
      faulty({ ...state, late: replaced(state.late, index, { ...one, done: 0 }) }),
      unwilling,
    )
}
