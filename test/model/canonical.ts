/**
 * States that differ in nothing that can ever matter are one state: runs, generations and random texts are only
 * compared, lists have no order, and what the row refuses for ever is as good as gone.
 */
import type { Activity, Dispatcher, Instance, PassState, RowState, State } from './state.ts'

/** The row's run, and any older one. */
const current = 2
const older = 1

export const canonical = (state: State): State => {
  const { row } = state
  if (row === undefined) return state
  const lives = (one: { readonly run: number }) => row.running && one.run === row.run
  const instances = state.instances.filter(lives)
  const attached = (one: Activity) => instances.some(i => i.key === one.key && i.n === one.n && i.task === one.task)
  const refused = (one: Activity) =>
    row.pass !== '' && one.pass !== row.pass && !(one.at === 0 && one.previous === row.pass)
  const activities = state.activities.filter(one =>
    lives(one) ? writes(one) || attached(one) || !refused(one) : writes(one),
  )
  const counting = [...instances, ...activities.filter(lives)].filter(({ generation }) => generation > 0)
  const base =
    Math.min(
      row.observed,
      ...(row.running && row.pass !== '' && row.generation > 0 ? [row.generation] : []),
      ...counting.map(({ generation }) => generation),
    ) - 1
  const low = (generation: number) => (generation === 0 ? 0 : Math.max(1, generation - base))
  return renamed({
    ...state,
    row: decisive(row, base),
    begunBy: row.running && row.pass !== '' ? state.begunBy : '',
    starts: state.starts.filter(lives).map(start => ({ ...start, run: current })),
    instances: instances.map(one => ({
      ...one,
      run: current,
      previous: begins(one) ? one.previous : '',
      generation: low(one.generation),
      seen: low(one.seen),
    })),
    activities: activities.map(one => {
      if (!lives(one)) return { ...one, ...nobody }
      if (one.task === 'write') return { ...one, run: current, previous: '', generation: 0, seen: 0 }
      return {
        ...one,
        run: current,
        previous: begins(one) ? one.previous : '',
        generation: low(one.generation),
        seen: low(one.seen),
      }
    }),
    dispatchers: state.dispatchers.map(one =>
      one.run === 0 ? one : { ...one, run: one.run === row.run ? current : older },
    ),
    faults: state.faultsLeft === 0 ? [] : state.faults,
  })
}

const begins = ({ task }: PassState & Pick<Activity, 'task'>) => task === 'survey' || task === 'policy'

/** What may still write, and tells when it is refused: it matters even when its run is over. */
const writes = ({ task }: Activity) => task === 'write' || task === 'policy'

/** A write of a run that is over: its checks are refused, whatever it claims. */
const nobody = { run: older, key: '', n: 0, pass: '', previous: '', generation: 0, seen: 0 }

const decisive = (row: RowState, base: number): RowState => {
  const begun = row.pass !== ''
  const lease = !row.running ? 0 : begun ? row.lease : Math.max(1, row.lease)
  return {
    ...row,
    run: current,
    key: '',
    lease,
    age: !row.running ? 0 : begun ? (lease === 2 ? Math.max(1, row.age) : 1) : row.age,
    desired: row.desired - base,
    observed: row.observed - base,
    generation: begun && row.running && row.generation > 0 ? Math.max(1, row.generation - base) : 0,
    outcome: row.outcome === 'failed' && row.due === 1 ? 'failed' : '',
  }
}

/** Numbers the random texts in the order in which they are met. */
const renamed = (state: State): State => {
  const names = new Map<string, string>()
  const name = (key: string) => {
    if (key === '') return ''
    const known = names.get(key) ?? `k${names.size}`
    names.set(key, known)
    return known
  }
  const renamedPass = (pass: string) => {
    const dot = pass.indexOf('.')
    return dot > 0 && pass.startsWith('k') ? name(pass.slice(0, dot)) + pass.slice(dot) : pass
  }
  const row = state.row === undefined ? undefined : { ...state.row, pass: renamedPass(state.row.pass) }
  const named = <P extends PassState>(one: P): P => ({
    ...one,
    key: name(one.key),
    pass: renamedPass(one.pass),
    previous: renamedPass(one.previous),
  })
  const begunBy = name(state.begunBy)
  const instances = sorted(state.instances, instanceText).map(named)
  const activities = sorted(state.activities, activityText).map(named)
  const starts = sorted(state.starts, ({ key }) => key).map(start => ({ ...start, key: name(start.key) }))
  return {
    ...state,
    row,
    begunBy,
    instances: sorted(instances, instanceText),
    activities: sorted(activities, activityText),
    starts: sorted(starts, ({ key }) => key),
    dispatchers: sorted(state.dispatchers, dispatcherText),
  }
}

const sorted = <T>(items: readonly T[], textOf: (item: T) => string): readonly T[] =>
  items.length < 2 ? items : items.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1))

const passText = ({ run, key, n, previous, generation, seen }: PassState) =>
  `${run}${key}.${n}${previous}-${generation}-${seen}`
const instanceText = (one: Instance) => `${passText(one)}${one.task}${one.failed ? 'f' : ''}${one.hung ? 'h' : ''}`
const activityText = (one: Activity) => `${passText(one)}${one.task}${one.at}-${one.read}${one.failed ? 'f' : ''}`
const dispatcherText = (one: Dispatcher) => `${one.at}${one.run}${one.fresh ? 'f' : ''}${one.alive ? 'a' : ''}`

/** The same text for the same state, and only for it. */
export const keyOf = (state: State): string => {
  const { row } = state
  const rowText =
    row === undefined
      ? ''
      : `${row.running ? 'r' : 'i'}${row.run}/${row.pass}/${row.lease}${row.age}-${row.desired}-${row.observed}${row.outcome}${row.due}-${row.generation}`
  return [
    rowText,
    `${state.source}${state.target}${state.changes}${state.requests}${state.slotTaken ? 't' : ''}${state.rivals}${state.begunBy}`,
    state.starts.map(({ run, key }) => `${run}${key}`).join(','),
    state.instances.map(instanceText).join(','),
    state.activities.map(activityText).join(','),
    state.dispatchers.map(dispatcherText).join(','),
    `${state.faultsLeft}${state.faults.map(fault => fault.slice(0, 8)).join('')}`,
  ].join('|')
}

/** Random text that nobody knows yet. */
export const freshKey = (state: State): string => {
  const used = new Set<string>([state.begunBy, keyOfPass(state.row?.pass ?? '')])
  for (const { key } of [...state.starts, ...state.instances, ...state.activities]) used.add(key)
  for (let number = 0; ; number++) if (!used.has(`k${number}`)) return `k${number}`
}

const keyOfPass = (pass: string) => pass.slice(0, Math.max(0, pass.indexOf('.')))
