/** How steps are added to what can happen next. */
import type { Step } from './explore.ts'
import type { Fault, State } from './state.ts'
import { type Reached, withFault } from './world.ts'

export type Steps = Step<State>[]

/** Steps of the app and of time, which go on for ever. */
export const goesOn = (steps: Steps, label: string, { state, broken }: Reached) =>
  steps.push({ label, to: state, willing: true, ...(broken === undefined ? {} : { broken }) })

/** What nobody waits for: faults, changes of the source. */
export const befalls = (steps: Steps, label: string, { state, broken }: Reached) =>
  steps.push({ label, to: state, willing: false, ...(broken === undefined ? {} : { broken }) })

export const faulty = (steps: Steps, fault: Fault, label: string, { state, broken }: Reached) =>
  befalls(steps, `${label}: ${fault}`, { state: withFault(state), broken })
