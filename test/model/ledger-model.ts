/**
 * The ledger protocol around one unit: requests, two dispatchers, orchestration instances and their activities, in
 * every order, with everything that may go wrong. Activities are executed at least once: one that dies is executed
 * again. Not in the model: one that is doubled, and of which the task hub then lets the first die between its write
 * and the check after it, because the second has answered. A sweep finds what that leaves. Nor whether a request presses:
 * that only ends a copy early, and the pass closes with the generation that it had.
 */
import { stepsOf } from './actions.ts'
import { canonical } from './canonical.ts'
import { good, type Model } from './explore.ts'
import type { Protocol } from './protocol.ts'
import { renamed } from './renaming.ts'
import { type Bounds, initialState, type State } from './state.ts'
import { keyOf } from './state-text.ts'

/** Nothing is under way or due any more, whether or not the source may still change. */
const atRest = ({ row, requests, starts, activities, instances }: State): boolean =>
  requests === 0 &&
  starts.length === 0 &&
  activities.length === 0 &&
  instances.every(({ hung }) => hung) &&
  (row === undefined || (!row.running && row.due === -1))

export const ledgerModel = (protocol: Protocol, bounds: Bounds): Model<State> => {
  const form = protocol.refusesForGood ? canonical : renamed
  return {
    initial: form(initialState(bounds)),
    key: keyOf,
    steps: state => stepsOf(state, protocol).map(step => ({ ...step, to: form(step.to) })),
    end: state => {
      if (!atRest(state)) return undefined
      if (state.row !== undefined && state.row.observed < state.row.desired) return 'at rest, every request is covered'
      return state.source === state.target ? good : 'at rest, the target equals the newest source'
    },
  }
}
