/**
 * States that differ in nothing that can ever matter are one state: runs, passes, generations, versions and random
 * texts are only compared, lists have no order, and what the row refuses for ever is as good as gone.
 */
import { renamed } from './renaming.ts'
import type { Activity, Instance, PassState, RowState, StartState, State } from './state.ts'

/** The row's run, and any older one. */
const current = 2
const older = 1

export const canonical = (state: State): State => {
  const { row } = state
  if (row === undefined) return renamed(state)
  const lives = (one: { readonly run: number }) => row.running && one.run === row.run
  const instances = state.instances.filter(lives)
  const attached = (one: Activity) =>
    instances.some(i => !i.hung && i.key === one.key && i.n === one.n && i.task === one.task)
  // A pass that the row has left does not come back to it.
  const refused = (one: Activity) =>
    row.pass !== '' && one.pass !== row.pass && !(one.at === 0 && one.previous === row.pass)
  const heard = (one: Activity) => lives(one) && (attached(one) || !refused(one))
  const activities = state.activities.filter(one => heard(one) || writes(one))
  const followed = (one: PassState) => (one.previous === row.pass ? one.previous : elsewhere)
  return renamed({
    ...state,
    row: decisive(row),
    begunBy: row.running && row.pass !== '' ? state.begunBy : '',
    starts: state.starts
      .filter(start => lives(start) || state.kind === 'policy')
      .map(start => (lives(start) ? { ...start, run: current } : late)),
    instances: instances.map(one => (one.hung ? hanging : { ...one, run: current, previous: followed(one) })),
    activities: activities.map(one => {
      if (!heard(one)) return { ...one, ...nobody }
      const same = { ...one, run: current, previous: begins(one) ? followed(one) : '' }
      return one.task === 'write' ? { ...same, generation: 0, seen: 0 } : same
    }),
    dispatchers: state.dispatchers.map(one =>
      one.run === 0 ? one : { ...one, run: one.run === row.run ? current : older },
    ),
  })
}

/** A pass that the row has not, so that nothing can follow it any more. */
const elsewhere = '-'

const begins = ({ task }: Pick<Activity, 'task'>) => task === 'survey' || task === 'policy'

/** What may still write, and tells when it is refused: it matters even when its run is over. */
const writes = ({ task }: Activity) => task === 'write' || task === 'policy'

/** A write whose pass has lost the row: its checks are refused, whatever it claims, and nobody hears how it ends. */
const nobody = { run: older, key: '', n: 0, pass: '', previous: elsewhere, generation: 0, seen: 0 }

/** A start of a run that is over. */
const late: StartState = { run: older, key: '' }

/** An instance that only says that it runs. */
const hanging: Instance = { ...nobody, run: current, task: 'close', failed: false, hung: true }

const decisive = (row: RowState): RowState => {
  const begun = row.running && row.pass !== ''
  const lease = !row.running ? 0 : begun ? row.lease : Math.max(1, row.lease)
  return {
    ...row,
    run: current,
    key: '',
    lease,
    age: row.running ? row.age : 0,
    generation: begun ? row.generation : 0,
    outcome: row.outcome === 'failed' && row.due === 1 ? 'failed' : '',
  }
}
