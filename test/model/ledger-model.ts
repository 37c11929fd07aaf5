/**
 * The ledger protocol around one unit: requests, dispatchers, orchestration instances and their activities, in every
 * order, with crashes, doubled and late activities, lost replies, lost starts, failed and hung instances.
 *
 * A swap is one step, since it is retried until it wins. Not in the model: an activity that is doubled, outlives its
 * run, and whose only execution then dies between its write and the check after it. A sweep finds what that leaves.
 */
import { dispatchSteps, requestSteps, startSteps } from './asking-steps.ts'
import { good, type Model, type Step } from './explore.ts'
import { canonical, initialState, type State } from './ledger-state.ts'
import type { Protocol } from './protocol.ts'
import { instanceSteps, lateSteps } from './run-steps.ts'
import { type Add, crowd, refused } from './world.ts'

const later = (state: State): State =>
  state.row === undefined
    ? state
    : {
        ...state,
        row: {
          ...state.row,
          lease: state.row.lease - 1,
          startedAt: state.row.startedAt - 1,
          ...(state.row.dueAt === undefined ? {} : { dueAt: state.row.dueAt - 1 }),
        },
      }

export const ledgerModel = (
  protocol: Protocol,
  bounds: { readonly changes: number; readonly faults: number; readonly dispatchers: number },
): Model<State> => ({
  initial: initialState(bounds),
  key: state => JSON.stringify(state),
  steps: state => {
    const steps: Step<State>[] = []
    const add: Add = (label, to, { willing = true, broken } = {}) => {
      if (to.instances.length > crowd || to.starts.length > crowd) return
      const kept = protocol.keepsEtag ? { ...to, dispatchers: to.dispatchers.map(refused) } : to
      steps.push({ label, to: canonical(kept), willing, ...(broken === undefined ? {} : { broken }) })
    }
    requestSteps(state, protocol, add)
    startSteps(state, protocol, add)
    for (const [index, one] of state.instances.entries()) instanceSteps(state, index, one, protocol, add)
    for (const [index, one] of state.late.entries()) lateSteps(state, index, one, protocol, add)
    dispatchSteps(state, protocol, add)
    if (state.row !== undefined) add('time passes', later(state))
    return steps
  },
  end: state => {
    const { row } = state
    const working = state.instances.some(one => !one.hung) || state.late.length > 0 || state.starts.length > 0
    if (row === undefined || working || state.requests > 0 || row.state === 'running' || row.dueAt !== undefined) return
    if (row.observed < row.desired) return 'no request is left uncovered'
    return state.source === state.target ? good : 'where nothing is left to do, the target equals the newest source'
  },
})
