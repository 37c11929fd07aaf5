/** State of the ledger model: one unit, what runs for it, and what is under way. Times count from now. */
import type { UnitRow } from '../../src/lib/ledger/ledger.ts'
import type { OutcomeName } from '../../src/lib/model.ts'

/** The columns of a row that decide anything; the rest follows from them or is only shown. */
export interface ModelRow {
  readonly state: UnitRow['state']
  readonly run: number
  readonly pass: string
  readonly lease: number
  readonly startedAt: number
  readonly desired: number
  readonly observed: number
  readonly outcome?: OutcomeName
  readonly dueAt?: number
  /** Only for the mutant that keeps it here. */
  readonly generation?: number
}

/** One execution of an activity: where it is, and what it has learned so far. */
export interface Activity {
  readonly act: 'survey' | 'write' | 'close'
  /** Operations of the activity already done. */
  readonly done: number
  readonly run: number
  readonly pass: string
  readonly previous: string
  readonly generation: number
  /** Version of the source that the survey read. */
  readonly seen: number
  readonly outcome: 'inSync' | 'failed'
}

/** An orchestration instance; those that have ended are gone, since ended and missing are treated alike. */
export interface Instance extends Activity {
  readonly key: string
  readonly n: number
  /** Never takes another step, but says it is running. */
  readonly hung: boolean
  /** Its begin was accepted, so that this run must not start another time. */
  readonly begun: boolean
}

export interface StartCall {
  readonly run: number
  readonly key: string
}

/** A dispatcher between reading a suspect and following it. */
export interface Dispatcher {
  readonly at: 'idle' | 'read' | 'asked'
  /** Nobody has swapped the row since it was read. */
  readonly fresh: boolean
  readonly instance: 'running' | 'missing'
}

export interface State {
  readonly row: ModelRow | undefined
  readonly source: number
  readonly target: number
  /** Changes of the source still to come. */
  readonly changes: number
  /** Requests on their way. */
  readonly requests: number
  /** Version of the source at the last request that was counted. */
  readonly counted: number
  readonly starts: readonly StartCall[]
  readonly instances: readonly Instance[]
  /** Late and doubled executions, whose results nobody waits for. */
  readonly late: readonly Activity[]
  readonly dispatchers: readonly Dispatcher[]
  /** Runs that have begun and ended. */
  readonly ended: readonly number[]
  readonly faults: number
}

export const initialState = (bounds: { changes: number; faults: number; dispatchers: number }): State => ({
  row: undefined,
  source: 1,
  target: 0,
  changes: bounds.changes,
  requests: 1,
  counted: 0,
  starts: [],
  instances: [],
  late: [],
  dispatchers: Array.from({ length: bounds.dispatchers }, () => atRest),
  ended: [],
  faults: bounds.faults,
})

/** Dispatchers that have not read anything; those whose row was swapped meanwhile are as good as that. */
export const atRest: Dispatcher = { at: 'idle', fresh: false, instance: 'missing' }

/** Longest times in the past that still make a difference. */
const oldestLease = -2
const oldestStart = -3

/**
 * The same state without what decides nothing any more, with its counters shifted down, its random texts renamed and
 * its lists in order, so that states that differ in nothing that matters are one.
 */
export const canonical = (state: State): State => {
  const { row } = state
  if (row === undefined) return state
  const current = (of: { readonly run: number }) => of.run >= row.run
  const matters = (activity: Activity) => current(activity) || activity.act === 'write'
  const instances = state.instances.filter(one => matters(one) && (current(one) || !one.hung))
  const late = state.late.filter(matters)
  const counting = [...instances, ...late].filter(one => current(one) && hasGeneration(one))
  const generations = Math.min(row.observed, ...counting.map(({ generation }) => generation))
  const shifted = <A extends Activity>(activity: A): A => ({
    ...activity,
    run: current(activity) ? currentRun : olderRun,
    generation: current(activity) && hasGeneration(activity) ? activity.generation - generations : 0,
    previous: activity.act === 'survey' ? activity.previous : '',
    seen: activity.act === 'survey' ? 0 : activity.seen,
  })
  return renamed({
    ...state,
    row: decisive(row, generations),
    starts: state.starts.filter(current).map(start => ({ ...start, run: currentRun })),
    instances: sorted(instances.map(shifted)),
    late: sorted(late.map(shifted)),
    dispatchers: sorted(state.dispatchers),
    ended: state.ended.some(run => run === row.run) ? [currentRun] : [],
  })
}

/** Runs are only ever compared with the row's: older ones are refused whatever their number. */
const currentRun = 2
const olderRun = 1

const hasGeneration = ({ act, done }: Activity) => act !== 'survey' || done > 0

/** The outcome of a row decides only whether it backs off. */
const decisive = (row: ModelRow, generations: number): ModelRow => ({
  state: row.state,
  run: currentRun,
  pass: row.pass,
  desired: row.desired - generations,
  observed: row.observed - generations,
  lease: row.state === 'running' ? Math.max(oldestLease, row.lease) : 0,
  startedAt: row.state === 'running' && row.pass === '' ? Math.max(oldestStart, row.startedAt) : 0,
  ...(row.outcome === 'failed' && row.dueAt !== undefined ? { outcome: row.outcome } : {}),
  ...(row.dueAt === undefined ? {} : { dueAt: Math.max(0, Math.ceil(row.dueAt)) }),
  ...(row.generation === undefined ? {} : { generation: Math.max(0, row.generation - generations) }),
})

/** Numbers the random texts in the order in which they are met. */
const renamed = (state: State): State => {
  const names = new Map<string, string>()
  const name = (text: string) =>
    text.replace(/^k\d+/, key => {
      const known = names.get(key) ?? `k${names.size}`
      names.set(key, known)
      return known
    })
  const named = <A extends Activity>(activity: A): A => ({
    ...activity,
    previous: name(activity.previous),
    pass: name(activity.pass),
  })
  const { row } = state
  return {
    ...state,
    row: row === undefined ? undefined : { ...row, pass: name(row.pass) },
    instances: sorted(state.instances.map(one => ({ ...named(one), key: name(one.key) }))),
    late: sorted(state.late.map(named)),
    starts: sorted(state.starts.map(start => ({ ...start, key: name(start.key) }))),
  }
}

const sorted = <T>(items: readonly T[]): readonly T[] =>
  items.length < 2
    ? items
    : items
        .map(item => ({ item, text: JSON.stringify(item) }))
        .sort((a, b) => (a.text < b.text ? -1 : 1))
        .map(({ item }) => item)

/** Random text that is in use nowhere. */
export const freshKey = (state: State): string => {
  const used = new Set([
    ...(state.row === undefined ? [] : [keyOf(state.row.pass)]),
    ...state.starts.map(({ key }) => key),
    ...state.instances.map(({ key }) => key),
    ...state.late.map(({ pass }) => keyOf(pass)),
  ])
  for (let number = 0; ; number++) if (!used.has(`k${number}`)) return `k${number}`
}

const keyOf = (pass: string) => pass.slice(0, pass.indexOf('.'))
