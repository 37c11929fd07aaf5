/** States as text: the same for the same state, and only for it. */
import type { Activity, Dispatcher, Instance, PassState, State } from './state.ts'

const shapeOfPass = ({ run, generation, seen }: PassState) => `${run}-${generation}-${seen}`
export const shapeOfInstance = (one: Instance): string =>
  `${shapeOfPass(one)}${one.task}${one.failed ? 'f' : ''}${one.hung ? 'h' : ''}`
export const shapeOfActivity = (one: Activity): string =>
  `${shapeOfPass(one)}${one.task}${one.at}/${one.read}${one.failed ? 'f' : ''}${one.late ? 'l' : ''}`

const passText = ({ key, n, pass, previous }: PassState) =>
  `${key}.${n}${pass === `${key}.${n}` ? '' : pass}<${previous}`
export const instanceText = (one: Instance): string => `${shapeOfInstance(one)} ${passText(one)}`
export const activityText = (one: Activity): string => `${shapeOfActivity(one)} ${passText(one)}`
export const dispatcherText = (one: Dispatcher): string =>
  `${one.at}${one.run}${one.fresh ? 'f' : ''}${one.alive ? 'a' : ''}`

export const keyOf = (state: State): string => {
  const { row } = state
  const rowText =
    row === undefined
      ? ''
      : `${row.running ? 'r' : 'i'}${row.run}/${row.pass}/${row.lease}${row.age}-${row.desired}-${row.observed}${row.outcome}${row.due}-${row.generation}`
  return [
    rowText,
    `${state.source}/${state.target}/${state.changes}/${state.requests}${state.slotTaken ? 't' : ''}${state.rivals}${state.begunBy}`,
    state.starts.map(({ run, key }) => `${run}${key}`).join(','),
    state.instances.map(instanceText).join(','),
    state.activities.map(activityText).join(','),
    state.dispatchers.map(dispatcherText).join(','),
    `${state.faultsLeft}`,
  ].join('|')
}

/** Random text that nobody knows yet. */
export const freshKey = (state: State): string => {
  const used = new Set<string>([state.begunBy, keyOfPass(state.row?.pass ?? '')])
  for (const { key } of [...state.starts, ...state.instances, ...state.activities]) used.add(key)
  for (let number = 0; ; number++) if (!used.has(`k${number}`)) return `k${number}`
}

const keyOfPass = (pass: string) => pass.slice(0, Math.max(0, pass.indexOf('.')))
